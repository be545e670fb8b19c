import itertools
import json
import math
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_station.age import passphrase
from media_station.age.passphrase import GROUP_CHARACTERS, GROUPS
from media_station.model.confirmation import ALPHABET
from media_station.model.errors import Refused

TYPED = json.loads((Path(__file__).parents[2] / "vectors" / "passwords.json").read_text())
PRINTED = "CY299-FFN89-YWXKM-P5E95-KNCY3-ARC32"  # parameters must be the same in each run
positions = st.integers(0, GROUPS * (GROUP_CHARACTERS + 1) - 2).filter(lambda at: at % 6 != 5)


def refusal(text: str) -> Refused:
    with pytest.raises(Refused) as caught:
        passphrase.parse(text)
    return caught.value


def wrong_group(text: str) -> object:
    error = refusal(text)
    assert error.code == "AGE-041"
    return error.parameters["group"]


def test_the_random_characters_carry_at_least_100_bits() -> None:
    assert math.log2(len(set(ALPHABET))) * GROUPS * (GROUP_CHARACTERS - 1) >= 100


@pytest.mark.parametrize("pair", ["0O", "0Q", "0D", "1I", "1L", "IL", "2Z", "5S", "8B", "6G", "UV", "VY"])
def test_of_two_lookalikes_at_most_one_is_used(pair: str) -> None:
    assert len(set(pair) & set(ALPHABET)) < 2


@pytest.mark.parametrize("character", "0O1ILU")
def test_the_worst_lookalikes_are_not_used_at_all(character: str) -> None:
    assert character not in ALPHABET


def test_what_is_generated_has_the_printed_form_and_is_its_own_canonical_form() -> None:
    for _ in range(500):
        printed = passphrase.generate()
        assert [len(group) for group in printed.split("-")] == [GROUP_CHARACTERS] * GROUPS
        assert set(printed) <= {*ALPHABET, "-"}
        assert passphrase.parse(printed) == printed


def test_no_two_of_many_are_alike() -> None:
    assert len({passphrase.generate() for _ in range(500)}) == 500


def test_each_character_stands_at_each_random_place_about_equally_often() -> None:
    drawn = [passphrase.generate() for _ in range(4600)]

    for place in (0, 1, 2, 3):
        counts = [sum(text[place] == character for text in drawn) for character in ALPHABET]
        assert min(counts) > 100  # 200 expected, standard deviation 14
        assert max(counts) < 300


def full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


@pytest.mark.parametrize(
    "typed",
    [
        PRINTED.lower(),
        PRINTED.replace("-", ""),
        PRINTED.replace("-", " "),
        PRINTED.replace("-", " - "),
        f"  {PRINTED}\r\n",
        full_width(PRINTED),
        full_width(PRINTED.lower()),
        PRINTED.replace("-", "\u3000"),
        *(
            PRINTED.replace("-", hyphen)
            for hyphen in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\u30fc\uff70\u2500\u00ad\ufe63"
        ),
        PRINTED.replace("-", "", 2),
        PRINTED[:2] + " " + PRINTED[2:],
        "\ufeff" + PRINTED[:3] + "\u200b" + PRINTED[3:],
        "-" + PRINTED + "--",
    ],
)
def test_any_way_of_typing_it_gives_the_printed_form(typed: str) -> None:
    assert passphrase.parse(typed) == PRINTED


@pytest.mark.parametrize("vector", TYPED, ids=lambda vector: vector["why"])
def test_a_vector_for_other_implementations_is_read_as_it_says(vector: dict[str, object]) -> None:
    said = {key: value for key, value in vector.items() if key not in ("why", "typed")}
    try:
        read: dict[str, object] = {"password": passphrase.parse(str(vector["typed"]))}
    except Refused as refused:
        groups = refused.code == "AGE-040"
        read = {"wrong_number_of_groups": True} if groups else {"typo_in_group": refused.parameters["group"]}

    assert read == said


def test_every_single_wrong_character_is_found_and_its_group_named() -> None:
    for at, printed in enumerate(PRINTED):
        if printed == "-":
            continue
        for wrong in set(string.ascii_uppercase + string.digits) - {printed}:
            assert wrong_group(PRINTED[:at] + wrong + PRINTED[at + 1 :]) == at // 6 + 1


@pytest.mark.parametrize("place", range(GROUP_CHARACTERS))
@pytest.mark.parametrize("group", PRINTED.split("-"))
def test_of_all_characters_at_one_place_only_the_printed_one_is_right(group: str, place: int) -> None:
    number = PRINTED.split("-").index(group) + 1
    tried = [group[:place] + character + group[place + 1 :] for character in ALPHABET]

    assert [text for text in tried if passphrase._is_group(text, number)] == [group]


@given(st.builds(passphrase.generate), st.integers(0, GROUPS - 1), st.integers(0, 4), st.integers(0, 4))
def test_any_two_different_characters_swapped_in_a_group_are_found(
    printed: str, group: int, one: int, other: int
) -> None:
    typed = list(printed)
    one, other = group * 6 + one, group * 6 + other
    typed[one], typed[other] = typed[other], typed[one]

    if typed[one] == typed[other]:
        assert passphrase.parse("".join(typed)) == printed
    else:
        assert wrong_group("".join(typed)) == group + 1


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(range(GROUPS), 2)))
def test_groups_typed_in_the_wrong_order_are_found(one: int, other: int) -> None:
    groups = PRINTED.split("-")
    groups[one], groups[other] = groups[other], groups[one]

    assert wrong_group("-".join(groups)) == one + 1


@given(st.builds(passphrase.generate), positions)
def test_a_lost_character_is_found_in_its_group(printed: str, at: int) -> None:
    assert wrong_group(printed[:at] + printed[at + 1 :]) == at // 6 + 1


@given(st.builds(passphrase.generate), positions, st.sampled_from(ALPHABET))
def test_a_doubled_or_added_character_is_found_in_its_group(printed: str, at: int, added: str) -> None:
    assert wrong_group(printed[:at] + added + printed[at:]) == at // 6 + 1


@given(st.builds(passphrase.generate), positions)
def test_a_lost_character_is_found_without_hyphens_too(printed: str, at: int) -> None:
    assert refusal((printed[:at] + printed[at + 1 :]).replace("-", "")).code == "AGE-041"


@given(st.builds(passphrase.generate), positions, st.sampled_from(ALPHABET))
def test_an_added_character_is_found_without_hyphens_too(printed: str, at: int, added: str) -> None:
    assert refusal((printed[:at] + added + printed[at:]).replace("-", "")).code == "AGE-041"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "-----",
        PRINTED[:5],
        PRINTED[:-6],
        PRINTED[:-6].replace("-", ""),
        PRINTED + "-22222",
        PRINTED * 2,
        "A" * 100_000,
    ],
)
def test_a_wrong_number_of_groups_is_said_so(typed: str) -> None:
    error = refusal(typed)

    assert (error.code, error.parameters["expected"]) == ("AGE-040", GROUPS)


@given(st.text(max_size=60))
def test_arbitrary_text_raises_nothing_but_a_refusal(typed: str) -> None:
    with pytest.raises(Refused):
        passphrase.parse(typed)
