"""What is true can be read again: the neck writes nothing that would keep the desk from starting."""

import pytest

from media_station.desk.hands.clock import Clock
from media_station.desk.hands.disk import Disk
from media_station.desk.journal.append import Log
from media_station.desk.journal.commit import Journal
from media_station.desk.ledger.index import Ledger
from media_station.model.clock import ClockAdvanced
from media_station.model.errors import IntegrityViolation
from media_station.model.ids import Identity
from media_station.proof.key import Signer

IDENTITY = Identity(station="kita-zei-1", epoch="r1")


def test_an_event_that_can_not_be_read_back_is_not_written(tmp_path):
    signer = Signer.generate(IDENTITY.key_name("journal"))
    log = Log(tmp_path / "journal", IDENTITY, signer)
    assert list(log.recover()) == []
    log.settle()
    ledger = Ledger(tmp_path / "ledger.sqlite")
    disk = Disk(tmp_path, warn_bytes=1 << 24, refuse_bytes=1 << 23)
    journal = Journal(log=log, ledger=ledger, clock=Clock(), disk=disk, identity=IDENTITY)
    journal.commit(ClockAdvanced(seconds=1))
    with pytest.raises(IntegrityViolation, match="REC-001"):
        journal.commit(ClockAdvanced(seconds=True))
    journal.commit(ClockAdvanced(seconds=2))
    ledger.disconnect()
    assert len(list(Log(tmp_path / "journal", IDENTITY, signer).recover())) == 2
