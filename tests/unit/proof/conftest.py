from pathlib import Path

import pytest
from written_journal import WrittenJournal, signer


@pytest.fixture
def journal(tmp_path: Path) -> WrittenJournal:
    """Ten records in three segments."""
    directory = tmp_path / "journal"
    directory.mkdir()
    written = WrittenJournal(directory=directory, key=signer())
    written.seal([written.record(n) for n in range(10)])
    return written
