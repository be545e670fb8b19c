"""Yesterday put back: a desk that finds less than it left does not start, and says so by its code alone."""

import pytest
from at_the_counter import at_the_counter, check_the_journal_verifies, journal, records


def secrets_of(walk) -> list[str]:
    keys = [each for each in (walk.house.station / "keys").rglob("*.key") if each.name != "tls.key"]
    whole = [each.read_text().strip() for each in keys]
    return [*whole, *(secret for person in walk.staff.all() for secret in (person.password, person.secret))]


def test_a_vault_or_a_journal_from_yesterday_does_not_open(tmp_path):
    async def doing(walk):
        desk = walk.house.station / "state" / "desk"
        vault, (segment,), checkpoint = desk / "vault", journal(walk.house).glob("*.jsonl"), desk / "journal/checkpoint"
        index = desk / "ledger.sqlite"
        yesterday = {path: path.read_bytes() for path in (vault, segment, checkpoint, index)}
        for person in (walk.staff.operator, walk.staff.approver, walk.staff.auditor):
            await walk.counter.see("Due", person, start=0)  # each sign-in changes both
        await walk.counter.close()
        walk.house._keeper.cancel()
        walk.house.kill("desk")
        today = {path: path.read_bytes() for path in yesterday}
        spoiled = {vault: today[vault][:-1] + bytes([today[vault][-1] ^ 1])}
        shorter = {segment: b"".join(today[segment].splitlines(keepends=True)[:-1])}
        for old, code in (
            ({vault: yesterday[vault]}, "VLT-001"),
            ({path: yesterday[path] for path in (segment, checkpoint, index)}, "VLT-001"),
            ({segment: yesterday[segment], checkpoint: yesterday[checkpoint]}, "JNL-002"),
            ({checkpoint: yesterday[checkpoint]}, "JNL-002"),
            ({segment: yesterday[segment]}, "JNL-002"),
            (shorter, "JNL-002"),
            (spoiled, "VLT-002"),
        ):
            before = len(log(walk.house))
            for path, content in (today | old).items():
                path.write_bytes(content)
            with pytest.raises(ChildProcessError, match="desk ended with 5"):
                await walk.house.start_role("desk")
            said = log(walk.house)[before:]
            assert code in said
            assert not [secret for secret in secrets_of(walk) if secret in said]
        for path, content in today.items():
            path.write_bytes(content)
        await walk.house.start_role("desk")
        assert (await walk.counter.greet()).records > len(today[segment].splitlines())

    house = at_the_counter(tmp_path, doing)
    check_the_journal_verifies(house)
    actions = [each["event"]["action"] for each in records(house)]
    *_, killed, started = (n for n, action in enumerate(actions) if action == "station.started")
    assert "station.stopped" not in actions[killed:started]
    assert actions[-1] == "station.stopped"


def log(house) -> str:
    return (house.folder / "processes.log").read_text()
