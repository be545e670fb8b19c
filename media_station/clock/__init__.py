"""Sets the station's clock and ends: a oneshot of root, the only process that may.

Guarantees: the clock is set by an order alone, which the desk signed for two persons, for this station and this boot,
within seconds, once. Refuses everything else, and then nothing was set.
"""
