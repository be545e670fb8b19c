"""The real desk, which takes refused peers as often as the quick guard tells of them."""

import sys

from media_station.__main__ import main
from media_station.desk.flow import keep_watch

keep_watch.PEERS_EVERY_MS = 0
sys.exit(main())
