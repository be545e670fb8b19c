"""The unpack room: a foreign medium's raw image, read as files without mounting.

Guarantees: only the root directory of one FAT32 or ISO 9660 (Joliet) file system is read; what is read lies within the
image; the work is bounded by the image's length, whatever its tables say. No kernel code sees the image.

Refuses: any other file system (UNP-001), tables that contradict themselves or leave the image (UNP-002), more in the
root than a person would put there (UNP-003), a medium without a payload and its submission (UNP-004).
"""
