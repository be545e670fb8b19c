"""The sockets between processes: one file each, typed interfaces over varlink, nothing else passes.

Guarantees: the peer's credentials are known before its first message; messages are capped in size, descriptors and
time; a connection holds one message and one answer at most; each refusal is heard of. Refuses: unknown peers, more
connections than one program or user may have, unknown methods, unknown fields. Garbage closes the connection.
"""
