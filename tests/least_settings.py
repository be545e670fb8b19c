"""The station.toml of a process that stands alone: nothing in it but what must be."""

LEAST = """
[station]
state = "state"
run = "run"
keys = "keys"
issued_by = "x"
fonts = []
[policy]
two_person = []
"""
