"""`_measured.py COMMAND…`: prints its seconds, its CPU's seconds and the peak of its memory in KiB, with its children's.

A small process of its own: a child's peak begins with what it has of its parent.
"""

import os
import sys
import time

began = time.monotonic()
child = os.posix_spawnp(
    sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
)
_, status, used = os.wait4(child, 0)
print(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
