"""What stands on a sheet, read from the journal; typeset in a cell, and printed. The journal's head is on every sheet.

Guarantees: a field that isn't the station's own fixed wording comes from a record, or from the vault for a password.
"""
