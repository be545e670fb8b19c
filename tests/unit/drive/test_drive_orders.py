"""No order, no write (S6): each order that doesn't hold is refused with its own code, and the medium stays as it was."""

import json
import os
import secrets
import shutil
from dataclasses import asdict, fields

import pytest

from media_station.drive.admit import Admitted, boottime_ms
from media_station.drive.spent import Spent
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.order import LONGEST_START_SECONDS, Action, Order
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
    assert refusal.value.code == "DRV-027"
    assert bay.content() == before


def test_an_order_signed_by_another_key_in_this_ones_name_is_refused(bay, image):
    forged = json.loads(bay.signed(bay.order(Action.WRITE, image=image), key=Signer.generate(bay.key.name)))
    before = bay.content()
    with pytest.raises(Refused, match="DRV-010"):
        bay.does_signed(json.dumps(forged | {"key_id": bay.key.key_id}), Action.WRITE, image=image)
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


NOW = boottime_ms()
# Each field, edited and signed again by the right key. None: no drive can tell, the desk has bound it (docs/formats.md).
EDITS = [
    ("number", "R2-O-00001", "DRV-011"),
    ("number", "R1-T-00001", "DRV-010"),
    ("identity", "kita-zei-1/r2", "DRV-011"),
    ("identity", "minami-zei-1/r1", "DRV-011"),
    ("identity", "kita-zei-1", "DRV-010"),
    ("boot_id", "3f6c1d8e-0d7a-4c0e-9f0e-6e8b1f3c2a55", "DRV-012"),
    ("action", "read", "DRV-016"),
    ("action", "erase", "DRV-010"),
    ("action", "format", "DRV-010"),
    ("transfer", "", None),  # an export's
    ("transfer", "R1-M-00001", "DRV-010"),
    ("transfer", "R1-T-00002", None),
    ("medium", "R1-D-00001", "DRV-036"),
    ("medium", "usb0", "DRV-010"),
    ("medium", "R1-U-00002", None),
    ("fingerprint", OTHER_HASH, "DRV-018"),
    ("fingerprint", "", "DRV-010"),
    ("image_sha256", OTHER_HASH, "DRV-025"),
    ("image_sha256", "", "DRV-010"),
    ("image_length", 4096, "DRV-037"),
    ("image_length", 11 << 20, "DRV-019"),
    ("image_length", 0, "DRV-010"),
    ("requester", "shonin-ichiro", "DRV-032"),
    ("requester", "", "DRV-010"),
    ("requester", "kanri-jiro", None),
    ("approver", "sousa-hanako", "DRV-032"),
    ("approver", "", "DRV-034"),
    ("approver", "Shonin", "DRV-010"),
    ("approver", "kanri-jiro", None),
    ("issued_ms", NOW + 3_600_000, "DRV-028"),
    ("start_by_ms", 1, "DRV-028"),
    ("start_by_ms", NOW + 1000 * LONGEST_START_SECONDS * 2, "DRV-028"),
]


@pytest.mark.parametrize(("field", "value", "code"), EDITS, ids=[field for field, _, _ in EDITS])
def test_an_order_edited_in_a_field_and_signed_again_is_refused_by_that_fields_code(filed, image, field, value, code):
    good = asdict(filed.order(Action.WRITE, image=image)) | {"action": "write"}
    signed = sign_json("order", good | {field: value}, filed.key).decode()
    if code is None:
        filed.does_signed(signed, Action.WRITE, image=image)
        assert filed.content()[: len(image)] == image
        return
    before = filed.content()
    with pytest.raises(Refused, match=code):
        filed.does_signed(signed, Action.WRITE, image=image)
    assert filed.content() == before


def test_each_field_of_an_order_is_edited_above():
    assert {each.name for each in fields(Order)} == {field for field, _, code in EDITS if code}


@pytest.mark.parametrize("other", [{"image_sha256": OTHER_HASH}, {"image_length": 4096}, {"transfer": "T"}])
def test_an_erasure_names_no_image(filed, other):
    fields = asdict(filed.order(Action.ERASE)) | {"action": "erase"} | other
    before = filed.content()
    with pytest.raises(Refused, match="DRV-010"):
        filed.does_signed(sign_json("order", fields, filed.key).decode(), Action.ERASE)
    assert filed.content() == before


def test_where_no_second_person_is_asked_for_an_order_needs_none(filed):
    assert filed.does(filed.order(Action.ERASE, approver="")).action is Action.ERASE
    refused(filed, "DRV-032", filed.order(Action.ERASE, approver="sousa-hanako"))


def test_a_medium_swapped_after_the_order_is_refused(filed, image):
    order = filed.order(Action.WRITE, image=image)
    other = filed.folder / "other"
    other.write_bytes(b"somebody's" * 2048 * 512)
    os.replace(other, filed.stick)
    refused(filed, "DRV-018", order, image=image)


def test_what_was_used_before_the_notes_were_lost_is_not_used_again(filed, image):
    used, unused = filed.order(Action.WRITE, image=image), filed.order(Action.WRITE, image=image)
    filed.does(used, image=image)
    shutil.rmtree(filed.folder / "spent")
    filed.restart()
    refused(filed, "DRV-029", used, image=image)
    refused(filed, "DRV-029", unused, image=image)
    filed.does(filed.order(Action.WRITE, image=image), image=image)


def test_the_notes_hold_across_a_restart_of_the_drive(filed, image):
    used, unused = filed.order(Action.WRITE, image=image), filed.order(Action.WRITE, image=image)
    filed.does(used, image=image)
    filed.restart()
    refused(filed, "DRV-014", used, image=image)
    filed.does(unused, image=image)


def test_notes_of_another_boot_begin_anew_and_damaged_ones_stop_the_drive(tmp_path):
    spent = Spent(tmp_path / "spent")
    assert spent.since_ms("one-boot", 7000) == spent.since_ms("one-boot", 9000) == 7000
    assert spent.since_ms("another-boot", 10) == spent.since_ms("another-boot", 11) == 10
    (tmp_path / "spent" / "since").write_text("another-boot soon")
    with pytest.raises(IntegrityViolation, match="DRV-015"):
        spent.since_ms("another-boot", 12)


def test_an_order_of_another_epoch_is_refused(bay, image):
    refused(bay, "DRV-011", bay.order(Action.WRITE, image=image, identity="kita-zei-1/r2"), image=image)


def test_an_order_numbered_in_another_epoch_is_refused_and_not_kept(filed, image):
    refused(filed, "DRV-011", filed.order(Action.WRITE, image=image, number="R2-O-00001"), image=image)
    assert [each.name for each in (filed.folder / "spent").iterdir()] == ["since"]


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
    refused(bay, "DRV-028", bay.order(Action.WRITE, image=image, issued_ms=later, start_by_ms=later + 1), image=image)


def test_an_order_is_good_once(bay, image):
    order = bay.order(Action.WRITE, image=image)
    bay.does(order, image=image)
    refused(bay, "DRV-014", order, image=image)


def test_a_refused_order_is_spent_too(bay, image):
    order = bay.order(Action.WRITE, image=image)
    refused(bay, "DRV-037", order, image=image[:-1])
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
    refused(bay, "DRV-037", bay.order(Action.WRITE, image=image), image=image + b"x")


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


def test_a_used_disc_is_refused_as_used_even_where_it_is_too_small(bay):
    bay.disc.write_bytes(b"old")
    image = bytes(5 << 20)
    order = bay.order(Action.WRITE, bay="dvd0", image=image)
    with pytest.raises(Refused, match="DRV-020"):
        bay.does(order, bay="dvd0", image=image)
    assert bay.disc.read_bytes() == b"old"


def test_a_disc_is_not_erased(bay):
    refused(bay, "DRV-021", bay.order(Action.ERASE, bay="dvd0"), bay="dvd0")


def test_only_admit_makes_an_admitted(bay):
    with pytest.raises(TypeError):
        Admitted(order=bay.order(Action.ERASE), bay=bay.bench.bays["usb0"], seen=None, device=0, image=0, _maker=None)
