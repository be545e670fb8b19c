"""media-station: one table of commands; only the room of the one that was asked for is imported."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Final

from media_station.model.errors import StationError
from media_station.texts.texts import tell

# name: (module with `arrange(parser)` and `run(asked) -> exit code`, one line of help)
COMMANDS: Final = {
    "ledger": ("media_station.cli.ledger", "管理簿 / the handover ledger"),
    "medium": ("media_station.cli.medium", "媒体の一覧と履歴 / media, and the life of each"),
    "transfer": (
        "media_station.cli.transfer",
        "提供の状況と足りないもの / transfers, and what is missing to close one",
    ),
    "consignment": ("media_station.cli.consignment", "委託業務：起案、開始、変更、終了 / consignments, by their terms"),
    "masters": ("media_station.cli.masters", "マスタ：提案と採用 / masters, proposed and adopted"),
    "due": ("media_station.cli.due", "期日のあるもの / what is due"),
    "paper": ("media_station.cli.paper", "書面を印刷する / print a paper"),
    "compliance": ("media_station.cli.compliance", "安全管理措置の根拠 / the requirement map with its evidence"),
    "incident": ("media_station.cli.incident", "事故の証拠一式 / the evidence of an incident"),
    "bundle": ("media_station.cli.bundle", "持出し一式の送信の許可と消去 / exports: released for the host, purged"),
    "backup": ("media_station.cli.backup", "バックアップ / backups: made, proved, recorded"),
    "journal": ("media_station.cli.journal", "アクセス記録 / the access journal"),
    "operator": ("media_station.cli.operator", "職員のアカウント / accounts of the staff"),
    "presence": ("media_station.cli.presence", "入退室の記録 / who was in the room"),
    "review": ("media_station.cli.review", "アクセス記録の分析と検出 / the journal analysed, findings"),
    "clock": ("media_station.cli.clock", "端末の時計 / the station's clock"),
    "supply": ("media_station.cli.supply", "ウイルスパターンなどの配布物 / virus patterns and other supplies"),
    "open": ("media_station.cli.standalone.open", "封をしたファイルを開く / open what a station sealed"),
    "baseline": ("media_station.cli.baseline", "端末の構成の基準 / what the machine is to have"),
    "verify": ("media_station.cli.standalone.verify", "書面のPDFを、単独で確かめる / a paper's PDF checked by itself"),
    "doctor": ("media_station.cli.standalone.doctor.main", "端末全体の点検 / the whole machine looked at"),
    "setup": ("media_station.cli.standalone.setup", "make the keys of a new station or of a district host"),
    "witness": ("media_station.cli.standalone.witness", "see that a station's journal only grew, and cosign its head"),
    "fetch": ("media_station.cli.standalone.fetch", "fetch what a station released for the district host"),
    "publish": ("media_station.cli.standalone.publish", "sign virus patterns or an update for stations, and send it"),
    "send": ("media_station.cli.standalone.send", "seal a file to a station and hand it in at its gate"),
}
_INTERRUPTED: Final = 130  # 128 + SIGINT, as shells count
_BROKEN_PIPE: Final = 141  # 128 + SIGPIPE


def main(arguments: Sequence[str] | None = None) -> int:
    """The command's exit code: 0 done, 2 asked wrongly, 3 refused, 4 medium, 5 integrity, 6 the other end."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="media-station", description="The station, for people.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_, summary) in COMMANDS.items():
        commands.add_parser(name, help=summary, description=summary.capitalize() + ".")
    # The options before the command are the parser's own, and there are none with a value.
    chosen = next((word for word in given if not word.startswith("-")), "")
    module = importlib.import_module(COMMANDS[chosen][0]) if chosen in COMMANDS else None
    if module is not None:
        module.arrange(commands.choices[chosen])
    asked = parser.parse_args(given)
    try:
        code = 0 if module is None else int(module.run(asked))
        sys.stdout.flush()
    except StationError as error:
        print(tell(error), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader, a pager perhaps, has had enough; nothing is left to be flushed to it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    return code


if __name__ == "__main__":
    sys.exit(main())
