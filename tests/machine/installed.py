"""A plain machine that became a station by the commands of docs/installing.md alone, and what its people do at it."""

import hashlib
import json
import re
import shlex
from pathlib import Path

from plain import Plain
from section import DRIVER, GUEST, PATTERNS, QUEUE, ROOT, Section
from system.sandboxes import AS_THE_DESK, EXPOSURE, KNOCKS

from media_station.age.x25519 import X25519Identity

GUIDE = ROOT / "docs" / "installing.md"
RUNNING = ("desk.service", "drive.service", "guard.service", "cups.service", "clamd.service", "people.socket")
OFFICE = "python3 /root/office.py"
BOOTS = "grep -qx -e initializing -e starting"
TOMORROW = 75
TOLD, CAME = "/run/told", "/run/came"
TRIES = "[Service]\nExecStartPre=-/usr/bin/python3 /opt/tests/trying.py\n"
BACKEND = "/usr/lib/cups/backend/tray"


class Installed:
    """`section` is who works there."""

    def __init__(self, machine: Plain, section: Section) -> None:
        self.machine = machine
        self.section = section
        self.look = ""

    def answers(self) -> str:
        first, second = self.section.people["administrator"], self.section.people["second_administrator"]
        administrators = [[first.operator, first.name], [second.operator, second.name, str(second.period_seconds)]]
        lines = (
            'station = "kita-zei-1"',
            'issued_by = "北市 税務部 税務課"',
            f'printer = "{QUEUE}"',
            'scanner = "/run/media-station-clamd/clamd.sock"',
            f"recipients = {json.dumps([str(X25519Identity.generate().to_public()) for _ in range(2)])}",
            f"administrators = {json.dumps(administrators, ensure_ascii=False)}",
        )
        return "".join(f"{line}\n" for line in lines)

    def install(self, built: Path) -> None:
        """By the guide's blocks, with its own answers, what the publisher's sheet says, a printer and patterns."""
        machine = self.machine
        machine.has("answers.toml", self.answers())
        machine.has("typist.py", (GUEST / "typist.py").read_text())
        machine.does("mkdir patterns")
        machine.has("patterns/own.ndb", PATTERNS)
        sheet = {
            "$KEY": (built / "key").read_text().strip(),
            "$SHA256": hashlib.sha256((ROOT / "scripts" / "bundle" / "install").read_bytes()).hexdigest(),
            "$PRINTER": "tray:/tray",
            "$PATTERNS": "patterns",
        }
        *blocks, look = blocks_of_the_guide()
        self.look = look.strip()
        for line in "".join(blocks).splitlines():
            typed = line
            for name, value in sheet.items():
                typed = typed.replace(name, value)
            if line.startswith("lpadmin "):  # the printer's driver, which comes with cups in its bundle
                machine.has(BACKEND, DRIVER)
                machine.does(f"chmod 700 {BACKEND}")
            machine.types(typed, self.enrolling() if line.startswith("media-station setup") else (), as_in_guide=line)
        machine.has("office.py", (GUEST / "office.py").read_text())
        machine.has("submission.pub", (self.section.folder / "host" / "submission.pub").read_text())
        self.section.learn(machine.typed[-1][1])
        machine.has("office.json", self.section.known())

    def enrolling(self) -> list[tuple[str, object]]:
        """What is typed at setup's questions: the recovery passphrase as on the sheet, then the two administrators."""
        first, second = self.section.people["administrator"], self.section.people["second_administrator"]
        return [
            ("Type it as it stands", {"copied": r"([0-9A-Z]{5}(?:-[0-9A-Z]{5}){5})"}),
            ("a new password", first.password),
            ("Once more", first.password),
            ("shows now", {"code_of": ""}),
            ("written them down", ""),
            ("a new password", second.password),
            ("Once more", second.password),
            ("The token's secret", second.secret),
            ("shows now", {"code_of": second.secret, "period": second.period_seconds}),
            ("written them down", ""),
        ]

    def looks(self) -> set[str]:
        """As the guide ends: the codes that the doctor names."""
        said = self.machine.types(f"LANG=en_US.UTF-8 {self.look}; test $? -le 3", as_in_guide=self.look)
        rows = re.split(r"(?m)^(?=\S)", said)
        assert sum(row.startswith("ok ") for row in rows) > 5
        return {code for row in rows if row.startswith("WRONG ") for code in re.findall(r"\b[A-Z]{3}-\d{3}\b", row)}

    def wrong(self) -> set[str]:
        """The same, as programs read it."""
        said = self.machine.does(f"{self.look} --json; test $? -le 3")
        rows = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        assert len(rows) > 5
        return {row["code"] for row in rows if row["state"] == "wrong"}

    def records(self) -> int:
        """How many lines the journal has now."""
        return int(self.machine.does("cat /var/lib/media-station/desk/journal/*.jsonl | wc -l"))

    def verify(self) -> int:
        """All runs that the machine started by itself, and the journal by the stand-alone verifier; how many records."""
        self._until_booted()
        self.machine.does("systemctl is-active " + " ".join(f"media-station-{each}" for each in RUNNING))
        said = self.machine.does(
            "PYTHONPATH=/usr/lib/media-station python3 /usr/share/media-station/verify_journal.py "
            "/var/lib/media-station/desk/journal --key /etc/media-station/public/journal.pub"
        )
        return int(re.findall(r"(?m)^whole: (\d+) records of", said)[0])

    def tries(self) -> dict[str, dict[str, str]]:
        """What came of each attempt of trying.py in the sandbox of each unit, by its name, and outside of any (no name)."""
        machine = self.machine
        machine.does("mkdir -p /opt/tests")
        machine.has("/opt/tests/trying.py", (ROOT / "tests" / "system" / "trying.py").read_text())
        machine.has("/opt/tests/tries.conf", TRIES)
        for unit in EXPOSURE:  # until the next boot
            machine.does(f"install -D -t /run/systemd/system/media-station-{unit}.service.d /opt/tests/tries.conf")
        machine.does("systemctl daemon-reload")
        machine.does("systemctl restart " + " ".join(f"media-station-{each}" for each in RUNNING))
        for door in ("cell", "clock", "patterns", "update"):
            machine.does(shlex.join([*AS_THE_DESK, "python3", "-c", KNOCKS.format(door)]))
        machine.does("systemctl start media-station-chore@heartbeat.service")
        # No screen here: they try, and then can't start.
        machine.does("systemctl start media-station-seat.service media-station-console.service || true")
        said = machine.does("journalctl -b -o json --output-fields=_SYSTEMD_UNIT,MESSAGE -g 'raw frames'")
        found = {"": json.loads(machine.does("STATE_DIRECTORY=/none python3 /opt/tests/trying.py"))}
        for line in said.splitlines():
            told = json.loads(line)
            unit = re.match(r"media-station-(\w+@?)", told["_SYSTEMD_UNIT"])[1]
            found[unit] = json.loads(told["MESSAGE"])
        return found

    def exposed(self) -> dict[str, float]:
        """What systemd says of each unit, of 10."""
        found = {}
        for unit in EXPOSURE:
            name = f"media-station-{unit}.service".replace("@.", "@1.")
            said = self.machine.does(f"systemd-analyze security --no-pager {name}")
            found[unit] = float(re.search(r"exposure level for .*: ([\d.]+)", said)[1])
        return found

    def enrols(self) -> None:
        """All but its two administrators."""
        self.machine.does(f"{OFFICE} enrol")

    def works(self, until: str = "") -> dict[str, dict[str, str]]:
        """Its people go on with the main job until they are at what this pattern fits, and are at it when this returns; or
        to its end. What can't be done before tomorrow is done on the next day. How all stood when they last looked.
        """
        machine = self.machine
        self._until_booted()
        machine.does(f"rm -f {TOLD} {CAME}")
        machine.begin(f"{OFFICE} on >{TOLD} 2>&1; echo $? >{CAME}")
        self._until_told('"how"')
        states = self._how()
        self._until_told(until)
        came = machine.does(f"cat {CAME} 2>/dev/null || true")
        if came == str(TOMORROW):
            machine.off()
            machine.on(days=1)
            return self.works(until)
        assert came == ("" if until else "0"), machine.does(f"cat {TOLD}")
        return states if until else self._how()

    def _until_booted(self) -> None:
        self.machine.does(f"while systemctl is-system-running --wait | {BOOTS}; do sleep 1; done")

    def _until_told(self, pattern: str) -> None:
        """They are there, or have stopped."""
        told = f"grep -Eqs {shlex.quote(pattern)} {TOLD}" if pattern else "false"
        self.machine.does(f"until {told} || test -s {CAME}; do sleep 0.3; done")

    def _how(self) -> dict[str, dict[str, str]]:
        """The states by the tables, which are those that people see; for a disc that is spoiled a new one is put in."""
        said = self.machine.does(f"cat {TOLD}")
        hows = [line for line in said.splitlines() if line.startswith('{"step": "how", "seen"')]
        assert hows, said
        how = json.loads(hows[-1])
        for noun, seen in how["seen"].items():
            assert seen == {number: state for number, state in how["states"].get(noun, {}).items() if number in seen}
        assert "issued" not in how["states"].get("order", {}).values()
        discs = [state for medium, state in how["states"].get("medium", {}).items() if "-D-" in medium]
        if len(discs) == len(self.section.discs) and set(discs) <= {"spoiled", "destroyed"}:
            self.section.blank_disc()
        return how["states"]


def blocks_of_the_guide() -> list[str]:
    """What it says to type."""
    return re.findall(r"(?ms)^```sh\n(.*?)^```$", GUIDE.read_text())
