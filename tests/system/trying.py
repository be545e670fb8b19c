"""What code in a process of the station could try, each thing once: prints as JSON what came of it.

Runs by itself, inside the sandbox that it tries. "refused": by the kernel, with the error's name; "done": it worked.
"""

import ctypes
import errno
import json
import mmap
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_PTRACE_SEIZE = 0x4206
_CLONE_NEWUSER, _CLONE_NEWNS = 0x10000000, 0x20000
_CLOCK_REALTIME = 0
_PATIENCE_SECONDS = 30
_SYSTEM_DISKS = ("/dev/vda", "/dev/sda", "/dev/nvme0n1", "/dev/loop0", "/dev/mem", "/dev/kmsg", "/dev/sg0")

_KEYS = ("station.toml", "keys/desk/journal.key", "keys/drive/orders.pub", "keys/gate/tls.key", "keys/cell/identity")
_CREDENTIALS = [
    f"/run/credentials/media-station-{each}.service/identity" for each in ("desk", "drive", "gate", "guard")
]
_STATE = ("vault", "ledger.sqlite", "journal/checkpoint")


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


def _called(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _sockets(family: int) -> Callable[[], None]:
    return lambda: socket.socket(family, socket.SOCK_RAW if family == socket.AF_PACKET else socket.SOCK_STREAM).close()


def _reads(*paths: str) -> None:
    """Any of these that isn't its own. By their names: what may not be listed might still be readable."""
    own = [os.environ.get("CREDENTIALS_DIRECTORY", "/none"), *os.environ.get("STATE_DIRECTORY", "/none").split(":")]
    error: OSError = FileNotFoundError(errno.ENOENT, "none")
    for path in paths:
        if any(Path(path).is_relative_to(each) for each in own):
            continue
        try:
            Path(path).read_bytes()
        except OSError as refusal:
            error = refusal
        else:
            return
    raise error


def _makes_a_device() -> None:
    """A node of the disk that the root is on, in a folder of its own."""
    node = Path(os.environ.get("TMPDIR", "/tmp")) / "disk"
    os.mknod(node, stat.S_IFBLK | 0o600, os.makedev(7, 0))
    try:
        os.close(os.open(node, os.O_RDONLY))
    finally:
        node.unlink()


def _opens_a_disk() -> None:
    error: OSError = FileNotFoundError(errno.ENOENT, "none")
    for path in _SYSTEM_DISKS:
        try:
            os.close(os.open(path, os.O_RDWR))
        except OSError as refusal:
            error = refusal
        else:
            return
    raise error


def _opens_the_system_disk() -> None:
    """Whichever the root is on."""
    root = os.stat("/").st_dev
    name = Path(f"/sys/dev/block/{os.major(root)}:{os.minor(root)}").resolve(strict=True).name
    os.close(os.open(f"/dev/{name}", os.O_RDWR))


def _traces() -> None:
    _called(_LIBC.ptrace(_PTRACE_SEIZE, 1, None, None))


def _unshares(flags: int) -> Callable[[], None]:
    def unshare() -> None:
        child = os.fork()
        if not child:
            os._exit(0 if _LIBC.unshare(flags) == 0 else ctypes.get_errno())
        number = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if number:
            raise OSError(abs(number), os.strerror(abs(number)))

    return unshare


def _mounts() -> None:
    _called(_LIBC.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None))
    _called(_LIBC.umount2(b"/tmp", 0))


def _sets_the_clock() -> None:
    """To a time that there is not: whoever gets as far as to be told so could have set it."""
    if _LIBC.clock_settime(_CLOCK_REALTIME, ctypes.byref(_Timespec(-1, 0))) < 0:
        number = ctypes.get_errno()
        if number != errno.EINVAL:
            raise OSError(number, os.strerror(number))


def _loads_a_module() -> None:
    """Nothing, which is no module: whoever gets as far as to be told so could have loaded one."""
    if _LIBC.init_module(None, 0, b"") < 0:
        number = ctypes.get_errno()
        if number not in (errno.ENOEXEC, errno.EFAULT):
            raise OSError(number, os.strerror(number))


def _writes(path: str) -> Callable[[], None]:
    def write() -> None:
        file = Path(path) / "tried"
        file.touch()
        file.unlink()

    return write


def _runs_what_it_wrote() -> None:
    mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def _sets_a_kernel_parameter() -> None:
    path = Path("/proc/sys/kernel/hostname")
    path.write_bytes(path.read_bytes())


def _asks_for_more_rights() -> None:
    os.setresuid(0, 0, 0)


def _asks_the_service_manager() -> None:
    """As systemctl does, until it is told that it may."""
    with socket.socket(socket.AF_UNIX) as asked:
        asked.settimeout(_PATIENCE_SECONDS)
        asked.connect("/run/systemd/private")
        asked.sendall(b"\0AUTH EXTERNAL " + str(os.geteuid()).encode().hex().encode() + b"\r\n")
        if not asked.recv(64).startswith(b"OK"):
            raise PermissionError(errno.EACCES, "not root")


TRIED: dict[str, Callable[[], None]] = {
    "IPv4": _sockets(socket.AF_INET),
    "IPv6": _sockets(socket.AF_INET6),
    "raw frames": _sockets(socket.AF_PACKET),
    "a disk": _opens_a_disk,
    "the system disk": _opens_the_system_disk,
    "a device of its own": _makes_a_device,
    "keys in /etc": lambda: _reads(*(f"/etc/media-station/{each}" for each in _KEYS)),
    "keys of another process": lambda: _reads(*_CREDENTIALS),
    "another's state": lambda: _reads(*(f"/var/lib/media-station/desk/{each}" for each in _STATE)),
    "another's memory": lambda: _reads("/proc/1/environ"),
    "trace": _traces,
    "the service manager": _asks_the_service_manager,
    "mount": _mounts,
    "a namespace of users": _unshares(_CLONE_NEWUSER),
    "a namespace of mounts": _unshares(_CLONE_NEWNS),
    "a module": _loads_a_module,
    "the clock": _sets_the_clock,
    "a kernel parameter": _sets_a_kernel_parameter,
    "a file in /etc": _writes("/etc"),
    "a file in /run": _writes("/run/media-station"),
    "code that it wrote": _runs_what_it_wrote,
    "to be root": _asks_for_more_rights,
}


def main() -> None:
    found = {}
    for name, attempt in TRIED.items():
        try:
            attempt()
        except OSError as error:
            found[name] = "refused " + errno.errorcode.get(error.errno or 0, "?")
        else:
            found[name] = "done"
    print(json.dumps(found), flush=True)


main()
