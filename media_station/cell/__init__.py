"""The cell: one job with its descriptors, then it ends; what it read goes with it.

Guarantees: no value of a payload leaves it, not in an answer, not in a message; it has no key, no network and no file
of its own; a job that hangs is ended by the kernel.
Refuses: a second job, and to start without the connection that it is to serve.
"""
