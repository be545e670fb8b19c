"""The ledger: an index of the journal that can be thrown away and rebuilt. Only the fold writes it."""
