"""Puts new virus patterns where clamd reads them, and ends: a oneshot with a user of its own, who alone may.

Guarantees: patterns are those that their publisher signed and two persons ordered, never older than the present ones,
and were tried by a clamd of this process's own before they took their place, all at once. Refuses everything else, and
then the present ones are as they were.
"""
