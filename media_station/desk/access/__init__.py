"""Who may do what, now. Guarantees: an Authority is made only from a session, a fresh code where the rules ask for
one, and a second person where policy does; an order is signed only for an Authority. Refuses with one answer for
every wrong factor.
"""
