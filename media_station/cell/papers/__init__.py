"""The papers: fields in, PDF out.

Guarantees: what stands on a sheet is what was handed in, letter by letter (markup is text, a glyph that no font has
refuses the sheet), equal fields give equal bytes, each sheet is one page, only the given fonts are used and embedded.
Refuses: a missing, unknown, empty or malformed field, invisible characters, any claim that data is 復元不可能, a
certificate for anything but a PASS.
"""
