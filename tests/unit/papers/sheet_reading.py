"""Sheets as others read them: poppler's tools and zbarimg."""

import subprocess
from pathlib import Path

from paper_fields import FONTS, PAPERS

from media_station.cell.papers.typeset import typeset


def sheet(paper, **changes):
    return typeset(paper, {**PAPERS[paper], **changes}, fonts=FONTS)


def run(*command, **kwargs):
    return subprocess.run(command, check=True, capture_output=True, **kwargs).stdout


def text_of(pdf, *options):
    return run("pdftotext", *options, "-", "-", input=pdf).decode()


def squeezed(text):
    return "".join(text.split())


def pages_of(pdf):
    lines = run("pdfinfo", "-", input=pdf).decode().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("Pages:")))


def scanned(pdf, folder: Path, dpi=150):
    """The pages as a greyscale scanner would see them, in order."""
    run("pdftoppm", "-r", str(dpi), "-gray", "-", str(folder / "scan"), input=pdf)
    return sorted(folder.glob("scan*.pgm"))


def decoded_qr(picture):
    return run("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)).decode().removesuffix("\n")
