"""F1: what is sealed meets no swap: a process shut in as the units are, and one that isn't, squeezed by the kernel alike."""

import io
import re
import secrets
from pathlib import Path

from stick import MIB, Stick

from media_station.age.encrypt import encrypt
from media_station.age.x25519 import X25519Identity

SANDBOX = Path(__file__).parents[2] / "systemd" / "media-station-.service.d" / "sandbox.conf"
LINES = 100_000
# The desk's own way of sealing, until it stands in the middle of the payload; then it waits, and goes on to the end.
SEALING = """
import io, sys
from media_station.age.decrypt import decrypt
from media_station.age.encrypt import encrypt
from media_station.age.x25519 import X25519Identity
from media_station.desk.hands.passing import Passing
identity = X25519Identity.parse(open("/tmp/identity").read())
with open(sys.argv[1], "rb") as sealed:
    plain = Passing(decrypt(sealed, identity))
    for number, _ in enumerate(encrypt(io.BufferedReader(plain, 1 << 18), identity.to_public())):
        if number == 3:
            print("waits", flush=True)
            sys.stdin.readline()
print(plain.sha256())
"""


def test_a_canary_in_the_payload_is_found_nowhere_in_swap(guest, tmp_path):
    swap = Stick(tmp_path / "swap", 128 * MIB)
    guest.plug_stick("swap", swap.node(), serial="SWAP0001")
    guest.until(lambda: guest.run("test", "-b", "/dev/sda").status == 0)
    guest.does("udevadm", "settle")
    guest.does("sh", "-ec", "mkswap /dev/sda; swapon /dev/sda; echo 200 >/proc/sys/vm/swappiness")
    guest.does("sh", "-ec", "mount -t cgroup2 none /sys/fs/cgroup; echo +memory >/sys/fs/cgroup/cgroup.subtree_control")
    identity = X25519Identity.generate()
    guest.put("/tmp/identity", identity.secret_text().encode())
    guest.put("/tmp/sealing.py", SEALING.encode())
    as_the_unit = re.search(r"^MemorySwapMax=(\w+)$", SANDBOX.read_text(), re.MULTILINE)[1]
    canaries = {each: secrets.token_hex(16).encode() for each in ("station", "other")}
    working = {}
    for name, may_swap in (("station", as_the_unit), ("other", "max")):
        payload = b"".join(canaries[name] + b",%010d\r\n" % number for number in range(LINES))
        guest.put(f"/tmp/of-{name}.age", b"".join(map(bytes, encrypt(io.BytesIO(payload), identity.to_public()))))
        group = f"/sys/fs/cgroup/{name}"
        guest.does("sh", "-ec", f"mkdir {group}; echo {may_swap} >{group}/memory.swap.max; mkfifo /tmp/go-{name}")
        shut_in = f"echo $$ >{group}/cgroup.procs; exec 3<>/tmp/go-{name}; exec python3 /tmp/sealing.py /tmp/of-{name}.age <&3"
        working[name] = guest.start("sh", "-ec", shut_in)
        guest.until(lambda each=working[name]: "waits" in guest.look(each).out)

    def in_swap(name):
        return canaries[name] in (tmp_path / "swap").read_bytes()

    def squeezed():
        for name in working:
            guest.run("sh", "-c", f"echo 256M >/sys/fs/cgroup/{name}/memory.reclaim")
        return in_swap("other")

    guest.until(squeezed)
    guest.run("sh", "-c", "echo 256M >/sys/fs/cgroup/station/memory.reclaim; sync")
    assert guest.does("cat", "/sys/fs/cgroup/station/memory.swap.current").strip() == "0"
    assert not in_swap("station")
    for name, process in working.items():
        guest.does("sh", "-c", f"echo >/tmp/go-{name}")
        assert guest.end(process).status == 0
    assert not in_swap("station")
