"""The nouns of the house: values, events and transition tables. Pure: no clock, no disk, no key."""
