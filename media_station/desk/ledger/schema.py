"""The index's tables: each noun's state, each record, which records concern which noun, and which are of a day."""

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table

METADATA = MetaData()

# The journal's size and root of which this is the index.
HEAD = Table(
    "head",
    METADATA,
    Column("size", Integer, primary_key=True),
    Column("root", LargeBinary, nullable=False),
)

STATES = Table(
    "states",
    METADATA,
    Column("noun", String, primary_key=True),
    Column("number", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("first", Integer, nullable=False),
    sqlite_with_rowid=False,
)

RECORDS = Table(
    "records",
    METADATA,
    Column("sequence", Integer, primary_key=True),
    Column("action", String, nullable=False, index=True),
    Column("line", LargeBinary, nullable=False),
)

# Without a rowid the key itself is the table: one tree to write to instead of two, and a noun's rows lie together.
SUBJECTS = Table(
    "subjects",
    METADATA,
    Column("noun", String, primary_key=True),
    Column("number", String, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    sqlite_with_rowid=False,
)

# Between `first` and `last` are all records of a UTC day; where a clock was set back also some of others.
DAYS = Table(
    "days",
    METADATA,
    Column("day", String, primary_key=True),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    sqlite_with_rowid=False,
)
