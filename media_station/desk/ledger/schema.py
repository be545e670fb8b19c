"""The index's tables: each noun's state, each record, and which records concern which noun."""

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table

METADATA = MetaData()

# `content` is the SHA-256 of all other rows, written when the index is closed; empty while it is in use.
HEAD = Table(
    "head",
    METADATA,
    Column("size", Integer, primary_key=True),
    Column("root", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

STATES = Table(
    "states",
    METADATA,
    Column("noun", String, primary_key=True),
    Column("number", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("first", Integer, nullable=False),
)

RECORDS = Table(
    "records",
    METADATA,
    Column("sequence", Integer, primary_key=True),
    Column("action", String, nullable=False, index=True),
    Column("line", LargeBinary, nullable=False),
)

SUBJECTS = Table(
    "subjects",
    METADATA,
    Column("noun", String, primary_key=True),
    Column("number", String, primary_key=True),
    Column("sequence", Integer, primary_key=True),
)

Index("subjects_by_number", SUBJECTS.c.noun, SUBJECTS.c.number)
