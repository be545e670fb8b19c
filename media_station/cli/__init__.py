"""media-station: what a person types.

Guarantees: one language for failure (both texts on stderr, an exit code by what can be done about it), `--json` where a
script may ask. Refuses: to hold anything; what needs the station's keys or data is asked of the desk, through its door.
"""
