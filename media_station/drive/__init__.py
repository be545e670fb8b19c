"""Removable media. Guarantees: nothing is written or erased without an order that holds, here and now, for this medium.

Refuses: an order of another station, boot, medium or image, late or used before; a medium in use; a disc that isn't
blank. What it reports was read back from the medium past the cache. It has no keys, no plaintext and no network.
"""
