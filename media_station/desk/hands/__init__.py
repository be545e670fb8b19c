"""What the desk works with: keys, vault, clock, spool, and the far ends of its doors. One reader for each."""
