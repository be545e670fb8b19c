"""No order, no write (S6): each order that doesn't hold is refused with its own code, and the medium stays as it was."""

import secrets
from dataclasses import asdict

import pytest

from media_station.drive.admit import Admitted, boottime_ms
from media_station.model.errors import Refused
from media_station.model.order import Action
from media_station.proof.key import Signer
from media_station.proof.note import sign_json

OTHER_HASH = "ab" * 32


def refused(bay, code, order, /, **how):
    before = bay.content()
    with pytest.raises(Refused) as refusal:
        bay.does(order, **how)
    assert refusal.value.code == code
    assert bay.content() == before
    assert bay.disc.stat().st_size == 0


def test_an_order_signed_by_another_key_is_refused(bay, image):
    before = bay.content()
    signed = bay.signed(bay.order(Action.WRITE, image=image), key=Signer.generate("media-station/x-1/r1/orders"))
    with pytest.raises(Refused) as refusal:
        bay.does_signed(signed, Action.WRITE, image=image)
    assert refusal.value.code == "DRV-010"
    assert bay.content() == before


def test_an_order_changed_after_signing_is_refused(bay, image):
    signed = bay.signed(bay.order(Action.WRITE, image=image)).replace('"R1-U-00001"', '"R1-U-00002"')
    with pytest.raises(Refused) as refusal:
        bay.does_signed(signed, Action.WRITE, image=image)
    assert refusal.value.code == "DRV-010"


@pytest.mark.parametrize("untrusted", ["", "{}", "null", "[" * 1000])
def test_what_is_no_order_is_refused(filed, untrusted):
    with pytest.raises(Refused) as refusal:
        filed.does_signed(untrusted, Action.ERASE)
    assert refusal.value.code == "DRV-010"


def test_an_order_of_another_epoch_is_refused(bay, image):
    refused(bay, "DRV-011", bay.order(Action.WRITE, image=image, identity="kita-zei-1/r2"), image=image)


def test_an_order_numbered_in_another_epoch_is_refused_and_not_kept(filed, image):
    refused(filed, "DRV-011", filed.order(Action.WRITE, image=image, number="R2-O-00001"), image=image)
    assert list((filed.folder / "spent").iterdir()) == []


@pytest.mark.parametrize("field", ["issued_ms", "start_by_ms", "image_length", "number", "fingerprint", "boot_id"])
@pytest.mark.parametrize("value", [True, None, ["1"], {"a": 1}])
def test_a_signed_order_with_a_value_of_another_type_is_none(filed, field, value):
    fields = asdict(filed.order(Action.ERASE)) | {"action": "erase", field: value}
    with pytest.raises(Refused, match="DRV-010"):
        filed.does_signed(sign_json("order", fields, filed.key).decode(), Action.ERASE)


def test_an_order_of_another_boot_is_refused(bay, image):
    refused(bay, "DRV-012", bay.order(Action.WRITE, image=image, boot_id="another"), image=image)


def test_an_expired_order_is_refused(bay, image):
    refused(bay, "DRV-013", bay.order(Action.WRITE, image=image, issued_ms=1, start_by_ms=2), image=image)


def test_an_order_from_the_future_is_refused(bay, image):
    later = boottime_ms() + 3_600_000
    refused(bay, "DRV-013", bay.order(Action.WRITE, image=image, issued_ms=later, start_by_ms=later + 1), image=image)


def test_an_order_is_good_once(bay, image):
    order = bay.order(Action.WRITE, image=image)
    bay.does(order, image=image)
    refused(bay, "DRV-014", order, image=image)


def test_a_refused_order_is_spent_too(bay, image):
    order = bay.order(Action.WRITE, image=image)
    refused(bay, "DRV-025", order, image=image[:-1])
    refused(bay, "DRV-014", order, image=image)


def test_an_order_to_read_does_not_erase(bay, image):
    refused(bay, "DRV-016", bay.order(Action.READ, image=image), action=Action.ERASE)


def test_an_order_for_another_medium_is_refused(bay, image):
    refused(bay, "DRV-018", bay.order(Action.WRITE, image=image, fingerprint=OTHER_HASH), image=image)


def test_an_order_for_another_bays_medium_is_refused(bay, image):
    refused(bay, "DRV-018", bay.order(Action.WRITE, bay="dvd0", image=image), image=image)


def test_an_empty_bay_is_refused(filed, image):
    order = filed.order(Action.WRITE, bay="dvd0", image=image)
    filed.disc.unlink()
    with pytest.raises(Refused) as refusal:
        filed.does(order, bay="dvd0", image=image)
    assert refusal.value.code == "DRV-017"


def test_a_bay_that_is_not_there_is_refused(bay, image):
    refused(bay, "DRV-017", bay.order(Action.WRITE, image=image), bay="usb9", image=image)


def test_another_image_of_the_same_length_is_refused(bay, image):
    refused(bay, "DRV-025", bay.order(Action.WRITE, image=image), image=secrets.token_bytes(len(image)))


def test_another_length_is_refused(bay, image):
    refused(bay, "DRV-025", bay.order(Action.WRITE, image=image), image=image + b"x")


def test_a_medium_too_small_is_refused(bay):
    image = bytes(11 << 20)
    before = bay.content()
    with pytest.raises(Refused) as refusal:
        bay.does(bay.order(Action.WRITE, image=image), image=image)
    assert (refusal.value.code, refusal.value.parameters["needs"]) == ("DRV-019", 11 << 20)
    assert bay.content() == before


def test_a_disc_that_was_written_is_refused(bay, image):
    bay.disc.write_bytes(b"old")
    order = bay.order(Action.WRITE, bay="dvd0", image=image)
    with pytest.raises(Refused) as refusal:
        bay.does(order, bay="dvd0", image=image)
    assert refusal.value.code == "DRV-020"
    assert bay.disc.read_bytes() == b"old"


def test_a_disc_is_not_erased(bay):
    refused(bay, "DRV-021", bay.order(Action.ERASE, bay="dvd0"), bay="dvd0")


def test_only_admit_makes_an_admitted(bay):
    with pytest.raises(TypeError):
        Admitted(order=bay.order(Action.ERASE), bay=bay.bench.bays["usb0"], seen=None, device=0, image=0, _maker=None)
