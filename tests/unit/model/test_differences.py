"""The counts of a transfer: what differs and nobody has explained; what nobody has reported yet differs from nothing."""

from media_station.model.transfer import Count, Difference, differences

WHOLE = {Count.PRINTED: 20, Count.COMBINED: 3, Count.ENCLOSED: 17, Count.POSTED: 15}


def found(counts, *, explained=(), delivered: int | None = 17, passed: int | None = 15) -> list[Difference]:
    return list(
        differences(records=20, counts=counts, explained=frozenset(explained), delivered=delivered, passed=passed)
    )


def test_counts_that_agree_differ_nowhere():
    assert found(WHOLE) == []


def test_a_number_that_is_not_there_yet_differs_from_nothing():
    assert found({}, delivered=None, passed=None) == []
    assert found({Count.ENCLOSED: 17}, delivered=None, passed=None) == []
    assert found({Count.PRINTED: 20, Count.ENCLOSED: 17}, delivered=None, passed=None) == []
    assert found({Count.POSTED: 15}, delivered=None, passed=None) == []


def test_each_pair_is_compared_as_soon_as_both_are_there():
    assert found({Count.PRINTED: 19}, delivered=None) == [Difference(count=Count.PRINTED, expected=20, found=19)]
    assert found({**WHOLE, Count.COMBINED: 2}) == [Difference(count=Count.ENCLOSED, expected=18, found=17)]
    assert found(WHOLE, delivered=16) == [Difference(count=Count.ENCLOSED, expected=16, found=17)]
    assert found(WHOLE, passed=14) == [Difference(count=Count.POSTED, expected=14, found=15)]


def test_an_explained_count_settles_its_difference_and_no_other():
    wrong = {**WHOLE, Count.PRINTED: 19}
    assert [each.count for each in found(wrong)] == [Count.PRINTED, Count.ENCLOSED]
    assert [each.count for each in found(wrong, explained=[Count.PRINTED])] == [Count.ENCLOSED]
