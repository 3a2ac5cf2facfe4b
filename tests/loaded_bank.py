"""A small bank folder whose import rejected two rows of staff and that keeps a model, for those who show it and correct imports."""

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from zhike.adapters.bank_place import BankPlace
from zhike.adapters.rule_files import load_rulebook
from zhike.adapters.sources import load_source

ROWS = """staff_id,role,weekly_hours,valid_from
a,adviser,20,2024-01-01
b,adviser,200,2024-01-01
Mina Okafor,adviser,x,2024-13-01
"""
HEADER = "table,source_file,line,column,value\n"
HOURS = f"{HEADER}staff,staff.csv,3,weekly_hours,40\n"
"""Corrects the second row."""
FROZEN = Path(__file__).parent / "compat" / "v1"
MODEL = "early_warning"
"""Which of the frozen models the bank keeps; it has a card, and is not in force."""
SECRET = "Mina Okafor"  # noqa: S105 - of nobody
"""Stands in a rejected row."""


def loaded(folder):
    """Load the bank into a folder; return its place."""
    source = folder / "source"
    source.mkdir(parents=True)
    (source / "staff.csv").write_text(ROWS, "utf-8")
    load_source(folder / "bank", "csv", source, load_rulebook())
    shutil.copytree(FROZEN / MODEL, folder / "bank" / "models" / MODEL)
    return BankPlace(folder / "bank")


@functools.cache
def shared():
    """Return the place of a loaded bank that nobody changes, made once a process."""
    folder = Path(tempfile.mkdtemp(prefix="zhike-loaded-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return loaded(folder)
