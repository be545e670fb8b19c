"""No test asserts a time, and Hypothesis' own would be 200 ms an example."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
