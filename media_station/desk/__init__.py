"""The desk: keys, vault, journal, ledger, plaintext in passing. No network, no block device.

Guarantees: nothing becomes true but through journal/commit; no order but through access/mint. Refuses new work when
the journal can't be written.
"""
