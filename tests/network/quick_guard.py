"""The real guard, which looks and tells more often than a station's."""

import sys

from media_station.__main__ import main
from media_station.guard import main as guard
from media_station.guard import refused, watch

guard.LOOK_SECONDS = 0.2
watch.CLEAN_SECONDS = 0.5
refused.RECORD_SECONDS = float(sys.argv.pop(1))
sys.exit(main())
