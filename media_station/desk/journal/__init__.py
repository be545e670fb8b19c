"""The one neck where anything becomes true: check the table, append and fsync, fold into the ledger.

Guarantees: what `commit` returned is on the disk and under a signed checkpoint. Refuses everything once a write failed.
"""
