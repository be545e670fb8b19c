"""What a container's test and a machine's know of the units' sandboxes."""

KNOCKS = "import socket as s; s.socket(s.AF_UNIX).connect('/run/media-station/{}.sock')"
AS_THE_DESK = ("setpriv", "--reuid=media-station-desk", "--regid=media-station-desk", "--clear-groups", "--")
# `systemd-analyze security` may say at most this.
EXPOSURE = {
    "clamd": 0.3,
    "cups": 2.3,
    "desk": 0.5,
    "restore": 0.5,
    "drive": 0.5,
    "gate": 0.3,
    "cell@": 0.3,
    "guard": 1.3,
    "clock@": 1.5,
    "console": 0.7,
    "seat": 1.2,
    "screen": 0.7,
    "patterns@": 0.3,
    "update@": 0.7,
    "chore@": 0.3,
}
