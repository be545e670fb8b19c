"""Words for what the model names: events, steps, what is still missing, what a start does. Japanese, then English."""

from collections.abc import Mapping
from typing import Final

from media_station.model.steps import StepKind
from media_station.texts.places import LANGUAGES

EVENT_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "backup.made": ("バックアップを作成", "backup made"),
    "backup.proved": ("バックアップを開けることを確認", "backup proved to open"),
    "bundle.released": ("連携元サーバへの送信を許可", "export released for the district host"),
    "bundle.sent": ("連携元サーバへ送信", "export sent to the district host"),
    "bundle.fetched": ("証拠一式を持出し", "evidence bundle fetched"),
    "bundle.purged": ("証拠一式の控えを消去", "evidence bundle purged"),
    "bundle.handed_over": ("持出し用の媒体を引渡し", "export medium handed over"),
    "bundle.rendered": ("持出し用の媒体イメージを作成", "image of an export made"),
    "bundle.kept": ("持出し用の媒体の渡切りを確認", "export medium kept by its reader"),
    "bundle.returned": ("持出し用の媒体の返却を受領", "export medium returned"),
    "bundle.sealed": ("証拠一式を暗号化して作成", "evidence bundle sealed"),
    "certificate.issued": ("媒体消去証明書を発行", "erasure certificate issued"),
    "certificate.reissued": ("媒体消去証明書を再発行", "erasure certificate reissued"),
    "certificate.superseded": ("媒体消去証明書を無効（再発行による）", "erasure certificate superseded"),
    "certificate.voided": ("媒体消去証明書を無効", "erasure certificate voided"),
    "certificate.rendered": ("媒体消去証明書を印刷", "erasure certificate printed"),
    "certificate.scanned": ("証明書の印刷を確認", "certificate scanned back"),
    "clock.advanced": ("時計を進めた（訓練）", "rehearsal's clock moved"),
    "clock.ordered": ("時刻合わせを命令", "setting of the clock ordered"),
    "clock.set": ("時刻を合わせた", "clock set"),
    "clock.stepped": ("時計のずれを検出", "clock stepped"),
    "consignment.amended": ("委託業務の条件を変更", "consignment amended"),
    "consignment.ended": ("委託業務を終了", "consignment ended"),
    "consignment.opened": ("委託業務を開始", "consignment opened"),
    "consignment.proposed": ("委託業務を起案", "consignment proposed"),
    "count.corrected": ("件数を訂正", "count corrected"),
    "count.reported": ("件数の報告", "count reported"),
    "drift.found": ("構成・状態の変化を検出", "drift found"),
    "drift.mended": ("構成・状態の変化が元に戻った", "drift mended"),
    "baseline.adopted": ("端末の構成の基準を採用", "baseline adopted"),
    "peer.adopted": ("連携元の鍵を採用", "host's keys adopted"),
    "peer.refused": ("通信相手を拒否", "network peer refused"),
    "enclosures.accounted": ("同封物・損紙を確認", "enclosures accounted for"),
    "enclosures.handed_over": ("同封物を引渡し", "enclosures handed over"),
    "erasure.ended": ("消去を実施", "erasure ended"),
    "erasure.interrupted": ("消去が中断", "erasure interrupted"),
    "erasure.validated": ("消去結果を確認", "erasure validated"),
    "erasure_report.accepted": ("データ消去報告書を受理", "contractor's erasure report accepted"),
    "erasure_report.turned_back": ("データ消去報告書を差戻し", "contractor's erasure report turned back"),
    "evidence.filed": ("根拠書類を綴込み", "evidence filed"),
    "exception.granted": ("例外を承認", "exception granted"),
    "finding.disposed": ("検出を確認・処理", "finding disposed of"),
    "finding.raised": ("検出（要確認）", "finding raised"),
    "handler.registered": ("取扱者を登録", "handler registered"),
    "handover.corrected": ("確認記録票を訂正", "slip corrected"),
    "head.witnessed": ("記録の先頭を別の装置が副署", "journal head cosigned"),
    "image.abandoned": ("媒体イメージの作成を取消し", "sealing cancelled"),
    "image.sealed": ("暗号化して媒体イメージを作成", "image sealed"),
    "incident.closed": ("事故の措置を完了", "incident closed"),
    "incident.opened": ("事故を報告", "incident opened"),
    "journal.exported": ("アクセス記録を暗号化して持出し用に作成", "journal sealed for a reader"),
    "key.rotated": ("記録の鍵を交代", "journal key handed over"),
    "letters.delivered": ("封書の納品を受領", "letters delivered"),
    "letters.handed_over": ("封書を発送のため引渡し", "letters handed over for the post"),
    "letters.inspected": ("納品物を検査（⑦）", "letters inspected"),
    "log.analysed": ("アクセス記録を分析", "journal analysed"),
    "masters.adopted": ("マスタを承認", "masters adopted"),
    "masters.proposed": ("マスタを取込み", "masters proposed"),
    "medium.attested": ("読取不能の媒体を面番号で確認", "medium attested by its face's number"),
    "medium.destroyed": ("媒体を物理的に破壊", "medium destroyed"),
    "medium.entrusted": ("破壊のため業者へ引渡し", "medium given to a firm to destroy"),
    "medium.drawn": ("保管場所から出庫", "medium drawn from its place"),
    "medium.handed_over": ("媒体を引渡し", "medium handed over"),
    "medium.identified": ("返却媒体の内容を照合", "returned medium matched"),
    "medium.imported": ("取込用の媒体を読取り", "import medium read"),
    "medium.lost": ("媒体を紛失", "medium lost"),
    "medium.registered": ("媒体を登録", "medium registered"),
    "medium.returned": ("媒体の返却を受領", "medium returned"),
    "medium.spoiled": ("書込に失敗（書損）", "medium spoiled"),
    "medium.stored": ("保管場所へ入庫", "medium stored"),
    "medium.written": ("媒体に書込み・照合", "medium written and read back"),
    "notice.handed_over": ("パスワード通知書を引渡し", "notice handed over"),
    "notice.lost": ("パスワード通知書を紛失", "notice lost"),
    "notice.printed": ("パスワード通知書を印刷", "notice printed"),
    "notice.scanned": ("通知書の印刷を確認", "notice scanned back"),
    "notice.spoiled": ("通知書の書損", "notice spoiled"),
    "notice.returned": ("パスワード通知書の返却を受領", "notice returned"),
    "operator.changed": ("役割・期間を変更", "operator's posts changed"),
    "operator.enrolled": ("操作者を登録", "operator enrolled"),
    "operator.locked": ("アカウントをロック", "operator locked"),
    "operator.renewed": ("認証手段を更新", "operator's factors renewed"),
    "operator.suspended": ("操作者を停止", "operator suspended"),
    "operator.unlocked": ("ロックを解除", "operator unlocked"),
    "order.issued": ("命令に署名", "order issued"),
    "order.cancelled": ("作業の取消し", "work cancelled"),
    "order.lapsed": ("命令が失効", "order lapsed"),
    "order.refused": ("命令を拒否", "order refused"),
    "paper.printed": ("書面を印刷", "paper printed"),
    "paper.copied": ("書面を再印刷（写）", "paper printed again, as a copy"),
    "paper.scanned": ("書面の印刷を確認", "paper scanned back"),
    "paper.stamped": ("押印済として綴込み", "paper stamped and filed"),
    "password.destroyed": ("パスワードを廃棄", "password destroyed"),
    "payload.approved": ("データを承認", "payload approved"),
    "payload.imported": ("媒体からデータを取込み", "payload taken from a medium"),
    "payload.inspected": ("データを検査", "payload inspected"),
    "payload.purged": ("暗号化済みの控えを消去", "sealed payload purged"),
    "payload.received": ("データを受信", "payload received"),
    "payload.refused": ("データを拒否", "payload refused"),
    "payload.rejected": ("データを差戻し", "payload rejected"),
    "permit.granted": ("まとめて許可", "media permitted together"),
    "presence.compared": ("入退室とサインインを照合", "room records compared with sign-ins"),
    "presence.entered": ("入室", "entered the room"),
    "presence.left": ("退室", "left the room"),
    "recovery_code.used": ("回復コードを使用", "recovery code used"),
    "report.made": ("ログ分析報告書を作成", "log report made"),
    "report.reviewed": ("ログ分析報告書を確認", "log report reviewed"),
    "request.refused": ("依頼を拒否", "request refused"),
    "session.ended": ("セッションを終了", "session ended"),
    "sign_in.accepted": ("サインイン", "signed in"),
    "sign_in.refused": ("サインインを拒否", "sign-in refused"),
    "staff.adopted": ("異動を実行", "personnel change carried out"),
    "staff.proposed": ("異動を提案", "personnel change proposed"),
    "station.restored": ("バックアップから復元", "station restored"),
    "station.started": ("機器が起動", "station started"),
    "station.stopped": ("機器が正常に停止", "station stopped in order"),
    "step_up.accepted": ("認証コードを確認", "code accepted"),
    "step_up.refused": ("認証コードを拒否", "code refused"),
    "stock.counted": ("棚卸", "stock counted"),
    "patterns.updated": ("ウイルスパターンを入れ替え", "virus patterns updated"),
    "station.alive": ("動作中", "station alive"),
    "integrity.verified": ("記録と保管ファイルを検証", "journal and spool verified"),
    "supply.ordered": ("配布物の適用を命令", "installation of a supply ordered"),
    "update.failed": ("更新に失敗", "update failed"),
    "update.installed": ("更新を適用", "update installed"),
    "supply.received": ("配布物を受入れ", "supply received"),
    "tail.set_aside": ("記録の末尾を退避", "unsigned tail set aside"),
    "transfer.closed": ("提供を完了", "transfer closed"),
    "transfer.frozen": ("提供を凍結", "transfer frozen"),
    "transfer.opened": ("提供を開始", "transfer opened"),
    "transfer.resumed": ("提供を再開", "transfer resumed"),
}

STEP_WORDS: Final[Mapping[StepKind, tuple[str, str]]] = {
    StepKind.SEAL: (
        "封印：新しいパスワードで暗号化し、媒体イメージを作成",
        "Seal: encrypt to a new password, make the image",
    ),
    StepKind.WRITE: (
        "書込：命令に署名し、書き込み、全バイトを読み戻して照合",
        "Write by a signed order, read every byte back",
    ),
    StepKind.HAND_OVER_MEDIUM: ("手渡し：媒体（鍵付きカバン）", "Hand over the medium, in a locked bag"),
    StepKind.PRINT_SLIP: ("印刷：確認記録票・訂正票", "Print the slip"),
    StepKind.HAND_OVER_ENCLOSURES: ("手渡し：同封物", "Hand over the enclosures"),
    StepKind.SCAN_PAPER: ("確認：印刷した書面のQRコードを読み取る", "Scan the printed sheet's QR code"),
    StepKind.SCAN_NOTICE: ("確認：印刷した通知書のQRコードを読み取る", "Scan the printed notice's QR code"),
    StepKind.PRINT_NOTICE: ("印刷：パスワード通知書", "Print the password notice"),
    StepKind.HAND_OVER_NOTICE: ("別の機会に手渡し：パスワード通知書", "Hand over the notice, on another occasion"),
    StepKind.REPORT_COUNT: ("件数の報告", "A count is reported"),
    StepKind.RECEIVE_MEDIUM: ("返却：媒体を番号で受領", "The medium comes back, received by its number"),
    StepKind.RECEIVE_NOTICE: ("返却：パスワード通知書（別の機会）", "The notice comes back, on another occasion"),
    StepKind.RECEIVE_LETTERS: ("納品：封入封緘物", "The letters are delivered"),
    StepKind.IDENTIFY: ("照合：返却媒体を読み取り、内容を照合", "Read the returned medium and match its content"),
    StepKind.INSPECT_LETTERS: ("⑦検査：納品物", "Inspect the delivery"),
    StepKind.HAND_OVER_LETTERS: ("引渡し：発送する封書", "Hand over the letters for the post"),
    StepKind.ACCOUNT_ENCLOSURES: ("同封物・損紙の確認", "Account for the enclosures"),
    StepKind.FILE_REPORT: ("綴込み：受託者のデータ消去報告書", "File the contractor's erasure report"),
    StepKind.ERASE: ("消去：乱数・照合・ゼロ・照合", "Erase: random, verify, zero, verify"),
    StepKind.VALIDATE: ("消去結果の確認（実施者以外）", "Validate the erasure, by someone else"),
    StepKind.CERTIFY: ("発行：媒体消去証明書", "Issue the erasure certificate"),
    StepKind.RENDER_CERTIFICATE: ("印刷：媒体消去証明書", "Print the certificate"),
    StepKind.DESTROY: ("物理的破壊：消去できない媒体（立会い）", "Destroy what can't be erased, before a witness"),
    StepKind.PROVE_DESTRUCTION: (
        "記録：業者の破壊証明書（立会い）",
        "The firm's proof of destruction, before a witness",
    ),
    StepKind.PRINT_DESTRUCTION_RECORD: ("印刷：媒体物理的破壊記録書", "Print the destruction record"),
    StepKind.DESTROY_PASSWORD: ("パスワードの廃棄", "Destroy the password"),
    StepKind.PURGE: ("暗号化済みの控えを消去", "Purge the sealed spool"),
    StepKind.CLOSE: ("照合のうえ完了", "Reconcile and close"),
    StepKind.RESUME: ("凍結中：事故の協議と措置", "Frozen: consult on the incident and decide"),
    StepKind.CLOSE_BY_INCIDENT: ("事故終結（承認者）", "Close by the incident, by an approver"),
}

MISSING_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "media": ("媒体の返却と照合", "media back and matched"),
    "papers": ("同封物・紙の確認", "papers accounted for"),
    "notices": ("パスワード通知書の返却", "notices back"),
    "report": ("受託者のデータ消去報告書", "the contractor's erasure report"),
    "record": ("媒体消去証明書・破壊記録書", "our certificate or destruction record"),
}

DUE_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "post": ("封書の発送（発送期限）", "letters to the post (sending deadline)"),
    "medium": ("媒体の返却", "medium back"),
    "notice": ("パスワード通知書の返却", "notice back"),
    "erase": ("取込に使った媒体の消去", "medium of an import to be erased"),
    "destroy": ("消去できない媒体の破壊", "medium to be destroyed"),
    "proof": ("業者の破壊証明書", "the firm's proof of destruction"),
    "bundle": ("持出しの書込み・開放・廃棄", "export to be written, released or purged"),
    "hand_over": ("書き込んだ持出しの引渡し", "written export to be handed over"),
    "kept": ("媒体の渡切りの確認", "receipt that its reader keeps the medium"),
    "paper": ("書面の印刷と読取り", "paper to be printed and scanned"),
    "privacy_mark": ("プライバシーマークの期限", "privacy mark expires"),
    "contract": ("契約期間の終了", "contract ends"),
    "evidence": ("根拠書類の期限", "evidence expires"),
}

START_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "rebuild": ("台帳をアクセス記録から作り直しています", "rebuilding the ledger from the journal"),
    "verify": ("アクセス記録を検証しています", "verifying the journal"),
}
_FAR: Final = ("{what}：{percent} %、残り約 {seconds} 秒", "{what}: {percent} %, about {seconds} s left")


def start_words(phase: str, percent: int, seconds: int, language: str) -> str:
    """What a long start is doing, and how far it is."""
    at = LANGUAGES[language]
    return _FAR[at].format(what=START_WORDS[phase][at], percent=percent, seconds=seconds)


def event_words(action: str, language: str) -> str:
    """What happened, in a few words; an action of another version as it is."""
    return EVENT_WORDS.get(action, (action, action))[LANGUAGES[language]]


def step_words(kind: StepKind, language: str) -> str:
    return STEP_WORDS[kind][LANGUAGES[language]]


def missing_words(name: str, language: str) -> str:
    return MISSING_WORDS.get(name, (name, name))[LANGUAGES[language]]


def due_words(what: str, language: str) -> str:
    return DUE_WORDS.get(what, (what, what))[LANGUAGES[language]]
