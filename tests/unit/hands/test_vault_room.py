"""A vault that the disk won't take is refused with a code, and stays what it was, in memory and on the disk."""

import errno
import os
from unittest import mock

import pytest

from media_station.desk.hands.vault import Vault
from media_station.model.errors import Refused
from media_station.model.ids import Identity

IDENTITY = Identity(station="aobano", epoch="e1")


@pytest.mark.parametrize("at", ["open", "fsync", "replace"])
def test_a_full_disk_changes_nothing(tmp_path, at):
    vault = Vault(tmp_path / "vault", bytes(32), IDENTITY)
    sha256 = vault.put_password("R1-U-00001", "a password")
    full = mock.Mock(side_effect=OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    where = {"open": "pathlib.Path.open", "fsync": "os.fsync", "replace": "pathlib.Path.replace"}[at]
    with mock.patch(where, full), pytest.raises(Refused) as caught:
        vault.put_password("R1-U-00002", "another")
    assert caught.value.code == "VLT-004"
    assert vault.sha256 == sha256
    again = Vault(tmp_path / "vault", bytes(32), IDENTITY)
    again.open(sha256)
    assert again.password("R1-U-00001") == "a password"


def test_one_that_was_put_in_place_but_not_synced_names_what_was_before(tmp_path):
    vault = Vault(tmp_path / "vault", bytes(32), IDENTITY)
    sha256 = vault.put_password("R1-U-00001", "a password")
    synced = os.fsync
    failing = mock.Mock(side_effect=[None, OSError(errno.EIO, os.strerror(errno.EIO))])
    with mock.patch("os.fsync", failing), pytest.raises(Refused):
        vault.strike_password("R1-U-00001")
    assert os.fsync is synced
    Vault(tmp_path / "vault", bytes(32), IDENTITY).open(sha256)
    assert vault.password("R1-U-00001") == "a password"
