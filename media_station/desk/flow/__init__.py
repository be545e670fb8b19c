"""The use cases, one a file, in the order of the flow: what a person means to do, from an Authority to a record.

Guarantees: each can be asked again after a crash and goes on where it stopped. They don't know each other.
"""
