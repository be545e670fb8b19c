"""The rules of M: which method for which medium, and what may be claimed. Erasure and destruction events."""

from dataclasses import dataclass, field
from enum import Enum

from media_station.model.errors import Refused
from media_station.model.event import Event, Outcome, before
from media_station.model.kind import MediumKind
from media_station.model.order import Evidence, Verdict


class Method(Enum):
    """How media are erased. The value stands in evidence and on the certificate."""

    RANDOM_ZERO_VERIFIED = "random+verify+zero+verify"
    RANDOM_VERIFIED = "random+verify"
    BLANKED_VERIFIED = "full-blank+verify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`claim` is what a PASS supports: the sanitization term of `standard`, where it has one for such a medium."""

    method: Method
    passes: int
    standard: str
    claim: str


# NIST SP 800-88 (Rev. 1, table A-7: optical media) knows no way but to destroy a disc: what a rewritable one may be
# called rests on the district's approval alone.
_DISTRICTS = "区が承認した手順（NIST SP 800-88 の Purge ではない）"
_OVERWRITTEN = Rule(method=Method.RANDOM_VERIFIED, passes=1, standard=_DISTRICTS, claim="完全消去（全面上書き）")
_RULES = {
    MediumKind.USB: Rule(method=Method.RANDOM_ZERO_VERIFIED, passes=2, standard="NIST SP 800-88 Rev. 2", claim="Clear"),
    MediumKind.DVD_RW: Rule(
        method=Method.BLANKED_VERIFIED, passes=1, standard=_DISTRICTS, claim="完全消去（全面ブランク化）"
    ),
    MediumKind.DVD_PLUS_RW: _OVERWRITTEN,
    MediumKind.DVD_RAM: _OVERWRITTEN,
}


def rule_for(kind: MediumKind) -> Rule:
    """The rule for this kind; Refused ERA-001 for write-once media, which can only be destroyed."""
    if kind not in _RULES:
        raise Refused("ERA-001", kind=kind.value)
    return _RULES[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureEnded(Event):
    """Terminal for its order: PASS only when the whole medium was erased and looked at, as its rule says."""

    name = "erasure.ended"
    requirements = ("F6", "M", "O9")
    order: str
    medium: str
    transfer: str
    verdict: Verdict
    evidence: Evidence

    @property
    def branch(self) -> Verdict:
        return self.verdict

    @property
    def outcome(self) -> Outcome:
        return self.verdict.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureInterrupted(Event):
    """Nothing is claimed; a new order starts at block 0."""

    name = "erasure.interrupted"
    order: str
    medium: str
    transfer: str
    code: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureValidated(Event):
    """Someone other than the performer looked at the evidence (SP 800-88 Rev. 2, validation)."""

    name = "erasure.validated"
    requirements = ("O9",)
    medium: str
    transfer: str
    performer: str
    validator: str


class Destroyer(Enum):
    """In the house, before a witness; or by an outside firm, whose proof says so."""

    HOUSE = "house"
    FIRM = "firm"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumEntrusted(Event):
    """It left to the firm that is to destroy it. `record` is the number that its 媒体物理的破壊記録書 will have.

    `firm` is the master's name of it, `taker` who took it along, `binder` the number of his receipt. The firm's proof
    is due by `proof_by`.
    """

    name = "medium.entrusted"
    requirements = ("O7",)
    medium: str
    transfer: str
    record: str
    reason: str
    firm: str
    taker: str
    bag: str
    binder: str
    day: str
    proof_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumDestroyed(Event):
    """Destroyed before a witness; `record` is the number of the 媒体物理的破壊記録書.

    By a firm: `device` is its name, `method` and `day` are its proof's, `proof` is that paper's number in the binder;
    `performer` and `witness` are those who saw it. In the house `proof` and `day` are empty.
    """

    name = "medium.destroyed"
    requirements = ("F6", "M", "O9")
    medium: str
    transfer: str
    record: str
    reason: str
    method: str
    device: str
    particle: str
    place: str
    residue: str
    performer: str
    witness: str
    proof: str = field(metadata=before(""))
    day: str = field(metadata=before(""))

    @property
    def branch(self) -> Destroyer:
        return Destroyer.FIRM if self.proof else Destroyer.HOUSE
