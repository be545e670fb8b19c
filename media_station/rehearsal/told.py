"""What the rehearsal says of each step, to someone who sees it for the first time: Japanese, then English."""

from media_station.model.steps import StepKind

TOLD: dict[StepKind, tuple[str, str]] = {
    StepKind.SEAL: (
        "封印：新しいパスワードで暗号化し、媒体イメージを作成",
        "Seal: encrypt to a new password, make the image",
    ),
    StepKind.WRITE: (
        "書込：命令に署名し、書き込み、全バイトを読み戻して照合",
        "Write by a signed order, read every byte back",
    ),
    StepKind.HAND_OVER_MEDIUM: ("手渡し：媒体（鍵付きカバン）", "Hand over the medium, in a locked bag"),
    StepKind.PRINT_SLIP: ("印刷：確認記録票", "Print the slip"),
    StepKind.HAND_OVER_ENCLOSURES: ("手渡し：同封物", "Hand over the enclosures"),
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
    StepKind.PRINT_DESTRUCTION_RECORD: ("印刷：媒体物理的破壊記録書", "Print the destruction record"),
    StepKind.DESTROY_PASSWORD: ("パスワードの廃棄", "Destroy the password"),
    StepKind.PURGE: ("暗号化済みの控えを消去", "Purge the sealed spool"),
    StepKind.CLOSE: ("照合のうえ完了", "Reconcile and close"),
}
