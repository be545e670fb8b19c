"""What must hold of a journal, by the requirement map alone: from the records' JSON, one after the other.

Nothing here is the product's: neither its tables nor its steps. Each rule cites the row of the map that it reads.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

JST = timezone(timedelta(hours=9))
LARGEST = 2**53 - 1
OUT = ("medium.handed_over", "enclosures.handed_over", "notice.handed_over", "letters.handed_over")
BACK = ("medium.returned", "notice.returned", "letters.delivered")
# Numbers that a record of this kind may leave empty: none is concerned.
NONE_CONCERNED = {
    "evidence.filed": {"transfer", "consignment"},
    "exception.granted": {"transfer", "payload"},
    "incident.opened": {"transfer", "medium"},
    "incident.closed": {"transfer"},
    "medium.lost": {"transfer"},
    "transfer.closed": {"incident"},
    "paper.printed": {"medium", "incident"},
    "order.issued": {"transfer"},
    "erasure.ended": {"transfer"},
    "erasure.interrupted": {"transfer"},
    "medium.destroyed": {"transfer"},
    "medium.entrusted": {"transfer"},
    "bundle.sealed": {"transfer"},
    "medium.written": {"transfer"},
    "medium.spoiled": {"transfer"},
    "certificate.voided": {"medium"},
}
NUMBERS = (
    "transfer",
    "medium",
    "payload",
    "consignment",
    "incident",
    "slip",
    "paper",
    "order",
    "certificate",
    "notice",
)


@dataclass
class Load:
    """One sealing of one medium: what becomes of the data that it carries."""

    medium: str
    transfer: str
    sha256: str
    written: bool = False
    left: bool = False
    back: bool = False
    matched: bool = False
    erased: bool = False
    validated_by: str = ""
    certificate: str = ""
    rendered: bool = False
    destroyed: str = ""
    lost: bool = False
    notice: str = ""
    notice_seen: bool = False
    notice_left: bool = False
    notice_back: bool = False
    notice_lost: bool = False
    password: bool = True

    @property
    def ended(self) -> bool:
        """Its own record tells of its end (O9: 媒体消去証明書 or 媒体物理的破壊記録書)."""
        return (bool(self.certificate) and self.rendered) or bool(self.destroyed)


@dataclass
class Transfer:
    number: str
    payload: str
    consignment: str
    records: int
    kinds: list[str]
    loads: list[Load] = field(default_factory=list)
    rows: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    together_on: set[str] = field(default_factory=set)
    released: bool = False
    passed: int = -1
    delivered_slip: str = ""
    inspected: tuple[int, int] = (0, 0)
    counts: dict[str, tuple[int, bool]] = field(default_factory=dict)
    sheets: dict[str, int] = field(default_factory=dict)
    letters: dict[str, int] = field(default_factory=dict)
    letters_out: int = -1
    accounted: int = -1
    report: Mapping[str, Any] | None = None
    incidents: dict[str, bool] = field(default_factory=dict)
    ended: str = ""

    @property
    def frozen(self) -> bool:
        return any(self.incidents.values())


class Oracle:
    """`wrong` collects what the records show that must not be; each names the record."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.transfers: dict[str, Transfer] = {}
        self.kinds: dict[str, str] = {}
        self.loads: dict[str, Load] = {}
        self.where: dict[str, str] = {}
        self.payloads: dict[str, Mapping[str, Any]] = {}
        self.terms: dict[str, Mapping[str, Any]] = {}
        self.handlers: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
        self.posts: dict[str, list[Mapping[str, str]]] = {}
        self.orders: dict[str, Mapping[str, Any]] = {}
        self.slips: dict[str, tuple[int, str, str]] = {}
        self.papers: set[str] = set()
        self.sheets: dict[str, str] = {}
        self.printable: list[str] = []
        self.certificates: list[str] = []
        self.void: dict[str, Load | None] = {}
        self.masters: list[str] = []
        self.incidents: dict[str, Mapping[str, Any]] = {}
        self.refused: dict[tuple[str, str], int] = defaultdict(int)
        self.happened: dict[str, int] = defaultdict(int)
        self._size = 0
        self._at = ""

    def take(self, record: Mapping[str, Any]) -> None:
        own, action = record["media_station"], record["event"]["action"]
        data, sequence = own["data"], own["sequence"]
        self._at = f"{sequence} {action}"
        self._must(sequence == self._size, "records follow each other")
        self._size += 1
        self.happened[action] += 1
        self._plain(data)
        for name in NUMBERS:
            if name in data and name not in NONE_CONCERNED.get(action, ()):
                self._must(bool(data[name]), f"O7: {name} is named")
        self._day = datetime.fromisoformat(record["@timestamp"]).astimezone(JST).date().isoformat()
        self._actor = record.get("user", {}).get("name", "")
        for role in ("approver",):
            if data.get(role):
                self._must(self._is(data[role], "approver"), f"{data[role]} is an approver on this day")
        rule = getattr(self, f"_{action.replace('.', '_')}", None)
        if action in OUT + BACK:
            self._handed(action, data, sequence)
        if rule is not None:
            rule(data)

    def _must(self, holds: bool, what: str) -> None:
        if not holds:
            self.wrong.append(f"{self._at}: {what}")

    def _plain(self, value: Any) -> None:
        """S8: whole numbers that every reader of JSON keeps."""
        if isinstance(value, dict):
            for each in value.values():
                self._plain(each)
        elif isinstance(value, list):
            for each in value:
                self._plain(each)
        elif isinstance(value, int):
            self._must(abs(value) <= LARGEST, "numbers are bounded")

    def _is(self, operator: str, role: str) -> bool:
        return any(
            post["role"] == role and post["starts"] <= self._day and (not post["ends"] or self._day <= post["ends"])
            for post in self.posts.get(operator, ())
        )

    # People.

    def _operator_enrolled(self, data) -> None:
        self.posts[data["operator"]] = data["posts"]

    def _operator_changed(self, data) -> None:
        self.posts[data["operator"]] = data["posts"]

    def _operator_suspended(self, data) -> None:
        self.posts[data["operator"]] = []

    def _request_refused(self, data) -> None:
        self.refused[data["request"], data["code"]] += 1 + data["unrecorded"]

    # D O1 O3: the consignment.

    def _consignment_proposed(self, data) -> None:
        self.terms[data["consignment"]] = data["terms"]

    def _consignment_amended(self, data) -> None:
        self._must(bool(data["consultation"].strip()), "O11: a change has its consultation")
        self.terms[data["consignment"]] = data["terms"]

    def _handler_registered(self, data) -> None:
        self._must(bool(data["person"].strip()), "O3: a handler has a name")
        known = self.handlers[data["consignment"], data["handler"]]
        known.append((self._size, data["starts"], data["ends"]))

    def _masters_proposed(self, data) -> None:
        self.masters.append(data["masters"])

    def _was_registered(self, consignment: str, handler: str, day: str, before: int) -> bool:
        """O3: registered before the handover, and valid on its day, by the last word until then."""
        words = [each for each in self.handlers[consignment, handler] if each[0] <= before + 1]
        return bool(words) and words[-1][1] <= day <= words[-1][2]

    # F1: the payload.

    def _payload_received(self, data) -> None:
        self.payloads[data["payload"]] = data

    def _payload_approved(self, data) -> None:
        self._must(data["requester"] != data["approver"], "F1: a second person confirms")

    def _transfer_opened(self, data) -> None:
        of = ("payload", "consignment", "records", "kinds")
        self.transfers[data["transfer"]] = Transfer(data["transfer"], *(data[each] for each in of))
        terms = self.terms[data["consignment"]]
        self._must(terms["starts"] <= self._day <= terms["ends"], "D: within the contract's period")
        self._must(set(data["kinds"]) <= set(terms["kinds"]), "D: of the allowed kinds")

    # Media.

    def _medium_registered(self, data) -> None:
        self._must(data["medium"] not in self.kinds, "O7: numbers are never used twice")
        self.kinds[data["medium"]], self.where[data["medium"]] = data["kind"], "hand"

    def _moves(self, medium: str, since: str, to: str) -> None:
        self._must(self.where.get(medium) in since.split(), f"O8: {medium} was {self.where.get(medium)}, not {since}")
        self.where[medium] = to

    def _medium_stored(self, data) -> None:
        self._moves(data["medium"], "hand", "stored")

    def _medium_drawn(self, data) -> None:
        self._moves(data["medium"], "stored", "hand")

    def _image_sealed(self, data) -> None:
        transfer, medium = self._open(data["transfer"]), data["medium"]
        before = self.loads.get(medium)
        if before is not None:
            self._must(before.ended and not before.destroyed and not before.password, "M: what it carried has ended")
            self._must(bool(self.transfers[before.transfer].ended), "M: an earlier transfer is closed")
        self._must(self.where.get(medium) == "hand", "O8: it is in hand")
        self._must(self.kinds.get(medium) in transfer.kinds, "D: a kind that was approved")
        self._must(not transfer.frozen, "O11: nothing while it is frozen")
        load = Load(medium=medium, transfer=transfer.number, sha256=data["image_sha256"])
        self.loads[medium] = load
        transfer.loads.append(load)

    def _open(self, number: str) -> Transfer:
        transfer = self.transfers[number]
        self._must(not transfer.ended, "O9: it is not closed")
        return transfer

    def _order_issued(self, data) -> None:
        self.orders[data["order"]] = data
        self._must(bool(data["approver"]) or data["action"] == "read", "two persons")
        self._must(data["approver"] != data["requester"], "two persons, not one twice")
        self._must(self.where.get(data["medium"]) == "hand", "O8: it is in hand")
        load = self.loads.get(data["medium"])
        if data["action"] == "write":
            transfer = self._open(data["transfer"])
            terms = self.terms[transfer.consignment]
            self._must(terms["starts"] <= self._day <= terms["ends"], "D: within the contract's period")
            self._must(not transfer.frozen, "O11: nothing while it is frozen")
            self._must(load is not None and load.sha256 == data["image_sha256"], "F2: its sealed image")
        if data["action"] == "erase" and load is not None and not load.ended:
            self._ends(load)

    def _ends(self, load: Load) -> None:
        """F7: erasure, destruction and the password's end wait until ⑦ has passed, or an approver decides otherwise."""
        transfer = self.transfers[load.transfer]
        self._must(transfer.released, "F7: ⑦ has passed, or an approver has decided otherwise")
        self._must(not transfer.frozen, "O11: nothing while it is frozen")

    def _medium_written(self, data) -> None:
        load = self.loads[data["medium"]]
        evidence = data["evidence"]
        self._must(evidence["sha256"] == load.sha256 and evidence["verdict"] == "PASS", "F2: read back and equal")
        load.written = True

    def _medium_identified(self, data) -> None:
        if data["verdict"] == "PASS":
            load = self.loads[data["medium"]]
            self._must(data["evidence"]["sha256"] == load.sha256 and load.back, "F6: what left has come back")
            load.matched = True

    def _erasure_ended(self, data) -> None:
        load = self.loads.get(data["medium"])
        if load is not None and data["verdict"] == "PASS":
            load.erased = True

    def _erasure_validated(self, data) -> None:
        load = self.loads[data["medium"]]
        self._ends(load)
        self._must(load.erased, "O9: of an erasure that passed")
        self._must(data["performer"] != data["validator"], "O9: by another person")
        load.validated_by = data["validator"]

    def _certificate_issued(self, data) -> None:
        load = self.loads[data["medium"]]
        self._must(load.back and load.erased and bool(load.validated_by), "O9: of a returned, erased, validated medium")
        self._must(data["approver"] != data["performer"], "O9: not by the performer")
        load.certificate = data["certificate"]
        self.certificates.append(load.certificate)

    def _certificate_rendered(self, data) -> None:
        self.sheets[data["certificate"]] = data["sha256"]

    def _certificate_scanned(self, data) -> None:
        self._seen(data["certificate"], data)
        for load in (each for transfer in self.transfers.values() for each in transfer.loads):
            load.rendered = load.rendered or load.certificate == data["certificate"]

    def _certificate_superseded(self, data) -> None:
        self._withdrawn(data["certificate"])
        self._must(data["successor"] not in self.certificates, "P: a number of its own")

    def _certificate_reissued(self, data) -> None:
        self._must(data["supersedes"] in self.void, "P: what it stands for is void")
        self._must(data["approver"] != data["performer"], "O9: not by the performer")
        self.certificates.append(data["certificate"])
        load = self.void[data["supersedes"]]
        if load is not None:
            load.certificate, load.rendered = data["certificate"], False

    def _certificate_voided(self, data) -> None:
        self._must(bool(data["binder"].strip()), "P: what is void has its reason")
        self._must(self._actor != data["approver"], "two persons, not one twice")
        load = self._withdrawn(data["certificate"])
        if load is not None:
            load.certificate, load.rendered = "", False

    def _withdrawn(self, number: str) -> Load | None:
        """The load that it was for, unless another certificate stands for that."""
        self._must(number in self.certificates and number not in self.void, "P: void is what was issued, once")
        loads = (each for transfer in self.transfers.values() for each in transfer.loads)
        self.void[number] = next((load for load in loads if load.certificate == number), None)
        return self.void[number]

    def _medium_entrusted(self, data) -> None:
        self._moves(data["medium"], "hand", "firm")
        self._must(all(data[name].strip() for name in ("firm", "taker", "bag", "binder")), "O7: who took it, in what")
        self._must(data["day"] == self._day <= data["proof_by"], "O7: of this day, and due")
        load = self.loads.get(data["medium"])
        if load is not None and not load.ended:
            self._ends(load)
            self._must(data["transfer"] == load.transfer, "O7: what it carried is named")

    def _medium_destroyed(self, data) -> None:
        self._moves(data["medium"], "firm" if data["proof"].strip() else "hand", "destroyed")
        self._must(not data["proof"] or (bool(data["method"].strip()) and data["day"] <= self._day), "M: by its proof")
        self._must(data["performer"] != data["witness"], "M: before a witness")
        self.printable.append(data["record"])
        load = self.loads.get(data["medium"])
        if load is not None and not load.ended:
            self._ends(load)
            self._must(data["transfer"] == load.transfer, "O7: what it carried is named")
            load.destroyed = data["record"]

    def _medium_lost(self, data) -> None:
        self._moves(data["medium"], "hand stored away firm", "lost")
        load = self.loads.get(data["medium"])
        if load is not None:
            load.lost = True

    def _notice_lost(self, data) -> None:
        self.loads[data["medium"]].notice_lost = True

    def _seen(self, number: str, data) -> None:
        """P: of all printings of a number the last one counts."""
        self._must(self.sheets.get(number) == data["sha256"], "P: what was printed last is scanned back")

    def _notice_scanned(self, data) -> None:
        self._seen(data["notice"], data)
        load = self.loads[data["medium"]]
        self._must(load.notice == data["notice"], "O5: its own notice")
        load.notice_seen = True

    def _notice_printed(self, data) -> None:
        self.sheets[data["notice"]] = data["sha256"]
        load = self.loads[data["medium"]]
        self._must(load.left and not load.notice and load.password, "O5: once, when the medium has left")
        load.notice, load.notice_seen = data["notice"], False

    def _notice_spoiled(self, data) -> None:
        load = self.loads[data["medium"]]
        self._must(load.notice == data["notice"] and not load.notice_left, "O5: what lies printed in the house")
        self._must(self._actor != data["approver"], "two persons, not one twice")
        if data["legible"] == "no":
            load.notice = ""

    def _password_destroyed(self, data) -> None:
        load = self.loads[data["medium"]]
        self._ends(load)
        self._must(not load.notice_left or load.notice_back or load.notice_lost, "O9: its notice is not out")
        load.password = False

    def _payload_purged(self, data) -> None:
        for transfer in self.transfers.values():
            if transfer.payload == data["payload"]:
                self._must(
                    all(each.ended or each.certificate or each.lost for each in transfer.loads), "S7: until the end"
                )

    # F2 F6 O3 O5 O6: the counter.

    def _handed(self, action: str, data, sequence: int) -> None:
        transfer = self.transfers[data["transfer"]]
        terms = self.terms[transfer.consignment]
        self._must(transfer.ended != "complete", "O9: it is not closed")
        known = self._was_registered(transfer.consignment, data["handler"], self._day, sequence)
        self._must(known, "O3: a registered handler, valid on this day")
        self._must(data["day"] == self._day and data["visit"] >= 1, "O7: of this day")
        if action in OUT or "letters" not in action:
            self._must(bool(data["bag"].strip()), "O6: the bag's number")
        if action in OUT:
            self._must(not transfer.frozen and not transfer.ended, "O11: nothing leaves while it is frozen")
            self._must(bool(data["seal"].strip()) or not terms["seal_required"], "O6: the seal's number")
        self._check_apart(action, data, transfer, terms)
        transfer.rows.append((action, data))
        self.slips[data["slip"]] = (sequence, data["transfer"], data["day"])

    def _check_apart(self, action: str, data, transfer: Transfer, terms) -> None:
        """O5: medium and notice of one transfer on different occasions, out and back."""
        what, way = action.split(".")
        other = {"medium": "notice", "notice": "medium"}.get(what)
        for earlier, row in transfer.rows:
            if earlier != f"{other}.{way}" or row["day"] != data["day"]:
                continue
            if terms["separation"] == "day" or row["visit"] == data["visit"]:
                self._must(data["day"] in transfer.together_on, f"O5: not on one occasion with {row['slip']}")

    def _medium_handed_over(self, data) -> None:
        self._moves(data["medium"], "hand", "away")
        load = self.loads[data["medium"]]
        self._must(load.transfer == data["transfer"] and load.written and not load.left, "F2: what was written for it")
        load.left = True
        self.transfers[data["transfer"]].report = None

    def _medium_returned(self, data) -> None:
        self._moves(data["medium"], "away lost", "hand")
        load = self.loads[data["medium"]]
        self._must(load.transfer == data["transfer"], "F6: of its own transfer")
        load.back, load.lost = True, False

    def _notice_handed_over(self, data) -> None:
        load = self.loads[data["medium"]]
        self._must(load.transfer == data["transfer"] and load.notice == data["notice"] != "", "O5: its own notice")
        self._must(load.notice_seen, "P: what leaves is on paper")
        load.notice_left = True

    def _notice_returned(self, data) -> None:
        load = self.loads[data["medium"]]
        self._must(load.transfer == data["transfer"] and load.notice == data["notice"], "O9: the notice that left")
        self._must(load.notice_left or load.notice_lost, "O9: what was out comes back")
        load.notice_back = True

    def _enclosures_handed_over(self, data) -> None:
        self.transfers[data["transfer"]].sheets[data["slip"]] = data["sheets"]

    def _letters_delivered(self, data) -> None:
        transfer = self.transfers[data["transfer"]]
        transfer.delivered_slip = data["slip"]
        transfer.letters[data["slip"]] = data["letters"]

    def _letters_handed_over(self, data) -> None:
        transfer = self.transfers[data["transfer"]]
        self._must(transfer.passed >= 0, "F8: after ⑦")
        self._must(data["letters"] == transfer.passed, "F8: what passed less what was pulled")
        transfer.letters_out = data["letters"]

    def _handover_corrected(self, data) -> None:
        sequence, number, day = self.slips[data["slip"]]
        transfer = self.transfers[number]
        self._must(bool(data["binder"].strip()), "O7: a correction has its reason")
        self.printable.append(data["correction"])
        if data["field"] == "handler":
            known = self._was_registered(transfer.consignment, data["becomes"], day, sequence)
            self._must(known, "O3: a handler registered before the handover, valid on its day")
        if data["field"] == "sheets":
            transfer.sheets[data["slip"]] = int(data["becomes"])
        if data["field"] == "letters" and data["slip"] in transfer.letters:
            transfer.letters[data["slip"]] = int(data["becomes"])

    # F3 to F8: counts, ⑦, papers.

    def _letters_inspected(self, data) -> None:
        transfer = self._open(data["transfer"])
        delivered = transfer.letters.get(transfer.delivered_slip, -1)
        self._must(data["inspected"] == delivered, "F7: all that was delivered")
        self._must(0 <= data["pulled"] <= data["inspected"], "F7: no more is pulled than there is")
        if data["verdict"] == "PASS":
            transfer.released, transfer.passed = True, data["inspected"] - data["pulled"]
        else:
            # Back to ④: what was counted, and what the contractor reported, was of another round.
            transfer.counts.clear()
            transfer.report, transfer.delivered_slip = None, ""

    def _count_reported(self, data) -> None:
        transfer = self._open(data["transfer"])
        self._must(data["count"] not in transfer.counts, "O7: what was reported is corrected, not overwritten")
        transfer.counts[data["count"]] = (data["value"], False)

    def _count_corrected(self, data) -> None:
        transfer = self._open(data["transfer"])
        self._must(bool(data["binder"].strip()), "O7: a correction has its reason")
        self._must(transfer.counts.get(data["count"], (None,))[0] == data["was"], "O7: what it said before")
        transfer.counts[data["count"]] = (data["value"], True)

    def _enclosures_accounted(self, data) -> None:
        transfer = self._open(data["transfer"])
        transfer.accounted = data["enclosed"] + data["spoiled"] + data["returned"]
        self._must(transfer.accounted == sum(transfer.sheets.values()), "F5: all sheets that were handed over")

    def _evidence_filed(self, data) -> None:
        if (data["requirement"], data["side"]) == ("O9", "contractor") and data["transfer"]:
            self.transfers[data["transfer"]].report = data

    def _paper_printed(self, data) -> None:
        self.sheets[data["paper"]] = data["sha256"]

    def _paper_scanned(self, data) -> None:
        self._seen(data["paper"], data)
        self.papers.add(data["paper"])

    def _paper_stamped(self, data) -> None:
        self._must(data["paper"] in self.papers, "P: what is filed is on paper")

    def _exception_granted(self, data) -> None:
        self._must(bool(data["binder"].strip()), "an exception has its reason")
        self._must(self._actor == data["approver"], "an approver decides")
        if data["kind"] == "same_occasion":
            self.transfers[data["transfer"]].together_on.add(data["day"])
        if data["kind"] == "before_inspection":
            self.transfers[data["transfer"]].released = True

    # O11: incidents.

    def _incident_opened(self, data) -> None:
        self.incidents[data["incident"]] = data
        load = self.loads.get(data["medium"])
        if data["transfer"]:
            transfer = self.transfers[data["transfer"]]
            transfer.incidents[data["incident"]] = True
            if data["medium"]:
                self._must(data["medium"] in [each.medium for each in transfer.loads], "O11: a medium of its transfer")
        elif load is not None and not load.ended:
            self._must(False, "O11: the transfer that the medium carries is named")

    def _incident_closed(self, data) -> None:
        self._must(bool(data["measures"].strip()), "O11: consulted on")
        if data["transfer"]:
            self.transfers[data["transfer"]].incidents[data["incident"]] = False

    # O9: the end.

    def _transfer_closed(self, data) -> None:
        transfer = self._open(data["transfer"])
        self._must(not transfer.frozen, "O11: nothing while it is frozen")
        accounted = all(each.certificate or each.destroyed or each.lost for each in transfer.loads)
        self._must(accounted, "O9: each medium is destroyed, certified or lost")
        self._must(not any(each.password for each in transfer.loads), "O9: each password is destroyed")
        transfer.ended = data["ending"]
        self.happened[f"closed {data['ending']}"] += 1
        if data["ending"] == "incident":
            told = transfer.incidents.get(data["incident"])
            self._must(told is False and bool(data["binder"].strip()), "O11: a closed incident of its own tells why")
            return
        for name, there in self.five(transfer).items():
            self._must(there, f"O9: {name}")
        for name, there in self.reconciled(transfer).items():
            self._must(there, f"F: {name}")

    def five(self, transfer: Transfer) -> dict[str, bool]:
        """O9: medium, paper, notice, the contractor's report, our own record."""
        loads = transfer.loads
        report = transfer.report
        return {
            "a medium left": any(each.left for each in loads),
            "media back": all(each.matched for each in loads if each.left),
            "notices back": all(each.notice_back for each in loads if each.notice_left or each.notice_lost),
            "papers": transfer.accounted >= 0 and transfer.accounted == sum(transfer.sheets.values()),
            "report": report is not None and report["result"] == "met",
            "record": all(each.ended and (not each.destroyed or each.destroyed in self.papers) for each in loads),
        }

    def reconciled(self, transfer: Transfer) -> dict[str, bool]:
        """出力 = 印字, 印字 − 合封 = 封入 = 納品, 検査合格 − 引抜 = 差出, or explained."""
        value = {name: number for name, (number, _) in transfer.counts.items()}
        explained = {name for name, (_, corrected) in transfer.counts.items() if corrected}
        delivered = transfer.letters.get(transfer.delivered_slip)
        six = {"envelopes", "printed", "enclosed", "combined", "spoiled", "posted"}
        return {
            "six counts": value.keys() >= six,
            "printed": "printed" in explained or value.get("printed") == transfer.records,
            "enclosed": "enclosed" in explained
            or value.get("enclosed") == value.get("printed", 0) - value.get("combined", 0) == delivered,
            "posted": "posted" in explained or value.get("posted") == transfer.passed,
            "handed to the post": transfer.letters_out >= 0,
        }
