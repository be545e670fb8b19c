"""The requirement map's titles in English; the Japanese ones are the map's own (model/compliance)."""

from collections.abc import Mapping
from typing import Final

from media_station.model.compliance import TITLES

ENGLISH: Final[Mapping[str, str]] = {
    "F1": "1 the target data is exported",
    "F2": "2 data and enclosures are handed to the contractor",
    "F3": "3 envelopes are made",
    "F4": "4 the data is checked and printed on the letters",
    "F5": "5 letters and enclosures are enclosed and sealed",
    "F6": "6 the data comes back, the letters are delivered",
    "F7": "7 staff inspect the delivery",
    "F8": "8 the letters go to the post",
    "D": "approved items only",
    "O1": "special terms, law and policy kept; cloud use declared",
    "O2": "on-site inspections and status reports",
    "O3": "the contractor's responsible person and handlers named",
    "O4": "the workflow made and shared",
    "O5": "encrypted; medium and password notice on different occasions",
    "O6": "carried in a locked bag",
    "O7": "ledger and slips; every medium's history can be followed",
    "O8": "kept in a safe or cabinet",
    "O9": "returned, erased, and reported",
    "O10": "organisation and procedure for incidents confirmed",
    "O11": "consultation on incidents and on changed safeguards",
    "S1": "no communication but with the one partner",
    "S2": "only certain systems can communicate",
    "S3": "communication is encrypted",
    "S4": "firewall, hardening, intrusion detection, patches",
    "S5": "virus scan with the latest patterns",
    "S6": "authentication by id and password and by address",
    "S7": "access rights, passwords on files",
    "S8": "monitoring, access log, regular analysis",
    "S9": "redundancy and backup",
    "S10": "entry to the room is controlled",
    "S11": "an environment under domestic law",
    "M": "how media are erased or destroyed",
    "P": "papers",
}


def requirement_title(requirement: str, language: str) -> str:
    titles = TITLES if language == "ja" else ENGLISH
    return titles.get(requirement, requirement)
