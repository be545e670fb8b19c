"""Two who want one medium for an export at the same moment: the second one is refused before the drive has answered."""

import asyncio
from types import SimpleNamespace

import pytest

from media_station.desk.access.mint import mint
from media_station.desk.flow import carry_bundle
from media_station.model.asks import WriteBundle
from media_station.model.errors import Refused
from media_station.model.medium import MEDIUM, CustodyState, MediumState


async def empty_bay(desk, bay, medium):
    await asyncio.sleep(0)
    raise Refused("ORD-001", bay=bay)


@pytest.mark.parametrize("rendered", [None, SimpleNamespace(bundle="R1-B-00001")], ids=["new", "again"])
def test_one_of_two_writings_of_a_medium_is_refused_while_the_other_looks_into_the_bay(monkeypatch, rendered):
    state = MediumState.SEALED if rendered else MediumState.READY
    dropped = []
    desk = SimpleNamespace(
        performing=set(),
        stopping=set(),
        ledger=SimpleNamespace(state=lambda machine, _: state if machine is MEDIUM else CustodyState.HAND),
        spool=SimpleNamespace(drop_image=dropped.append),
    )
    monkeypatch.setattr(carry_bundle, "kept", lambda *_: None)
    monkeypatch.setattr(carry_bundle, "carried", lambda *_: rendered)
    monkeypatch.setattr(carry_bundle, "is_in_the_spool", lambda *_: rendered is not None)
    monkeypatch.setattr(carry_bundle, "in_bay", empty_bay)
    ask = WriteBundle(bundle="R1-B-00001", medium="R1-U-00001", bay="usb0")

    async def both():
        each = (carry_bundle.write_bundle(desk, None, ask) for _ in range(2))
        return await asyncio.gather(*each, return_exceptions=True)

    assert [error.code for error in asyncio.run(both())] == ["ORD-001", "FLW-003"]
    assert desk.performing == set()
    assert dropped == ([] if rendered else ["R1-U-00001"])


def test_no_order_is_minted_while_an_update_is_about_to_stop_the_desk():
    desk = SimpleNamespace(performing={"update"}, updates=None)
    with pytest.raises(Refused, match="FLW-003"):
        mint(desk, None, medium="R1-M-001", transfer="", loaded=None, image_sha256="", image_length=0)
