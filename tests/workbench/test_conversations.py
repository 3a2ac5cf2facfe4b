"""Notes of conversations in the workbench: pasted, read in every language, refused in words, and kept nowhere."""

import pytest
import yaml
from api_calls import CONVERSATIONS

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

NOTES = yaml.safe_dump(CONVERSATIONS, allow_unicode=True)


@pytest.fixture
def quality(visit):
    visit.sign_in("service_quality")
    return visit


def read(visit, notes=NOTES, by=""):
    return visit.post("/surveys/conversations", {"form": visit.form(), "notes": notes, "by": by})


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_are_read_in_every_language(quality, language):
    quality.post(
        "/choices", {"form": quality.form(), "language": language, "theme": "auto", "back": "/today"}
    )
    assert "/workbench/surveys/conversations" in quality.get("/surveys").text
    before = quality.bank.rows("audit_entries")
    page = read(quality, by="branch")
    assert page.status_code == 200
    for key in ("talk.spoken", "talk.no_sample", "talk.quotes", "result.held", "agreement.not_settled"):
        assert WORDS[key].in_language(language) in page.text
    quotes = page.text.partition('id="quotes"')[2]
    assert "13800138000" not in quotes
    assert "Li Na" not in quotes
    assert "improvements?cause=waiting" in page.text
    assert quality.bank.rows("audit_entries") == before


@pytest.mark.parametrize(
    "notes", ["form: [", "form: 2", NOTES.replace("- waiting", "- moon"), "form: 1\nnotes: <b>"]
)
def test_what_cannot_be_read_is_said_and_what_was_pasted_stays(quality, notes):
    page = read(quality, notes)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert "<b>" not in page.text


def test_who_sees_no_results_reads_no_notes(visit):
    visit.sign_in("rm")
    assert visit.get("/surveys/conversations").status_code == 403
