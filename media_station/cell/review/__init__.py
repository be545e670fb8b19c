"""The journal analysed (S8): each rule over the records in one pass, and the figures of a period.

What a rule finds is known by its kind and its records, and depends on nothing that came after them: another run over
another period finds the same. Nothing leaves but kinds, numbers, days and operators' ids.
"""
