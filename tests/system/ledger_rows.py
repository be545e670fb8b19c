"""Run at a station whose desk is stopped: the ledger's rows of the records below a number, a line each."""

import sqlite3
import sys

opened = sqlite3.connect("file:/var/lib/media-station/desk/ledger.sqlite?immutable=1", uri=True)
for table in ("records", "subjects"):
    for row in opened.execute(f"SELECT * FROM {table} WHERE sequence < ? ORDER BY 1, 2", sys.argv[1:]):
        print(table, row)
