"""The real gate, less patient than a station's."""

import sys

from media_station.__main__ import main
from media_station.gate import admission, http

http.IDLE_SECONDS = 6.0
admission.HANDSHAKE_SECONDS = 6.0
sys.exit(main())
