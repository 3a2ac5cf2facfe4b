"""Imports in administration: what was rejected, in words; corrections by form; nothing of a row for whoever sees no person."""

import pytest
from decide_bank import SHIPPED
from loaded_bank import HOURS, SECRET, loaded

from zhike.act.correction_runs import run_corrections
from zhike.adapters.bank_place import CorrectionRuns
from zhike.core.language import LANGUAGES
from zhike.core.rejects import REJECT_REASONS
from zhike.workbench.words import WORDS

HOME = "/administration/imports"


@pytest.fixture
def admin(visit, tmp_path):
    visit.bank.service.bank = loaded(tmp_path / "loaded")
    visit.sign_in("administrator")
    return visit


def hand_in(visit, text=HOURS, **fields):
    return visit.post(f"{HOME}/staff", {"form": visit.form(), "csv": text, **fields})


def run(bank):
    return run_corrections(bank.acting, CorrectionRuns(bank.acting, SHIPPED, bank.service.bank))


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_are_told_in_every_language(admin, language):
    admin.post("/choices", {"form": admin.form(), "language": language, "theme": "auto", "back": "/today"})
    for path in (HOME, f"{HOME}/staff"):
        page = admin.get(path)
        assert page.status_code == 200
        assert REJECT_REASONS["bad_number"].meaning.in_language(language) in page.text
        assert SECRET not in page.text


def test_without_a_bank_the_page_says_what_to_do(visit):
    visit.sign_in("administrator")
    assert "zhike serve --bank BANK" in visit.get(HOME).text
    assert visit.get(f"{HOME}/staff").status_code == 409


def test_rows_are_corrected_by_form_and_the_run_is_shown(admin):
    page = hand_in(admin, f"{HOURS}staff,staff.csv,4,weekly_hours,30\n")
    assert page.url.path.startswith(f"/workbench{HOME}/staff/runs/")
    assert WORDS["imports.waits"].en in page.text
    run(admin.bank)
    page = admin.get(page.url.path.removeprefix("/workbench"))
    assert WORDS["imports.next"].en in page.text
    assert "staff.csv:4" in page.text
    assert f'href="{page.url.path}"' in admin.get(HOME).text


def test_whoever_sees_persons_sees_the_row_and_its_file(admin):
    assert SECRET not in admin.get(f"{HOME}/staff/rejects.csv").text
    admin.post("/sign-out", {"form": admin.form()})
    admin.sign_in("data_protection_officer")
    assert SECRET in admin.get(f"{HOME}/staff").text
    assert "2024-13-01" in admin.get(f"{HOME}/staff/rejects.csv").text


def test_whoever_may_only_look_has_no_form_and_is_led_here(admin):
    admin.post("/sign-out", {"form": admin.form()})
    admin.sign_in("auditor")
    assert f'href="/workbench{HOME}"' in admin.get("/oversight").text
    assert 'name="csv"' not in admin.get(f"{HOME}/staff").text
    assert hand_in(admin).status_code == 403


def test_whoever_may_not_is_told_so(desk, tmp_path):
    desk.bank.service.bank = loaded(tmp_path / "loaded")
    assert [desk.get(path).status_code for path in (HOME, f"{HOME}/staff", f"{HOME}/staff/rejects.csv")] == [
        403
    ] * 3
    assert hand_in(desk).status_code == 403


@pytest.mark.parametrize("text", ["", "table", HOURS.replace(",40", ",200")])
def test_what_corrects_nothing_is_said_and_changes_nothing(admin, text):
    assert hand_in(admin, text).status_code == 422
    assert hand_in(admin, form="0" * 64).status_code == 422
    assert admin.bank.rows("job_inputs") == []


def test_a_stranger_is_asked_to_sign_in(visit):
    assert visit.get(HOME).url.path == "/workbench/sign-in"


def test_compliance_is_led_to_the_roles_that_wait_for_it(visit):
    visit.sign_in("compliance")
    assert 'href="/workbench/administration/roles"' in visit.get("/oversight").text
    assert visit.get("/administration/roles").status_code == 200
