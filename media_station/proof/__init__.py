"""What anyone can check: keys, signed notes, signed JSON, the journal's tree, checkpoints, records and proofs.

Guarantees: bytes go in, checked values come out; nothing that these modules return from `open_*` or `verify_*` was
unsigned, signed for another purpose or signed by a key that the caller didn't name. A journal verifies in flat memory.
Refuses: text beyond the caps, doubled names, fractions, base64 that isn't canonical, signatures that don't hold beside
others that do. A rewrite by who holds the journal key shows only against a head held elsewhere: paper, another machine.

The formats are in docs/formats.md. Drive, guard and gate may import `note` and `checkpoint`, no more.
"""
