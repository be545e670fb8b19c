"""media-station setup machine: a fresh machine, on which the package was installed, becomes a station.

Everything is asked first, then written, then the recovery passphrase is shown, and station.toml comes last: what was
left by a setup that didn't get so far is made anew, so no station has a passphrase that nobody saw. One that got so
far is only started; a machine that is a station or ever was one is left alone.
"""

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from media_station.age.x25519 import X25519Recipient
from media_station.cli import operator, output
from media_station.cli.asking import Asking, Script, Terminal
from media_station.cli.enrolling import PHONE
from media_station.cli.standalone import credentials, recovery_sheet, restoring
from media_station.cli.standalone.fresh_files import PUBLIC, write_all
from media_station.cli.standalone.recovery_sheet import ETC, UNITS
from media_station.model.errors import Refused
from media_station.model.ids import Identity
from media_station.model.link import Link
from media_station.model.operator import ADMINISTRATORS_AT_LEAST
from media_station.proof.cosignature import Witness
from media_station.texts.prompts import prompt

_ROOT: Final = Path("/")
_SETTINGS: Final = "station.toml"
_NEW: Final = "station.toml.new"
_JOURNAL: Final = restoring.STATE / "journal"
_SOCKET: Final = "media-station-gate.socket.d/network.conf"
_TARGET: Final = "media-station.target"
_SERVICES: Final = ("desk", "drive", "guard")
_START_SECONDS: Final = 600
_RECIPIENTS: Final = 2
_ABOUT: Final = """パッケージを入れたばかりの機械を、端末として設置します（rootで、一度だけ）。
Makes this fresh machine a station, after its package was installed (as root, once).
  1. 質問：名前、発行者、ネットワーク、プリンタ / what it is to be is asked
  2. 鍵を作り、この機械に封印します / keys are made and sealed to this machine
  3. 復旧用のパスフレーズを一度だけ表示します / the recovery passphrase is shown, once
  4. 端末を起動します / the station is started
  5. 最初の管理者二人を登録します / the first two administrators are enrolled
--restore なら、4. の前にバックアップから復元し、5. は行いません（docs/restoring.md）。管理者二人のほかの
アカウントは、そのどちらかが確かめて解除するまで使えません。
With --restore a backup becomes its state before 4., and its accounts are the backup's; all but those
of the two administrators who are named are locked until one of them has looked.
--answers のファイルがあれば、1. はそれで答え（docs/installing.md）、5. は administrators がある
ときだけ行います。端末がないか --json なら、3. のパスフレーズは標準出力に出します。
With --answers a file answers 1., and 5. is done for those that it names. Without a terminal, or with
--json, 3. goes to standard output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Files' names as from the folder in which they are given. Each administrator: operator, name and, if it is no
    phone, the token's period. No interface: no network. `scanner`: clamd's socket, or none yet; `recipients`: two age1…
    of the district, or none yet.
    """

    station: str
    issued_by: str
    interface: str = ""
    address: str = ""
    host: str = ""
    port: int = Link().port
    host_certificate: str = ""
    witness: str = ""
    printer: str = ""
    scanner: str = ""
    recipients: list[str] = field(default_factory=list)
    administrators: list[list[str]] = field(default_factory=list)

    @property
    def link(self) -> Link:
        return Link(interface=self.interface, address=self.address, host=self.host, port=self.port)

    def verify(self) -> None:
        """Refused STP-007 with all that is wrong, IDS-001 for the name."""
        Identity(station=self.station, epoch="e1")
        wrong = self.link.problems() if self.interface else []
        if self.interface and not self.host_certificate:
            wrong.append("host_certificate")
        if self.administrators and len(self.administrators) < ADMINISTRATORS_AT_LEAST:
            wrong.append("administrators")
        wrong += ["administrators" for each in self.administrators if len(each) not in (2, 3)]
        if self.recipients and not _are_recipients(self.recipients):
            wrong.append("recipients")
        if wrong:
            raise Refused("STP-007", problems=", ".join(wrong))


def _are_recipients(untrusted_texts: list[str]) -> bool:
    """Two that differ."""
    try:
        return (
            len({X25519Recipient.parse(str(each)) for each in untrusted_texts}) == len(untrusted_texts) == _RECIPIENTS
        )
    except Refused:
        return False


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(
        parser,
        _ABOUT,
        examples=(
            "setup machine",
            "setup machine --answers answers.toml",
            "setup machine --restore backup.age -i key.txt --journal-key e1.pub --head head",
        ),
    )
    parser.add_argument("--answers", type=Path, metavar="FILE", help="答えのファイル（TOML）\nthe answers, as TOML")
    restoring.arrange(parser)
    parser.add_argument("--secrets-from-stdin", action="store_true", help="for scripts: as of `operator enrol`")
    parser.add_argument("--json", action="store_true", help="with --answers: say what was made as JSON")
    output.arrange_language(parser)


Files = Callable[..., tuple[dict[str, str], dict[str, str]]]
Load = Callable[[Path], object]  # settings; refuses those that are none
Show = Callable[[dict[str, str], str], None]


def run(asked: argparse.Namespace, station_files: Files, load: Load) -> int:
    """A restore that was cut off once the journal was there goes on from there.

    Refused STP-006 on a machine that is a station, STP-007 wrong answers, STP-008 a command that failed; and as
    `restoring` says, RST-003 if this machine was set up for a restore, and none is asked for.
    """
    unfinished = asked.restore is not None and restoring.is_unfinished(_ROOT)
    if not unfinished:
        require_fresh(_ROOT)
    given = restoring.given(asked)
    by_script = asked.answers is not None and (asked.json or asked.secrets_from_stdin or not sys.stdin.isatty())
    asking: Asking = Script() if by_script else Terminal()
    answers = None if asked.answers is None else read(asked.answers)
    _verify_named(answers, given)
    told, restored = dict[str, str](), dict[str, str]()
    if not unfinished and not _is_made(given):

        def show(made: dict[str, str], passphrase: str) -> None:
            if by_script:
                _print(made | {"recovery": passphrase} if asked.json else {"recovery": passphrase}, asked)
            else:
                recovery_sheet.shown_once(asking, passphrase, asked.lang)

        identity = None if given is None else given.identity
        told = write(_ROOT, answers or ask(asking, asked.lang), station_files, load, show, identity)
    if given is not None:
        enable()
        restored = restoring.restore(_ROOT, given, _names(answers, asking, asked))
        _print(restored, asked)
    elif restoring.identity(_ROOT).follows:
        raise Refused("RST-003")
    start()
    restoring.finish(_ROOT)
    if told and not (by_script and asked.json):  # else it was said with the passphrase
        _say(told, asked)
    if not restored:
        _enrol_first(answers, asking, asked)
    elif not asked.json:
        print(prompt("machine_restored", asked.lang), flush=True)
    return 0


def _verify_named(answers: Answers | None, given: restoring.Given | None) -> None:
    """A restore may name more than two: nobody knows who still has his token. Refused STP-007."""
    if answers is None:
        return
    named = len(answers.administrators)
    if (given is not None and not named) or (given is None and named > ADMINISTRATORS_AT_LEAST):
        raise Refused("STP-007", problems="administrators")


def _is_made(given: restoring.Given | None) -> bool:
    """Not with keys of another epoch than the restore's; whatever has loaded them ends. Refused STP-008."""
    if not (_ROOT / ETC / _SETTINGS).exists():
        return False
    if given is None or restoring.identity(_ROOT) == given.identity:
        return True
    _system("systemctl", "stop", *(f"media-station-{service}.service" for service in (*_SERVICES, "gate")))
    return False


def require_fresh(root: Path) -> None:
    """Refused STP-006 where a desk has ever run."""
    if (root / _JOURNAL).exists():
        raise Refused("STP-006", file=f"/{_JOURNAL}")


def read(path: Path) -> Answers:
    """Refused STP-007 for what can't be read, is missing, unknown or of another kind."""
    try:
        untrusted = tomllib.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise Refused("STP-007", problems=path.name) from error
    known = {each.name for each in fields(Answers)}
    wrong = sorted(untrusted.keys() - known)
    wrong += [name for name in ("station", "issued_by") if name not in untrusted]
    for name, value in untrusted.items():
        kind = list if name in ("administrators", "recipients") else int if name == "port" else str
        if not isinstance(value, kind):
            wrong.append(name)
    if wrong:
        raise Refused("STP-007", problems=", ".join(wrong))
    answers = Answers(**untrusted)
    answers.verify()
    return answers


def ask(asking: Asking, language: str) -> Answers:
    """Refused as `read`."""

    def answer(name: str) -> str:
        return asking.name(prompt(f"machine_{name}", language))

    given: dict[str, Any] = {name: answer(name) for name in ("station", "issued_by", "interface")}
    if given["interface"]:
        given |= {name: answer(name) for name in ("address", "host", "host_certificate", "witness")}
    given |= {"printer": answer("printer"), "scanner": answer("scanner")}
    first = answer("recipient")
    given["recipients"] = [first, answer("recipient")] if first else []
    answers = replace(Answers(station=given["station"], issued_by=given["issued_by"]), **given)
    answers.verify()
    return answers


def write(
    root: Path, answers: Answers, station_files: Files, load: Load, show: Show, identity: Identity | None = None
) -> dict[str, str]:
    """Everything that a station has below /etc; what others need to know of it. `show` is given that and the recovery
    passphrase before station.toml is there. `identity`: that which follows a backup's.

    Refused STP-007, SET-002 before `show` is asked.
    """
    certificate = Path(answers.host_certificate) if answers.host_certificate else None
    identity = identity or Identity(station=answers.station, epoch="e1")
    if identity.station != answers.station:
        raise Refused("STP-007", problems="station")
    more = _settings(answers)
    files, told = station_files(identity, issued_by=answers.issued_by, host_certificate=certificate, more=more)
    settings = files.pop(_SETTINGS)
    secrets = {name: text for name, text in files.items() if credentials.is_secret(name)}
    envelope, passphrase = recovery_sheet.envelope(secrets)
    rest: dict[str, str | bytes] = {name: text for name, text in files.items() if name not in secrets}
    rest |= {recovery_sheet.FILE: envelope, _NEW: settings}
    _clear(root, [ETC / _SETTINGS, *(ETC / name for name in rest)])
    write_all(root / ETC, rest)
    load(root / ETC / _NEW)
    _clear(root, [UNITS / _SOCKET])
    if answers.interface:
        write_all(root / UNITS, {_SOCKET: _socket(answers)}, mode=PUBLIC)
    told["sealed"] = recovery_sheet.lay(root, secrets)
    show(told, passphrase)
    (root / ETC / _NEW).rename(root / ETC / _SETTINGS)
    return told


def _clear(root: Path, names: list[Path]) -> None:
    """What a setup that ended before its station.toml has left."""
    for name in names:
        (root / name).unlink(missing_ok=True)


def _settings(answers: Answers) -> str:
    lines = ""
    if answers.interface:
        lines += "\n[network]\n" + "".join(
            f"{name} = {json.dumps(getattr(answers, name))}\n" for name in ("interface", "address", "host", "port")
        )
    if answers.witness:
        try:
            witness = Witness.parse(Path(answers.witness).read_text()).render()
        except (OSError, ValueError, Refused) as error:
            raise Refused("STP-007", problems="witness") from error
        lines += f"\n[journal]\nwitnesses = {json.dumps([witness])}\n"
    if answers.recipients:
        lines += f"\n[backup]\nrecipients = {json.dumps(answers.recipients)}\n"
    if answers.scanner:
        lines += f"\n[scanner]\nsocket = {json.dumps(answers.scanner, ensure_ascii=False)}\n"
    if answers.printer:
        lines += f"\n[printing]\nqueue = {json.dumps(answers.printer, ensure_ascii=False)}\n"
    return lines


def _socket(answers: Answers) -> str:
    return (
        f"[Socket]\nListenStream={answers.address}:{answers.port}\nBindToDevice={answers.interface}\n"
        f"IPAddressAllow={answers.host}\n"
    )


def enable() -> None:
    """It starts at each boot. Refused STP-008."""
    _system("systemctl", "daemon-reload")
    _system("systemctl", "enable", _TARGET, "media-station-guard.service")


def start() -> None:
    """Now and at each boot. Refused STP-008 with what didn't."""
    enable()
    _system("systemctl", "start", _TARGET)
    for service in _SERVICES:
        _system("systemctl", "is-active", f"media-station-{service}.service")


def _system(*command: str) -> None:
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=_START_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        raise Refused("STP-008", what=" ".join(command)) from error


def _print(told: dict[str, str], asked: argparse.Namespace) -> None:
    text = json.dumps(told, ensure_ascii=False, indent=2)
    print(text if asked.json else "\n".join(f"{name:15} {value}" for name, value in told.items()), flush=True)


def _say(told: dict[str, str], asked: argparse.Namespace) -> None:
    _print(told, asked)
    if asked.json:
        return
    print(prompt("machine_done", asked.lang, station=told["station"], sealed=told["sealed"]))
    if told["sealed"] == credentials.PLAIN:
        print(prompt("machine_plain", asked.lang))
    elif told["sealed"] == "host" and credentials.TPM.exists():
        print(prompt("machine_no_tpm", asked.lang))


def _names(answers: Answers | None, asking: Asking, asked: argparse.Namespace) -> list[str]:
    """The administrators who go on after a restore."""
    if answers is not None:
        return [name for name, *_ in answers.administrators]
    numbers = range(1, ADMINISTRATORS_AT_LEAST + 1)
    return [asking.name(prompt("machine_administrator", asked.lang, number=number)) for number in numbers]


def _enrol_first(answers: Answers | None, asking: Asking, asked: argparse.Namespace) -> None:
    """And says what is left to do, also when it ends before both are."""
    left = ADMINISTRATORS_AT_LEAST
    try:
        for number in range(ADMINISTRATORS_AT_LEAST):
            if answers is None:
                name = asking.name(prompt("machine_administrator", asked.lang, number=number + 1))
                _enrol([name, asking.name(prompt("machine_person", asked.lang, operator=name))], asked)
            elif answers.administrators:
                _enrol(answers.administrators[number], asked)
            else:
                break
            left -= 1
    finally:
        if not asked.json:
            enrol = [prompt("machine_next_enrol", asked.lang, left=left)] if left else []
            print("\n".join([*enrol, prompt("machine_next", asked.lang)]), flush=True)


def _enrol(administrator: list[str], asked: argparse.Namespace) -> None:
    name, person, *token = administrator
    parser = argparse.ArgumentParser()
    operator.arrange(parser)
    words = ["enrol", name, "--name", person, "--role", "administrator", "--setup", "--lang", asked.lang]
    words += ["--token", *(token or [PHONE])]
    if asked.secrets_from_stdin:
        words.append("--secrets-from-stdin")
    operator.run(parser.parse_args(words))
