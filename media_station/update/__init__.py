"""Takes an update of the station for the package manager, and ends: a oneshot of root, which alone may.

Guarantees: what is installed is a package of the station that its publisher signed and two persons ordered, newer than
the present one; or, ordered likewise, the one that was kept when the present one was installed. Refuses everything
else, and then nothing is installed. What installs it is the package's own script (`scripts/install-update`).
"""
