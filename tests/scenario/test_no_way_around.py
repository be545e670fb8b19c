"""No sequence of requests gets around O9, ⑦, O5 or O3: any request, in any order, with helpful steps so that it gets far.

What holds is said by the oracle, from the journal's records alone. Each refusal is a record with its code, no request
ends in anything but an answer or a refusal, and the ledger is what the journal makes.
"""

import json
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

from any_request import Known, alone_or_not, requests
from hands_in_memory import Luck, lucky
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from one_process import cheap
from oracle import Oracle
from walking_in_one import Prepared

from media_station.desk.ledger.views import transfer_facts
from media_station.model import asks
from media_station.model.errors import StationError
from media_station.model.exemption import ExceptionKind
from media_station.model.incident import IncidentKind
from media_station.model.kind import MediumKind
from media_station.model.steps import StepKind, next_steps
from media_station.model.transfer import Ending

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "25"))
STEPS = 24
KINDS = ((MediumKind.USB,), (MediumKind.DVD_R,), tuple(MediumKind))
OF_TRANSFERS = (ExceptionKind.SAME_OCCASION, ExceptionKind.BEFORE_INSPECTION)
reached: Counter = Counter()


class Office(RuleBasedStateMachine):
    """A copy of the prepared station, and everyone in it."""

    prepared: Prepared

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.walk = self.prepared.opened(self.folder / "house")
        self.house = self.walk.house
        self.oracle = Oracle()
        self.known = Known(self.walk, self.oracle)
        self._read: dict[Path, int] = {}
        self._look()
        self.refused_before = dict(self.oracle.refused)

    def teardown(self) -> None:
        try:
            self.check_the_index()
            self.house.end()
            self._look()
            self.check_refusals_to_the_last()
            reached.update(self.oracle.happened)
        finally:
            self.house.close()
            shutil.rmtree(self.folder)

    # Rules.

    @rule(data=st.data())
    def anything(self, data):
        ask = data.draw(requests(self.known))
        by, second, fresh = data.draw(alone_or_not(self.known, type(ask)))
        lucky(self.house.drive, data.draw(st.sampled_from(list(Luck))))
        self.asked(self.walk.counter.do(ask, by, second=second, fresh=fresh))

    @initialize(kinds=st.sampled_from(KINDS))
    def the_first_transfer(self, kinds):
        self.another_transfer(kinds)

    @rule(kinds=st.sampled_from(KINDS))
    @precondition(lambda self: len(self.oracle.transfers) < 3)
    def another_transfer(self, kinds):
        self.walk.kinds = kinds
        self.asked(self.walk.before())

    @rule(data=st.data(), count=st.integers(1, 30))
    @precondition(lambda self: self.oracle.transfers)
    def on_with_it(self, data, count):
        """The steps that the station asks for, one after the other."""
        self.walk.transfer = data.draw(st.sampled_from(sorted(self.oracle.transfers)))
        which = data.draw(st.sampled_from((0, 0, 0, -1, 1)))
        bad = data.draw(st.integers(0, 60))
        for number in range(count):
            lucky(self.house.drive, data.draw(st.sampled_from(list(Luck))) if number == bad else Luck.GOOD)
            if not self.asked(self._step(which)):
                break

    @rule(data=st.data())
    @precondition(lambda self: self.oracle.transfers)
    def on_with_all_of_it(self, data):
        self.on_with_it(data, 60)

    async def _step(self, which: int):
        # What the view of a transfer shows, without the rest of it, which costs the most.
        steps = next_steps(transfer_facts(self.house.desk.ledger, self.walk.transfer))
        if not steps:
            await self.house.settle()
            return
        step = steps[which] if -len(steps) <= which < len(steps) else steps[0]
        staff, counter = self.walk.staff, self.walk.counter
        match step.kind:
            case StepKind.RESUME:
                close = asks.CloseIncident(incident=step.subject, measures="協議-1")
                await counter.do(close, staff.approver, fresh=True)
            case StepKind.CLOSE_BY_INCIDENT:
                ending = {"ending": Ending.INCIDENT, "incident": step.subject, "binder": "事故-9"}
                await counter.do(asks.Close(transfer=self.walk.transfer, **ending), staff.approver)
            case _:
                await self.walk.take(step, SimpleNamespace(transfer=self.walk.transfer, steps=steps))

    @rule(data=st.data())
    @precondition(lambda self: self.oracle.transfers)
    def out_of_the_ordinary(self, data):
        """An incident of one of the transfer's media, or an approver decides otherwise."""
        transfer = data.draw(st.sampled_from(sorted(self.oracle.transfers)))
        kind = data.draw(st.sampled_from([*IncidentKind, *OF_TRANSFERS]))
        if kind in OF_TRANSFERS:
            grant = asks.GrantException(kind=kind, transfer=transfer, payload="", binder="別紙-3")
            self.asked(self.walk.counter.do(grant, self.walk.staff.approver, fresh=True))
            return
        media = [each.medium for each in self.oracle.transfers[transfer].loads]
        medium = data.draw(st.sampled_from([*media, *media, *self.known.of("medium")]))
        told = asks.OpenIncident(kind=kind, transfer=transfer, medium=medium, binder="事故-1")
        self.asked(self.walk.counter.do(told, self.walk.staff.operator))

    @rule(what=st.sampled_from((1, 1, 1, 14, 200, "settle", "restart")))
    def time_passes(self, what):
        """Days; or the drive is asked what became of its orders; or the desk is started again from its files."""
        if what == "settle":
            self.asked(self.house.settle())
        elif what == "restart":
            self._restart()
        else:
            self.asked(self.walk.counter.advance(what * 86_400))

    def _restart(self) -> None:
        self.check_the_index()
        self.house.restart()
        for person in self.walk.staff.all():
            person.session = ""
        self._look()
        self.check_refusals_to_the_last()
        self.check_the_index()

    def asked(self, doing) -> bool:
        """Whether it was done. Nothing but a refusal may come instead."""
        try:
            self.house.run(doing)
        except StationError:
            return False
        return True

    # What holds.

    @invariant()
    def nothing_is_wrong_and_each_refusal_has_its_record(self):
        self._look()
        assert not self.oracle.wrong, self.oracle.wrong
        for kind in self.house.refused:
            assert self.oracle.refused[kind] > 0, kind

    def check_refusals_to_the_last(self):
        """Once the desk has ended, those that one minute left out are told with their number."""
        told = Counter(self.oracle.refused)
        told.subtract(self.refused_before)
        assert +told == self.house.refused

    def check_the_index(self):
        assert self.house.rows() == self.house.rows_folded_anew()

    def _look(self) -> None:
        for segment in sorted(self.house.journal.glob("*.jsonl")):
            with segment.open("rb") as lines:
                lines.seek(self._read.get(segment, 0))
                for line in lines:
                    self.oracle.take(json.loads(line))
                self._read[segment] = lines.tell()


def test_no_sequence_of_requests_gets_around_the_rules(prepared):
    Office.prepared = prepared
    reached.clear()
    with cheap():
        run_state_machine_as_test(
            Office,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                derandomize="MACHINE_EXAMPLES" not in os.environ,
                suppress_health_check=list(HealthCheck),
                # Shrinking takes many minutes; the failing draws are printed as they are.
                phases=[Phase.generate],
                report_multiple_bugs=False,
            ),
        )
    # A machine that never gets anywhere proves nothing.
    for happened in ("closed complete", "erasure.validated", "medium.destroyed", "notice.returned"):
        assert reached[happened] > 0, (happened, sorted(reached.items()))
