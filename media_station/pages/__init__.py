"""Pages that work offline, each one file: built by scripts/write_pages.py, shipped as package data."""
