"""By which keys the host is known: two administrators say so, and are told before one of them ends."""

import asyncio
from dataclasses import replace
from datetime import UTC, timedelta
from unittest import mock

import pytest
from at_the_desk import ADMINISTRATORS, APPROVER, ME, PASSWORD

from media_station.cli.standalone import certificate
from media_station.desk.access.authority import grant
from media_station.desk.flow import know_host
from media_station.model.errors import Refused
from media_station.model.finding import FindingKind, FindingRaised
from media_station.model.network import PeerAdopted
from media_station.model.network_asks import AdoptHost
from media_station.model.views import SecondPerson

CURRENT, NEXT, THIRD = (certificate.issue(f"host {n}", certificate.HOST) for n in ("current", "next", "third"))
GATE = certificate.issue("gate", certificate.GATE)


def adopted(bench, *keys, by=ADMINISTRATORS[0], second=ADMINISTRATORS[1]):
    bench.wait(60)  # each code is shown once

    async def asked():
        session = bench.sessions.begin(by, ME)
        beside = SecondPerson(operator=second, password=PASSWORD, code=bench.code(second)) if second else None
        ask = AdoptHost(certificates=[getattr(each, "certificate", each) for each in keys])
        granted = await grant(
            bench.desk, bench.sessions, ME, action=AdoptHost, session=session, code=bench.code(by), second=beside
        )
        return await know_host.adopt(bench.desk, granted, ask)

    try:
        return asyncio.run(asked())
    except Refused as error:
        return error.code


def ending(days, bench):
    end = bench.desk.clock.wall().astimezone(UTC) + timedelta(days=days)
    with mock.patch.object(certificate, "_NO_END", end):
        return certificate.issue("host", certificate.HOST)


def test_two_administrators_say_by_which_keys_the_host_is_known(bench):
    assert know_host.hear(bench.desk, []) == []
    assert adopted(bench, CURRENT, NEXT).facts["pins"] == f"{CURRENT.pin}, {NEXT.pin}"
    assert adopted(bench, NEXT).action == "peer.adopted"
    assert [each.pins for each in bench.told(PeerAdopted)] == [(CURRENT.pin, NEXT.pin), (NEXT.pin,)]
    assert bench.told(PeerAdopted)[-1].approver == ADMINISTRATORS[1]
    bench.restart()
    assert know_host.hear(bench.desk, []) == [NEXT.certificate]
    assert know_host.pins(bench.desk) == [NEXT.pin]


@pytest.mark.parametrize("second", [None, ADMINISTRATORS[0], APPROVER])
def test_one_administrator_alone_or_with_another_role_adopts_no_key(bench, second):
    assert isinstance(adopted(bench, NEXT, second=second), str)
    assert not bench.told(PeerAdopted)


@pytest.mark.parametrize("keys", [(), (CURRENT, CURRENT), (CURRENT, NEXT, THIRD), ("no certificate",)])
def test_what_is_no_key_or_too_many_is_refused(bench, keys):
    assert adopted(bench, *keys) == "GAT-040"
    assert not bench.told(PeerAdopted)


def test_a_certificate_that_has_ended_is_not_adopted(bench):
    assert adopted(bench, ending(-1, bench)) == "GAT-041"


def test_a_certificate_that_ends_soon_is_a_finding_once(bench):
    soon, later = ending(29, bench), ending(31, bench)
    adopted(bench, soon, later)
    for _ in range(2):
        know_host.hear(bench.desk, [GATE.certificate, CURRENT.certificate, later.certificate, soon.certificate])
    (found,) = bench.told(FindingRaised)
    assert found.kind is FindingKind.CERTIFICATE_ENDS
    last = bench.desk.clock.wall().astimezone(UTC) + timedelta(days=29)
    assert found.detail == f"host {soon.pin[:16]} {last:%Y-%m-%d}"
    know_host.hear(bench.desk, [soon.certificate])
    assert bench.told(FindingRaised)[-1].detail.startswith("gate ")


def test_the_settings_keys_are_told_of_while_none_is_adopted_and_no_others(bench):
    known, other = ending(29, bench), ending(29, bench)
    bench.desk = replace(bench.desk, house=replace(bench.desk.house, host_pins=(known.pin,)))
    know_host.hear(bench.desk, [GATE.certificate, other.certificate, known.certificate])
    (found,) = bench.told(FindingRaised)
    assert found.detail.startswith(f"host {known.pin[:16]} ")
    adopted(bench, CURRENT)
    know_host.hear(bench.desk, [GATE.certificate, known.certificate])
    assert len(bench.told(FindingRaised)) == 1


def test_certificates_that_the_gate_makes_itself_fill_no_journal(bench):
    """One finding of its own a day, whatever it says of the host."""
    for _ in range(3):
        made = [ending(days, bench).certificate for days in (1, 2, 3, 4)]
        know_host.hear(bench.desk, made)
    (found,) = bench.told(FindingRaised)
    assert found.detail.startswith("gate ")
    bench.wait(24 * 60 * 60)
    know_host.hear(bench.desk, made)
    know_host.hear(bench.desk, made[1:])
    assert len(bench.told(FindingRaised)) == 2


def test_what_the_gate_says_it_uses_is_bounded(bench):
    with pytest.raises(Refused, match="GAT-040"):
        know_host.hear(bench.desk, [CURRENT.certificate] * 5)
    with pytest.raises(Refused, match="GAT-040"):
        know_host.hear(bench.desk, ["x"])
