"""Help of `media-station operator`: for each of its commands one line, what it does, and examples."""

from typing import Final

PAGES: Final = {
    "list": (
        "アカウントの一覧 / all accounts",
        """アカウントと、異動で登録を待っている人の一覧（管理者・監査者）。
All accounts, and who waits to be enrolled (for administrators and auditors).""",
        ("operator list --as kanri-jiro", "operator list --json"),
    ),
    "enrol": (
        "新しい人を登録 / a new person",
        """新しい人を、本人の立会いで登録します。管理者と、二人目（別の管理者か承認者）が確認します。
  1. 本人がパスワードを2回入力します（15文字以上。管理者は見ません）
  2. 本人の携帯電話でQRコードを読むか、トークンの秘密鍵を入力します
  3. 本人が、表示されたコードを入力します（合えば、トークンが使えることの証明になります）
  4. 管理者と二人目が、それぞれ新しいコードを入力します
  5. 回復コード10個が一度だけ表示されます。本人が紙に控えて保管します
設置したときの最初の管理者二人は、--setup でサインインなしに登録します（4. はありません）。
停止した人が戻ったときも、enrol で登録します。
A new person, in person. An administrator signs, and beside him another one or an approver.
  1. the person types a password twice: at least 15 characters, seen by nobody else
  2. scans the QR code with a phone, or the hardware token's secret is typed
  3. types the code that is shown now, which proves that the token works
  4. the two who sign type a new code each
  5. ten recovery codes are shown, this once, for the person to write down and keep
The first two administrators of a new station are enrolled with --setup, without a sign-in and
without step 4. Who was suspended and comes back is enrolled again.""",
        (
            "operator enrol kanri-jiro --name '管理 次郎' --role administrator --setup",
            "operator enrol sousa-hanako --name '操作 花子' --role operator",
            "operator enrol shonin-ichiro --name '承認 一郎' --role approver --token 60",
            "operator enrol rinji-goro --name '臨時 五郎' --role operator --until 2026-09-30",
        ),
    ),
    "recover": (
        "本人の認証手段を更新 / new factors for a person",
        """パスワードを忘れた、トークンをなくした、回復コードを使い切った人の認証手段を、本人の立会いで
新しくします。手順は enrol の 1. から 5. と同じです。古いものはすべて使えなくなります。
トークンを忘れただけの日は、認証コードの代わりに回復コードを入力できます（1個につき1回）。
ロックされているときは、先に unlock をしてください。
Password forgotten, token lost, recovery codes used up: the same person, in person, gets new ones,
in the steps 1 to 5 of `enrol`; the old ones are good no more. On a day on which the token was only
left at home, a recovery code can be typed in place of each code, once. Unlock a locked account
first.""",
        ("operator recover sousa-hanako --as kanri-jiro", "operator recover sousa-hanako --token 30"),
    ),
    "suspend": (
        "アカウントを停止 / close an account",
        """アカウントを停止します。開いているサインインもすぐに終わります。名前は記録に残ります。
管理者一人が、サインインのあと、新しい認証コードで確認します。元に戻すには enrol で登録し直します。
管理者が二人より少なくなる停止はできません。
Closes an account: its sessions end at once, its name stays in the records. One administrator
signs in and confirms it with a new code. There is no way back but `enrol`. Two administrators
must be left.""",
        ("operator suspend sousa-hanako --as kanri-jiro",),
    ),
    "unlock": (
        "ロックを解除 / open a locked account",
        """続けて10回失敗してロックされたアカウントを、別の管理者が解除します。サインインのあと、
新しい認証コードで確認します。パスワードとトークンは、そのまま使えます。
本人に覚えのない失敗であれば、先にアクセス記録を確認してください。
Opens an account that ten wrong attempts in a row have locked, by another administrator, who signs
in and confirms it with a new code. Password and token stay as they are. If the person knows nothing
of those attempts, look into the journal first.""",
        ("operator unlock sousa-hanako --as kanri-misaki",),
    ),
    "role": (
        "役割・代理を変更 / roles and deputies",
        """一人の役割を変えます。--add は役割を期間つきで加え（--deputy-of は誰の代理か）、
--end は今の役割を --until の日で終えます。二人目（別の管理者か承認者）が確認します。
Changes one person's roles: --add gives a role from a day to a day (--deputy-of: as whose deputy),
--end ends one with the day of --until. Another administrator or an approver signs too.""",
        (
            "operator role sousa-hanako --add approver --until 2026-08-15 --deputy-of kacho-taro",
            "operator role sousa-hanako --end operator --until 2026-03-31",
        ),
    ),
    "password": (
        "自分のパスワードを変更 / your own password",
        """自分のパスワードを変えます。今のパスワードと、新しい認証コードが必要です。
Changes your own password, with the present one and a new code.""",
        ("operator password --as sousa-hanako",),
    ),
    "import": (
        "異動を取込み / propose a transfer of staff",
        """異動のCSVを提案します。別の管理者が adopt で実行するまで、何も変わりません。
見出し：操作者番号,氏名,異動,役割,開始日,終了日
異動は 転入・転出・変更、役割は 操作者・承認者・管理者・監査者（いくつかあれば・で区切る）。
転出の開始日は、いなくなる最初の日です。転入の人は、実行のあと enrol で登録します。
Proposes a table of who joins (転入), leaves (転出) or changes roles (変更), and from when; nothing
changes before another administrator carries it out with `adopt`. Who leaves is gone from the day
in 開始日 on; who joins is enrolled in person afterwards.""",
        ("operator import idou-2026-04.csv --as kanri-jiro",),
    ),
    "adopt": (
        "異動を実行 / carry out a transfer of staff",
        """取り込まれた異動を、提案した人とは別の管理者が、まとめて実行します。
Carries out a proposed transfer of staff, all at once, by an administrator who did not propose it.""",
        ("operator adopt R1-P-00001 --as kanri-misaki",),
    ),
}
