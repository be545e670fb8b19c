"""The gate: the one process with the network. The district host puts sealed payloads here and gets what was sealed and
released for it; the station never fetches.

Guarantees: TLS 1.3 with both keys pinned before a byte of HTTP is read; a body is taken only for a submission or supply
that the desk has verified, and not a byte of a submission's reaches the disk before it is known to begin as an age
file; what is taken is handed in whole, by descriptor, and nothing stays behind.
Refuses: to dial out, to start without the socket and the keys that it was given, more than 16 connections, silence
longer than 30 seconds, any path but its own.

Whoever takes over the gate gets ciphertext and signed texts, and can hold them back. It can't forge a submission or a
supply (the desk verifies them), a receipt or a checkpoint (the host verifies them), or open what passes through.
"""
