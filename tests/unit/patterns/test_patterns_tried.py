"""New patterns are tried by a clamd of the oneshot's own, in its sandbox and no other."""

import os
import subprocess
import sys

import pytest
from least_settings import LEAST

from media_station.model.errors import Refused
from media_station.patterns import try_out
from media_station.proof.key import Signer


def test_no_profile_of_the_distribution_takes_hold_of_the_clamd_that_tries(tmp_path, monkeypatch):
    """Its AppArmor profile allows no folder of the station's."""
    clamd, following, seen = (tmp_path / each for each in ("clamd", "exec", "seen"))
    clamd.write_text(f"#!/bin/sh\ncp {following} {seen}\n")
    clamd.chmod(0o755)
    monkeypatch.setattr(try_out, "CLAMD", str(clamd))
    monkeypatch.setattr(try_out, "_NEXT", following)
    with pytest.raises(Refused, match="SUP-020"):
        try_out.try_out(tmp_path, dated=False)
    assert seen.read_text() == "exec unconfined"


def test_nobody_starts_the_oneshot_by_hand(tmp_path):
    """It takes the connection that the service manager hands over."""
    (tmp_path / "station.toml").write_text(LEAST)
    keys = tmp_path / "keys" / "patterns"
    keys.mkdir(parents=True)
    (keys / "identity").write_text("rehearsal/r1")
    (keys / "orders.pub").write_text(Signer.generate("rehearsal/r1/orders").verifier.render())
    command = [sys.executable, "-m", "media_station", "patterns", "--settings", str(tmp_path / "station.toml")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LISTEN_")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)
    assert (done.returncode, "SUP-015" in done.stderr) == (3, True), done.stderr
