"""The guard: the firewall, and whether the machine is still what two administrators said that it is.

Guarantees: nothing but the district host's connections to the gate's one port comes in, nothing but their replies goes
out; the port is open only while the live rules are those that were rendered, the machine has nothing that the adopted
baseline doesn't name, and the desk has recorded whatever was otherwise. Memory, disks and units that run short or fail
are told, and close nothing. Each refused peer is told to the desk, in
bounded numbers.
Refuses: to open anything without a baseline that the desk signed for two persons.

Whoever takes over the guard rules the network (it has CAP_NET_ADMIN): the gate's own address filter and the pinned keys
of TLS still stand between a stranger and the desk. It has no key, and of the station's doors only the one at which it
reports.
"""
