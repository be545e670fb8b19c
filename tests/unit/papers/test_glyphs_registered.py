"""What can be registered can be printed: by the station's own typefaces, before a record holds it."""

import unicodedata

import pytest
from paper_fields import FONTS

from media_station.cell.papers.typeset import try_glyphs
from media_station.model.errors import Refused
from media_station.model.glyphs import unsure

UNPRINTED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def in_jis_x_0208(character):
    try:
        character.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return unicodedata.category(character) not in UNPRINTED


def test_the_typefaces_have_all_that_is_not_asked_for():
    common = "".join(filter(in_jis_x_0208, map(chr, range(0x20, 0x10000))))
    assert len(common) > 7000
    assert unsure({"person": common}) == {}
    assert try_glyphs({"person": common}, fonts=FONTS)


@pytest.mark.parametrize("name", ["髙﨑　邉", "𠮷野", "Müller", "한글"])
def test_rare_names_are_tried_and_stand(name):
    assert unsure({"person": name}) == {"person": name}
    assert try_glyphs({"person": name}, fonts=FONTS)


@pytest.mark.parametrize("character", ["\U00030000", "\ue000", "😀"])
def test_what_no_typeface_has_is_refused_by_its_field(character):
    fields = {"title": "髙い", "person": f"架空{character}子"}
    with pytest.raises(Refused) as caught:
        try_glyphs(fields, fonts=FONTS)
    assert caught.value.code == "PAP-001"
    assert caught.value.parameters == {"field": "person", "character": f"U+{ord(character):04X}"}


@pytest.mark.parametrize("selector", ["\ufe00", "\U000e0101", "\U000e01ef"])
def test_a_variant_that_would_be_shown_as_another_is_refused(selector):
    with pytest.raises(Refused) as caught:
        unsure({"person": f"葛{selector}城"})
    assert (caught.value.code, caught.value.parameters["field"]) == ("PAP-001", "person")
