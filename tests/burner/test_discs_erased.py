"""Discs and the drive's own commands to them (M, F2, F6), against the burner, without a machine in between."""

import asyncio
from dataclasses import replace

import pytest
from bench_with_media import BenchWithMedia

from burner.disc import BLOCK_BYTES, Disc, Profile, Status
from burner.faults import Faults
from burner.iscsi import CheckCondition
from burner.mmc import Drive
from media_station.drive import admit, erase_disc, mmc, optical, tray
from media_station.model.errors import Refused
from media_station.model.kind import MediumKind
from media_station.model.order import Action, Verdict

BLOCKS = 520  # the last ECC block isn't whole
SIZE = BLOCKS * BLOCK_BYTES
OLD = b"old data" * 40000
KINDS = {
    Profile.DVD_RW: MediumKind.DVD_RW,
    Profile.DVD_RW_RESTRICTED: MediumKind.DVD_RW,
    Profile.DVD_PLUS_RW: MediumKind.DVD_PLUS_RW,
    Profile.DVD_RAM: MediumKind.DVD_RAM,
}
OVERWRITTEN = [Profile.DVD_PLUS_RW, Profile.DVD_RAM]


@pytest.fixture
def with_disc(tmp_path, monkeypatch):
    """A drive process at the burner with this disc: `with_disc(disc, faults)`."""
    monkeypatch.setattr(erase_disc, "_LOOK_SECONDS", 0)
    with asyncio.Runner() as runner:

        def opened(disc, faults=None):
            drive = Drive(disc, faults=faults)

            def send(_descriptor, command, direction, data):
                written = data.tobytes() if direction == mmc._TO_DEVICE else b""
                try:
                    came = runner.run(drive.execute(command, written))
                except CheckCondition as said:
                    raise mmc.CommandFailed(command[0], 2, said.sense().ljust(18, b"\0")) from said
                for place, byte in enumerate(came[: len(data)]):
                    data[place] = byte
                return len(data) - len(came)

            monkeypatch.setattr(mmc, "_send", send)
            monkeypatch.setattr(tray, "_lock_door", lambda _, *, locked: setattr(drive, "locked", locked))
            monkeypatch.setattr("media_station.drive.identity.instance_of", lambda *_: f"diskseq {id(drive.disc)}")
            with pytest.raises(mmc.CommandFailed):
                mmc.progress(-1)  # a drive says first that it was switched on
            bench = BenchWithMedia(tmp_path, tmp_path / "no stick", 0)
            bench.bays["dvd0"] = replace(bench.bays["dvd0"], found=True)
            bench.restart()
            bench.burner = drive
            return bench

        yield opened


def erased(bench):
    return bench.does(bench.order(Action.ERASE, bay="dvd0"), bay="dvd0")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_nothing_is_left_of_what_was_on_it(with_disc, tmp_path, kind):
    disc = Disc.closed(tmp_path / "burnt", kind, OLD, BLOCKS)
    bench = with_disc(disc)
    loaded = bench.loaded("dvd0")
    assert (loaded.kind, loaded.blank) == (KINDS[kind], False)
    evidence = erased(bench)
    assert (evidence.verdict, evidence.code, evidence.bytes_verified) == (Verdict.PASS, "", SIZE)
    left = disc.image.read_bytes()
    assert all(OLD[at : at + 16] not in left for at in range(0, len(OLD), 4096))
    if kind in OVERWRITTEN:
        assert (len(left), evidence.bytes_written, evidence.bad_sectors) == (SIZE, SIZE, 0)
        assert left.count(0) < SIZE / 100
    else:
        assert (left, evidence.bytes_written, evidence.bad_sectors) == (b"", 0, -1)
        assert (disc.profile, disc.status) == (Profile.DVD_RW, Status.BLANK)
    assert bench.loaded("dvd0").blank is (kind not in OVERWRITTEN)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_new_disc_is_erased_before_its_first_use(with_disc, tmp_path, kind):
    disc = Disc.blank(tmp_path / "burnt", kind, BLOCKS)
    assert erased(with_disc(disc, Faults(looks_until_blank=3))).verdict is Verdict.PASS
    assert disc.formatted is (kind in OVERWRITTEN)


@pytest.mark.parametrize("kind", [Profile.DVD_R, Profile.DVD_PLUS_R], ids=lambda kind: kind.name)
def test_a_disc_that_is_written_once_is_not_erased(with_disc, tmp_path, kind):
    disc = Disc.closed(tmp_path / "burnt", kind, OLD, BLOCKS)
    before = disc.image.read_bytes()
    with pytest.raises(Refused, match="DRV-021"):
        erased(with_disc(disc))
    assert disc.image.read_bytes() == before


@pytest.mark.parametrize("kind", OVERWRITTEN, ids=lambda kind: kind.name)
@pytest.mark.parametrize(
    ("faults", "code"),
    [
        (Faults(write_error_at=300), "DRV-031"),
        (Faults(read_error_at=300), "DRV-031"),
        (Faults(write_protected=True), "DRV-031"),
        (Faults(lost_from=300), "DRV-035"),
        (Faults(differs_at=BLOCKS - 1), "DRV-035"),
    ],
    ids=["can't be written", "can't be read", "write-protected", "is lost", "differs"],
)
def test_an_overwritten_disc_that_goes_wrong_does_not_pass(with_disc, tmp_path, kind, faults, code):
    evidence = erased(with_disc(Disc.closed(tmp_path / "burnt", kind, OLD, BLOCKS), faults))
    assert (evidence.verdict, evidence.code) == (Verdict.FAIL, code)


def test_how_many_blocks_differ_is_counted_and_where_the_first_is(with_disc, tmp_path):
    bench = with_disc(Disc.closed(tmp_path / "burnt", Profile.DVD_RAM, OLD, BLOCKS), Faults(lost_from=300))
    evidence = erased(bench)
    assert (evidence.bad_sectors, evidence.differs_at) == (BLOCKS - 300, 300 * BLOCK_BYTES)


def test_a_drive_that_does_not_blank_does_not_pass(with_disc, tmp_path, monkeypatch):
    monkeypatch.setattr(Disc, "blank_again", lambda _: None)
    evidence = erased(with_disc(Disc.closed(tmp_path / "burnt", Profile.DVD_RW, OLD, BLOCKS)))
    assert (evidence.verdict, evidence.code) == (Verdict.FAIL, "DRV-035")


def test_a_drive_that_blanks_the_beginning_alone_does_not_pass(with_disc, tmp_path, monkeypatch):
    """As blanking type 001b does: the disc is called blank, and the data is where it was."""
    blanked = Disc.blank_again

    def minimal(disc):
        left = disc.image.read_bytes()
        blanked(disc)
        disc.image.write_bytes(left)
        disc.written = len(left) // BLOCK_BYTES

    monkeypatch.setattr(Disc, "blank_again", minimal)
    evidence = erased(with_disc(Disc.closed(tmp_path / "burnt", Profile.DVD_RW, OLD, BLOCKS)))
    assert (evidence.verdict, evidence.code) == (Verdict.FAIL, "DRV-035")
    assert (evidence.bad_sectors, evidence.differs_at) == (-(-len(OLD) // BLOCK_BYTES), 0)


def test_data_behind_a_block_that_can_not_be_read_is_found(with_disc, tmp_path, monkeypatch):
    blanked = Disc.blank_again

    def all_but_16_blocks(disc):
        left = disc.image.read_bytes()
        blanked(disc)
        disc.image.write_bytes(left[: 16 * BLOCK_BYTES])
        disc.written = 16

    monkeypatch.setattr(Disc, "blank_again", all_but_16_blocks)
    disc = Disc.closed(tmp_path / "burnt", Profile.DVD_RW, OLD, BLOCKS)
    evidence = erased(with_disc(disc, Faults(read_error_at=0)))
    assert (evidence.verdict, evidence.code, evidence.bytes_verified) == (Verdict.FAIL, "DRV-035", SIZE)
    assert (evidence.bad_sectors, evidence.differs_at) == (15, BLOCK_BYTES)


def test_a_blanked_disc_is_asked_for_each_of_its_blocks(with_disc, tmp_path, monkeypatch):
    asked = []
    read = mmc.read

    def counting(descriptor, block, count):
        asked.extend(range(block, block + count))
        return read(descriptor, block, count)

    monkeypatch.setattr(mmc, "read", counting)
    evidence = erased(with_disc(Disc.closed(tmp_path / "burnt", Profile.DVD_RW, OLD, BLOCKS)))
    assert (evidence.verdict, evidence.bytes_verified) == (Verdict.PASS, SIZE)
    assert asked == list(range(BLOCKS))


def test_a_disc_that_is_taken_out_while_it_is_erased_is_unknown(with_disc, tmp_path):
    disc = Disc.closed(tmp_path / "burnt", Profile.DVD_RAM, OLD, BLOCKS)
    evidence = erased(with_disc(disc, Faults(removed_at=300)))
    assert (evidence.verdict, evidence.code) == (Verdict.UNKNOWN, "DRV-033")
    assert evidence.bytes_verified == 0


@pytest.mark.parametrize("kind", [Profile.DVD_R, Profile.DVD_RW, Profile.DVD_RAM], ids=lambda kind: kind.name)
def test_a_disc_changed_by_force_while_the_image_is_read_is_not_burnt(with_disc, tmp_path, monkeypatch, kind):
    bench = with_disc(Disc.blank(tmp_path / "one", kind, BLOCKS))
    other = Disc.blank(tmp_path / "other", kind, BLOCKS)
    checked, burnt = admit._check_image, []

    def changing(*given):
        checked(*given)
        assert bench.burner.locked
        bench.burner.insert(other)
        with pytest.raises(mmc.CommandFailed):
            mmc.progress(-1)  # the kernel hears of the new disc when it is opened

    monkeypatch.setattr(admit, "_check_image", changing)
    monkeypatch.setattr(optical, "burn", lambda *given: burnt.append(given))
    order = bench.order(Action.WRITE, bay="dvd0", image=OLD)
    with pytest.raises(Refused, match="DRV-018"):
        bench.does(order, bay="dvd0", image=OLD)
    assert burnt == []
    assert not bench.burner.locked


def test_a_drive_that_starts_unlocks_the_tray_that_a_killed_one_left_locked(with_disc, tmp_path):
    bench = with_disc(Disc.blank(tmp_path / "burnt", Profile.DVD_R, BLOCKS))
    bench.burner.locked = True
    bench.restart()
    assert not bench.burner.locked
