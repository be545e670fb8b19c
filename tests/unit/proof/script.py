"""scripts/verify_journal.py as a module."""

import importlib.util
import sys
from pathlib import Path

PATH = Path(__file__).parents[3] / "scripts" / "verify_journal.py"

_spec = importlib.util.spec_from_file_location("verify_journal_script", PATH)
verify_journal = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = verify_journal
_spec.loader.exec_module(verify_journal)
