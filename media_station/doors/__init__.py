"""The sockets between processes: one file each, typed interfaces over varlink, nothing else passes.

Guarantees: the peer's credentials are known before its first message; messages are capped in size, descriptors and
time; garbage closes the connection. Refuses: unknown peers, unknown methods, unknown fields.
"""
