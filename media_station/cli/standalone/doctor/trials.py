"""What was never tried on this installation, by what the journal tells: nothing else counts as having been tried."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from media_station.cli.standalone.doctor.place import Place
from media_station.cli.standalone.doctor.processes import JOURNAL
from media_station.model.certificate import CertificateScanned
from media_station.model.erasure import ErasureEnded
from media_station.model.errors import Refused, StationError
from media_station.model.event import Event
from media_station.model.handover import NoticeScanned
from media_station.model.ids import is_text
from media_station.model.medium import MediumWritten
from media_station.model.order import Verdict
from media_station.model.station import PaperScanned, StationRestored
from media_station.proof.record import decode
from media_station.proof.segments import segments
from media_station.settings import Settings

UNTRIED: Final = frozenset({"DOC-029", "DOC-030", "DOC-031", "DOC-032"})
_LONGEST_NAME: Final = 64
_CDROMS: Final = "/proc/sys/dev/cdrom/info"
_TELLING: Final = tuple(
    each.name.encode()
    for each in (PaperScanned, NoticeScanned, CertificateScanned, MediumWritten, ErasureEnded, StationRestored)
)


def trials(place: Place, settings: Settings) -> Iterator[StationError]:
    del settings
    drives = _disc_drives(place)
    wanted = {"DOC-029", "DOC-030", "DOC-031", *drives}
    try:
        tried = _tried(place, wanted)
    except StationError as error:
        yield error
        return
    for each in sorted(wanted - tried, key=lambda each: (each not in UNTRIED, each)):
        yield Refused(each) if each in UNTRIED else Refused("DOC-032", drive=each)


def _disc_drives(place: Place) -> set[str]:
    """Vendor and model of each that may burn, as evidence names them."""
    drives = set()
    readers = _readers(place)
    for each in place.path("/sys/class/block").glob("sr[0-9]*"):
        if each.name in readers:
            continue
        device = each.resolve() / "device"
        usb = next((above.parent for above in device.parents if (above / "bInterfaceClass").exists()), device)
        vendor = _said(usb / "manufacturer") or _said(device / "vendor")
        drives.add(f"{vendor} {_said(usb / 'product') or _said(device / 'model')}")
    return drives


def _readers(place: Place) -> set[str]:
    """Those that write no DVD, as the kernel asked them: a virtual drive, a stick's own disc."""
    told = [line.partition(":") for line in place.text(_CDROMS).splitlines()]
    row = {name: said.split() for name, _, said in told}
    burns = zip(*(row.get(name, []) for name in ("Can write DVD-R", "Can write DVD-RAM")), strict=False)
    return {name for name, can in zip(row.get("drive name", []), burns, strict=False) if set(can) == {"0"}}


def _said(attribute: Path) -> str:
    """As the drive's process takes it: what can't be shown is left out. Empty for what isn't there."""
    try:
        said = attribute.read_bytes().decode(errors="replace").strip()
    except OSError:
        return ""
    return "".join(each for each in said if is_text(f"x{each}x"))[:_LONGEST_NAME].strip()


def _tried(place: Place, wanted: set[str]) -> set[str]:
    """Back to when the machine became the station, or until nothing more is wanted."""
    tried: set[str] = set()
    for segment in reversed(segments(place.path(JOURNAL))):
        text = segment.read_bytes()
        if not any(name in text for name in _TELLING):
            continue
        for line in reversed(text.splitlines(keepends=True)):
            if not line.endswith(b"\n") or not any(name in line for name in _TELLING):
                continue
            event = decode(line).event
            if isinstance(event, StationRestored):
                return tried
            tried |= set(_proves(event))
        if wanted <= tried:
            break
    return tried


def _proves(event: Event | None) -> Iterator[str]:
    match event:
        case PaperScanned() | NoticeScanned() | CertificateScanned():
            yield "DOC-029"
        case MediumWritten():
            yield "DOC-030"
            yield event.evidence.drive.rpartition(" (")[0]
        case ErasureEnded(verdict=Verdict.PASS):
            yield "DOC-031"
        case _:
            return
