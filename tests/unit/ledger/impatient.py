"""A station process that tells of each piece of a long start, however soon it comes."""

import sys

from media_station.__main__ import main
from media_station.desk.hands import systemd

systemd._SECONDS_BETWEEN = 0.0

if __name__ == "__main__":
    sys.exit(main())
