"""What is said of a transfer's end: what is missing, that nothing is, or that it is over; never more than is true."""

from datetime import date

from media_station.cli.transfer import list_lines, show_lines
from media_station.model.kind import MediumKind
from media_station.model.steps import Step, StepKind
from media_station.model.views import MediumView, TransferView
from media_station.model.way import Stand

TODAY = date(2026, 12, 1)
DISC = MediumView(
    medium="R1-D-00001",
    kind=MediumKind.DVD_R,
    state="destroyed",
    custody="gone",
    place="",
    place_name="",
    notice="lost",
    serial="",
)


def view(**of) -> TransferView:
    usual = {
        "transfer": "R1-T-00001",
        "consignment": "2024-TAX-017",
        "title": "督促状印字・封入封緘等業務委託",
        "state": "posted",
        "frozen": False,
        "records": 5400,
        "post_by": "2026-12-14",
        "media": [DISC],
        "steps": [],
        "missing": [],
        "differences": [],
        "way": [Stand.DONE] * 8,
    }
    return TransferView(**{**usual, **of})


def shown(given: TransferView, language: str = "ja") -> str:
    return "\n".join(show_lines(given, TODAY, language))


def steps(*kinds: StepKind) -> list[Step]:
    return [Step(kind=kind, subject="") for kind in kinds]


def test_all_is_said_to_be_there_only_when_it_may_be_closed():
    assert "すべてそろっています" in shown(view(steps=steps(StepKind.CLOSE)))
    assert "すべてそろっています" not in shown(view(steps=steps(StepKind.PURGE)))
    assert "すべてそろっています" not in shown(view())


def test_what_is_missing_names_the_media_that_it_is_about():
    assert "パスワード通知書の返却（R1-D-00001）" in shown(view(missing=["notices"]))
    assert "notices back (R1-D-00001)" in shown(view(missing=["notices"]), "en")


def test_an_incidents_end_says_what_was_not_accounted_for():
    text = shown(view(state="closed_by_incident", missing=["notices"]))
    assert "事故により終結しました" in text
    assert "パスワード通知書の返却" in text
    assert "足りないもの" not in text


def test_a_frozen_transfer_says_so_wherever_it_is_shown():
    frozen = view(state="out", frozen=True, steps=steps(StepKind.RESUME))
    assert "受託者が作業中 【凍結中】" in shown(frozen)
    assert "【凍結中】" in "\n".join(list_lines([frozen], TODAY, "ja"))


def test_the_days_to_the_deadline_are_counted_until_the_letters_are_posted():
    assert "2026-12-14 あと 13日" in shown(view(state="passed"))
    assert "あと" not in shown(view())
    assert "!! 超過 3日" in "\n".join(show_lines(view(state="out"), date(2026, 12, 17), "ja"))
