"""The image room: what is burned or written to a medium, laid out around a live ciphertext.

Guarantees: an image (DVD: ISO 9660 + Joliet + UDF; USB: FAT32) has a length known before its first byte, is emitted
once, forward only, with its SHA-256, and is the same bytes for the same inputs. The ciphertext is never copied to a
temporary place; `manifest.json` lies behind it, so that it can hold the ciphertext's SHA-256.

Refuses: a payload that the file system can't hold, a label that doesn't fit, a ciphertext that is shorter or longer
than promised, a manifest of another length than promised. It opens nothing, mounts nothing and sees no plaintext.
"""
