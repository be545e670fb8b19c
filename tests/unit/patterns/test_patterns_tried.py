"""New patterns are tried by a clamd of the oneshot's own, in its sandbox and no other."""

import pytest

from media_station.model.errors import Refused
from media_station.patterns import try_out


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
