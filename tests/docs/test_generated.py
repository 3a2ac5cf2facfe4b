"""The pages that follow from the code are current."""

import os
import re
import subprocess
import sys
from pathlib import Path

import access_page
import api_page
import generated_pages
import lab_numbers
import ledger_page
import pytest
from doc_pages import DOCS
from provocations import PROVOCATIONS, UNPROVOKED

from zhike.core.error_catalogue import error_classes
from zhike.core.errors import InternalError
from zhike.core.rejects import REJECT_REASONS

AGAIN = "make it again: .venv/bin/python tests/docs/generated_pages.py"


def test_tables_page_is_current():
    assert (DOCS / "reference" / "tables.md").read_text("utf-8") == generated_pages.tables_page(), AGAIN


def test_roles_page_is_current():
    page = (DOCS / "reference" / "roles.md").read_text("utf-8")
    assert page == access_page.access_page(generated_pages.NOTE), AGAIN


def test_api_page_is_current():
    page = (DOCS / "reference" / "api.md").read_text("utf-8")
    assert page == api_page.api_page(generated_pages.NOTE), AGAIN


def test_api_page_has_every_handler_and_every_heading_once():
    """The handlers themselves are asked, not their description: a route that hides from it would not be in it either."""
    page = (DOCS / "reference" / "api.md").read_text("utf-8")
    headings = [line.removeprefix("### ").lower() for line in page.splitlines() if line.startswith("### ")]
    assert len(headings) == len(set(headings))
    shown = set(re.findall(r"^`([A-Z]+ /\S+)`$", page, re.MULTILINE))
    assert shown == api_page.handlers()


def test_ledger_page_is_current():
    page = (DOCS / "reference" / "ledger.md").read_text("utf-8")
    assert page == ledger_page.ledger_page(generated_pages.NOTE), AGAIN


def test_page_of_the_labs_numbers_is_current():
    page = (DOCS / "reference" / "lab-numbers.md").read_text("utf-8")
    assert page == lab_numbers.lab_numbers_page(generated_pages.NOTE), AGAIN


def test_every_module_of_the_lab_has_its_theme_or_no_numbers():
    themed = [name for names in lab_numbers.THEMES.values() for name in names]
    assert len(themed) == len(set(themed))
    assert not set(themed) & lab_numbers.WITHOUT
    assert lab_numbers.modules() <= {*themed, *lab_numbers.WITHOUT}
    assert set(themed) <= lab_numbers.modules()


def test_numbers_said_to_be_checked_are_there():
    there = {
        (number.module, number.name) for name in lab_numbers.modules() for number in lab_numbers.numbers(name)
    }
    assert set(lab_numbers.CHECKED) <= there


def test_a_remembered_figure_is_never_shown_as_checked():
    rates = {number.name: number.ground for number in lab_numbers.numbers("maturing")}
    assert "not checked" in rates["DEPOSIT_RATES"]
    assert "not checked" in rates["PENALTY_FACTOR"]


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

    monkeypatch.setattr(command_line, "_command", lambda: breaks)
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
