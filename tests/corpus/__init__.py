"""Malformed payloads, each with a clean twin, and the search for what none of them may leave behind.

sound: good payloads whose every cell is unmistakable · malformed: what is spoiled, and what must be said of it ·
leaks: where any of those cells stands in what a process said or left.
"""

from corpus.encodings import ENCODINGS
from corpus.shapes import LINE_ENDS, QUOTES
from corpus.tables import COLUMNS, WHOLE_FILES
from corpus.values import VALUES

TABLES = (ENCODINGS, QUOTES, LINE_ENDS, COLUMNS, WHOLE_FILES, VALUES)
MALFORMED = {each.name: each for table in TABLES for each in table}
