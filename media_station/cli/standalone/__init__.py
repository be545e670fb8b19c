"""Tools that need no running station: for the administrator before there is one, and for the district host.

Guarantees: keys are made where they will lie, readable by their owner alone, and never over others; what is sent is
sealed before it leaves, and counts as sent only with the station's signed receipt.
Refuses: a gate whose key is not the one that was given out.
"""
