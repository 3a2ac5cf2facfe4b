"""The pages that follow from the code are current."""

import os
import subprocess
import sys
from pathlib import Path

import generated_pages
import pytest
from doc_pages import DOCS
from provocations import PROVOCATIONS, UNPROVOKED

from zhike.core.errors import InternalError, error_classes
from zhike.core.rejects import REJECT_REASONS

AGAIN = "make it again: .venv/bin/python tests/docs/generated_pages.py"


def test_tables_page_is_current():
    assert (DOCS / "reference" / "tables.md").read_text("utf-8") == generated_pages.tables_page(), AGAIN


def test_cli_page_is_current():
    """Help texts take their language when they are imported, hence a process of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("LANG", "LC_ALL", "ZHIKE_LANG")}
    script = Path(generated_pages.__file__)
    done = subprocess.run(
        [sys.executable, str(script), "cli"],
        capture_output=True,
        encoding="utf-8",
        env={**kept, "PYTHONUTF8": "1"},
        check=True,
    )
    assert (DOCS / "reference" / "cli.md").read_text("utf-8") == done.stdout, AGAIN


@pytest.fixture(scope="module")
def errors_page(tmp_path_factory):
    return generated_pages.errors_page(tmp_path_factory.mktemp("errors"))


def test_errors_page_is_current(errors_page):
    """Making the page runs every provocation: a message, an exit code or a reject that changed shows here."""
    assert (DOCS / "ERRORS.md").read_text("utf-8") == errors_page, AGAIN


def test_every_error_is_provoked():
    codes = {error.code for error in error_classes()}
    assert set(PROVOCATIONS) | set(UNPROVOKED) == codes
    assert not set(PROVOCATIONS) & set(UNPROVOKED)


def test_every_reject_code_is_provoked(errors_page):
    listed = errors_page.split("then lists:")[1]
    assert {code for code in REJECT_REASONS if f"`{code}`" in listed} == set(REJECT_REASONS)


def test_internal_error_hides_no_fault(monkeypatch, capsys):
    """The one error without a provocation: what broke is named, and how to report it."""
    from zhike.cli import main as command_line

    def breaks(**_):
        message = "a list is not a number"
        raise TypeError(message)

    monkeypatch.setattr(command_line, "app", breaks)
    monkeypatch.delenv("ZHIKE_DEBUG", raising=False)
    monkeypatch.setenv("ZHIKE_LANG", "en")
    monkeypatch.setattr(sys, "argv", ["zhike"])
    with pytest.raises(SystemExit) as left:
        command_line.main()
    assert left.value.code == InternalError.exit_code == 70
    assert capsys.readouterr().err == (
        "found a fault of our own: TypeError: a list is not a number; needed a result. "
        "Nothing was changed. Run it again with ZHIKE_DEBUG=1 and report what it prints.\n"
    )
