"""The age v1 container (C2SP age.md): what is sealed here, `age`, rage and a browser can open, and the other way round.

Guarantees: the length of a sealed file is known before its first byte; memory stays flat whatever the size; no byte of
plaintext leaves before it is authenticated; a file cut off at any place ends in an error.
Refuses: armor, plugins, headers beyond `LIMITS`, passphrases beside other recipients, anything that is not canonical.
Every refusal is `Refused` with a code AGE-…; only a caller who knows that the bytes were whole before can say that
something was altered in its keeping.

Files go through `encrypt` and `decrypt`, by one thread or more; the gate may import `header` alone.
"""
