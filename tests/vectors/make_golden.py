#!/usr/bin/env python3
"""Makes a release's golden journal out of a rehearsal: `make_golden.py REHEARSAL OUT`, once, and never again.

OUT gets the journal, the public key, the certificate as it was printed, and `sheet`, the text of a slip's QR code from
the middle of the journal. The secret keys are left behind and go with the rehearsal.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

rehearsal, out = map(Path, sys.argv[1:])
out.mkdir(parents=True)
shutil.copytree(rehearsal / "journal", out / "journal", copy_function=shutil.copyfile)
shutil.copyfile(rehearsal / "journal.pub", out / "journal.pub")
(certificate,) = (rehearsal / "papers").glob("*-C-00001.pdf")
shutil.copyfile(certificate, out / certificate.name)
slip = sorted((rehearsal / "papers").glob("*-S-*.pdf"))[3]
with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["pdftoppm", "-r", "300", "-singlefile", "-png", slip, f"{folder}/sheet"], check=True)
    scanned = subprocess.run(["zbarimg", "-q", "--raw", f"{folder}/sheet.png"], stdout=subprocess.PIPE, check=True)
(out / "sheet").write_bytes(scanned.stdout)
