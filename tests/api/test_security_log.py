"""The log of what was refused: who and what, never for whom, one line each, and no flood."""

import logging
import re

import pytest
import served_bank

from zhike.act.staff import issue_token, revoke_token, token_hash
from zhike.api.logs import LOGGING, UtcFormatter
from zhike.api.security_log import SecurityLog


def lines(caplog):
    return [one.getMessage() for one in caplog.records if one.name == "zhike.security"]


def test_refusals_are_told_with_who_and_what(bank, caplog):
    bank.get("rm", "/v1/customers/C06")
    bank.decide("C02", "auditor", purpose="audit")
    bank.get(None, "/v1/customers/C02")
    bank.tokens["adviser"] = issue_token(bank.acting, "adviser", actor="tests")
    revoke_token(bank.acting, token_hash(bank.tokens["adviser"]), "tests")
    bank.get("adviser", "/v1/actions")
    assert lines(caplog) == [
        "refused record_not_found actor=rm verb=customer.view purpose=service",
        "refused forbidden actor=auditor verb=decision.make purpose=audit",
        "refused unauthenticated route=/customers/{customer_id}",
        "refused unauthenticated route=/actions",
    ]


def test_what_is_allowed_and_what_is_not_there_is_no_refusal(bank, caplog):
    bank.get("rm", "/v1/customers/C02")
    bank.get("auditor", "/v1/customers/C99", purpose="audit")
    bank.decide("C02")
    assert lines(caplog) == []


def test_a_purpose_that_was_made_up_is_not_written_down(bank, caplog):
    bank.get("rm", "/v1/customers/C02", purpose="ming_lost_her_job")
    assert lines(caplog) == ["refused forbidden actor=rm verb=customer.view purpose=unknown"]


def test_whoever_asks_too_often_is_told_of(tmp_path, caplog):
    with served_bank.Served(tmp_path / "bank", limit=1) as bank:
        for _ in range(3):
            bank.get("rm", "/v1/actions")
    assert lines(caplog) == ["refused too_many_requests route=/actions actor=rm"] * 2


def test_a_flood_is_cut_off_and_counted(caplog):
    clock = served_bank.Clock()
    log = SecurityLog(clock)
    for _ in range(500):
        log.refused("unauthenticated", route="/actions")
    assert len(lines(caplog)) == 20
    clock.later(seconds=1)
    log.refused("unauthenticated", route="/actions")
    assert lines(caplog)[20:] == ["refused unauthenticated route=/actions left_out=480"]
    clock.later(days=-1)
    log.refused("unauthenticated", route="/actions")
    assert len(lines(caplog)) == 22  # a clock that was put back silences nothing


@pytest.mark.parametrize("said", ["plain", "two\nlines", "carriage\rreturn", "%s %d"])
def test_a_line_says_when_what_and_where_in_one_line(said):
    form = UtcFormatter(LOGGING["formatters"]["plain"]["fmt"])
    line = form.format(logging.LogRecord("zhike.api", logging.ERROR, "file", 1, said, None, None))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ERROR zhike\.api\[\d+\] [^\r\n]+", line)
    assert line.endswith(said.replace("\n", "\\n").replace("\r", "\\r"))


def test_the_server_writes_such_lines_and_nothing_else(monkeypatch, capsys):
    import logging.config

    monkeypatch.setattr(logging.root, "handlers", list(logging.root.handlers))
    monkeypatch.setattr(logging.root, "level", logging.root.level)
    logging.config.dictConfig(LOGGING)
    logging.getLogger("zhike.security").warning("refused %s", "forbidden")
    logging.getLogger("zhike.security").info("quiet")
    (line,) = capsys.readouterr().err.splitlines()
    assert re.search(r"Z WARNING zhike\.security\[\d+\] refused forbidden$", line)
