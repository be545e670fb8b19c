"""A DVD burner to test with: an iSCSI target on loopback behind which stands a drive with a disc and any fault you like.

`iscsi` the protocol · `mmc` the commands · `replies` what a drive says of itself · `disc` media as state machines ·
`faults` what goes wrong. README.md says how to attach it to a guest.
"""
