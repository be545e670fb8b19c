"""The burner is one: three burning programs of Debian's write each kind of disc with it, and the host sees the bytes."""

import secrets

import pytest
from burner.disc import BLOCK_BYTES, Disc, Profile, Status

BLOCKS = 16384  # 32 MiB
KINDS = [Profile.DVD_R, Profile.DVD_PLUS_R, Profile.DVD_RW, Profile.DVD_PLUS_RW, Profile.DVD_RAM]
PROGRAMS = {
    "xorriso": ["xorriso", "-as", "cdrecord", "-v", "dev=/dev/sr0", "-nopad", "/tmp/image"],
    "cdrskin": ["cdrskin", "-v", "dev=/dev/sr0", "-nopad", "/tmp/image"],
    "growisofs": ["growisofs", "-use-the-force-luke=notray", "-dvd-compat", "-Z", "/dev/sr0=/tmp/image"],
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_of_debians_burns_a_disc(guest, burner_with, tmp_path, program, kind):
    image = secrets.token_bytes(700 * BLOCK_BYTES)
    disc = Disc.blank(tmp_path / "disc", kind, BLOCKS)
    with burner_with(disc) as drive:
        guest.put("/tmp/image", image)
        said = guest.run(*PROGRAMS[program])
        print(said, [f"{each:02x}" for each in drive.commands])
    assert said.status == 0
    assert disc.image.read_bytes()[: len(image)] == image
    assert disc.status is (Status.RANDOM if kind is Profile.DVD_RAM else Status.COMPLETE)
