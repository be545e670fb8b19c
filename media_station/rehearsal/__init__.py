"""The rehearsal: the real roles as processes in one folder, with synthetic data and scripted people.

Guarantees: no record of it means a person or a firm. Refuses: any identity but a rehearsal's.
"""
