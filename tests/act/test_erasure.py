"""Erasure: two persons, nothing of the person left but what a duty keeps, proofs and statistics unharmed."""

import collections
import datetime as dt
import json

import pytest
from ledger_rows import ledger_row
from served_bank import publish_small
from two_persons import (
    COMPLIANCE,
    ENDED,
    PROTECTION,
    REASON,
    approved,
    begun,
    erased,
    full_life,
    merged,
    permission,
    proposed,
    rules,
)  # fmt: skip

from zhike.act.digests import digests, sign_digest, trail
from zhike.act.erasure import PERSONAL, VERBS, erase_customer, finish_erasure, wanted_erasure
from zhike.act.proposals import review, withdraw
from zhike.act.replay import replay_log
from zhike.core.errors import UsageError
from zhike.core.ledger import LEDGER
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError, StateConflictError
from zhike.core.store_errors import ErasedError
from zhike.govern.audit import Opening, verify_trail
from zhike.govern.audit_chain import AuditEntry
from zhike.govern.audit_digest import public_key_of
from zhike.govern.certificate import certificate_holds
from zhike.govern.erasure import LEDGER as PATHS
from zhike.govern.erasure import ErasureRules

WORDS = "said at the counter 柜台 8f14e45f"
WANTED = wanted_erasure("C02", "erase", ENDED)


def carried_out(bank, proposal, who=PROTECTION):
    right = permission(bank, who, "privacy.erase", "C02")
    return erase_customer(bank.acting, proposal, right, rules(bank))


def everything(bank):
    """Return all rows of all tables."""
    return {name: bank.rows(name) for name in LEDGER}


def counted(bank):
    """Return what statistics count: decisions, offers by action, kind and channel, answers by outcome, cases, surveys."""
    return {
        "decisions": len(bank.rows("decisions")),
        "offers": collections.Counter((row["action_id"], row["kind"], row["channel"]) for row in bank.rows("offers")),
        "answered": collections.Counter(row["state"] for row in bank.rows("offers") if row["state"] in ("accepted", "refused")),
        "responses": collections.Counter(row["outcome"] for row in bank.rows("responses")),
        "cases": collections.Counter((row["kind"], row["state"]) for row in bank.rows("cases")),
        "complaints": collections.Counter((row["business"], row["issue"], row["cause"]) for row in bank.rows("complaints")),
        "surveys": collections.Counter(row["survey"] for row in bank.rows("survey_answers")),
        "openings": len(bank.rows("break_glass")),
    }  # fmt: skip


# -- two persons -----------------------------------------------------------------------------------------------------------


def test_nothing_is_erased_that_nobody_approved(bank):
    proposal = proposed(bank, WANTED)
    with pytest.raises(StateConflictError, match="it is proposed"):
        carried_out(bank, proposal)
    right = permission(bank, COMPLIANCE, "erasure.approve", "C02")
    review(bank.acting, proposal, right, approve=False, reason=REASON)
    with pytest.raises(StateConflictError, match="it is refused"):
        carried_out(bank, proposal)
    assert bank.decide("C02").status_code == 200
    assert bank.rows("erasures") == []


def test_an_approval_is_used_once_and_not_for_ever(bank):
    proposal = approved(bank, WANTED)
    bank.clock.later(hours=168)
    with pytest.raises(StateConflictError, match="it is expired"):
        carried_out(bank, proposal)
    proposal = approved(bank, WANTED)
    carried_out(bank, proposal)
    with pytest.raises(RecordNotFoundError):
        carried_out(bank, proposal)


def test_whoever_has_lost_the_right_no_longer_erases(bank):
    proposal = approved(bank, WANTED)
    with pytest.raises(ForbiddenError):
        carried_out(bank, proposal, who=("rm", "service"))
    assert bank.decide("C02").status_code == 200


def test_an_approved_anonymisation_erases_nobody(bank):
    with pytest.raises(StateConflictError, match="anonymise"):
        carried_out(bank, approved(bank, wanted_erasure("C02", "anonymise", ENDED)))
    proposal = approved(bank, WANTED)
    withdraw(bank.acting, proposal, "data_protection_officer", REASON)
    with pytest.raises(StateConflictError, match="withdrawn"):
        carried_out(bank, proposal)


def test_who_complains_is_answered_first(bank):
    row = ledger_row("complaints", 1, complaint_id="k-1", customer_id="C02", state="informed", open=True)
    with bank.store.write() as tx:
        tx.insert("complaints", [row])
    with pytest.raises(StateConflictError, match="open complaint"):
        begun(bank, "C02")
    with bank.store.write() as tx:
        tx.change("complaints", {"complaint_id": "k-1"}, {"state": "closed", "open": False})
    begun(bank, "C02")


def test_a_relationship_does_not_end_tomorrow(bank):
    with pytest.raises(UsageError, match="up to today"):
        begun(bank, "C02", ended=dt.date(2026, 7, 2))
    with pytest.raises(RecordNotFoundError):
        begun(bank, "C99")


# -- what is left ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["erase", "anonymise"])
def test_nothing_leads_to_the_person_any_more(bank, kind):
    full_life(bank, "C02", WORDS)
    names = {"C02", "k-C02", "n-C02", "c-C02", "u-C02"}
    names |= {row["offer_id"] for row in bank.rows("offers")} | {
        row["decision_id"] for row in bank.rows("decisions")
    }
    names |= {row["response_id"] for row in bank.rows("responses")}
    full_life(bank, "C01", "of somebody else")
    mine = {name for name in names if name in json.dumps(everything(bank), default=str)}
    erased(bank, "C02", kind)
    found = everything(bank)
    marks = {
        name: found.pop(name) for name in ("customers", "person_keys", "erasures", "proposals", "retained")
    }
    text = json.dumps(found, default=str, ensure_ascii=False)
    assert [name for name in mine if f'"{name}"' in text or f"'{name}'" in text] == []
    assert WORDS not in text
    assert {"C01"} < {row["customer_id"] for row in found["offers"]}
    mark = next(row for row in marks["customers"] if row["customer_id"] == "C02")
    state = {"erase": "erased", "anonymise": "anonymised"}[kind]
    assert mark == {"customer_id": "C02", "branch": None, "adviser": None, "tier": None, "contacted_on": None, "household_id": None, "merged_into": None, "state": state,
                    "version": mark["version"], "live": None}  # fmt: skip
    key = next(row for row in marks["person_keys"] if row["customer_id"] == "C02")
    assert key["wrapped"] is None
    assert key["destroyed_at"] == bank.clock.now()
    assert {row["customer_id"] for row in marks["person_keys"]} == {
        f"C{n:02}" for n in range(1, 11)
    }  # none for nobody


def test_rows_of_nobody_are_told_apart_and_still_belong_together(bank):
    full_life(bank, "C02", WORDS)
    erased(bank, "C02")
    offers, responses = bank.rows("offers"), bank.rows("responses")
    assert len({row["customer_id"] for row in offers}) == len(offers) > 1
    assert all(row["customer_id"].startswith("nobody-") for row in (*offers, *responses))
    known = {row["offer_id"] for row in offers}
    assert {row["offer_id"] for row in responses} <= known
    assert {row["decision_id"] for row in offers} <= {row["decision_id"] for row in bank.rows("decisions")}
    assert all(row["made_at"] % 86_400_000_000 == 0 for row in offers)
    assert all((row["reason"], row["actor"]) == (None, "") for row in responses)
    assert all((row["record"], row["context"]) == (None, None) for row in bank.rows("decisions"))


def test_statistics_are_what_they_were(bank):
    for customer in ("C01", "C02", "C03"):
        full_life(bank, customer, WORDS)
    before = counted(bank)
    erased(bank, "C02")
    assert counted(bank) == before
    erased(bank, "C03", "anonymise")
    assert counted(bank) == before
    assert len(bank.rows("consents")) == 2  # C01's, and that of nobody, which only an anonymisation leaves


def test_open_offers_lapse_first(bank):
    bank.decide("C02")
    erased(bank, "C02")
    assert {row["state"] for row in bank.rows("offers")} == {"lapsed"}


def test_what_a_duty_keeps_and_nothing_beyond_it(bank):
    offers = full_life(bank, "C02", WORDS)
    before = everything(bank)
    certificate = erased(bank, "C02")
    own = {name: [row for row in before[name] if row.get("customer_id") == "C02"] for name in LEDGER}
    kept = {}
    for row in bank.rows("retained"):
        kept.setdefault(row["origin"], []).extend(row["content"]["rows"])
    assert set(kept) == {
        "decisions",
        "offers",
        "responses",
        "consents",
        "cases",
        "complaints",
        "complaint_steps",
        "complaint_justices",
    }
    assert {row["origin"]: row["last_day"] for row in bank.rows("retained")} == {
        "decisions": "2031-06-30", "offers": "2031-06-30", "responses": "2031-06-30", "consents": "2029-06-30", "cases": "2031-06-30",
        "complaints": "2031-06-30", "complaint_steps": "2031-06-30", "complaint_justices": "2031-06-30",
    }  # fmt: skip
    assert {row["offer_id"] for row in kept["offers"]} >= set(offers)
    assert kept["responses"] == own["responses"]
    assert kept["consents"] == own["consents"]
    for table in ("cases", "complaints", "complaint_steps", "complaint_justices"):
        assert kept[table] == own[table]
    assert sorted(one["table"] for one in certificate["kept"]) == sorted(kept)
    assert {one["reference"] for one in certificate["kept"] if one["table"] == "offers"} == {
        "NFRA Order 2025-7 (金融机构产品适当性管理办法) Art. 17"
    }


def test_after_the_last_day_of_every_duty_nothing_is_kept(bank):
    full_life(bank, "C02", WORDS)
    certificate = erased(bank, "C02", ended=dt.date(2015, 1, 1))
    assert certificate["kept"] == []
    assert bank.rows("retained") == []


def test_nobody_comes_back(bank):
    full_life(bank, "C02", WORDS)
    erased(bank, "C02")
    number = publish_small(bank.acting)
    with bank.store.read() as tx:
        assert tx.count("dossiers", {"publication": number}) == 9
        assert tx.one("publications", number=number)["customers"] == 9
    bank.clock.later(seconds=2)
    assert bank.decide("C02").status_code == 404
    assert bank.decide("C01").status_code == 200
    assert (
        bank.get("data_protection_officer", "/v1/customers/C02", purpose="privacy_request").status_code == 404
    )
    with pytest.raises(ErasedError), bank.store.write() as tx:
        tx.insert(
            "notes",
            [
                {
                    "note_id": "n",
                    "customer_id": "C02",
                    "kind": "note",
                    "text": "x",
                    "recorded_at": 1,
                    "actor": "rm",
                }
            ],
        )
    with pytest.raises(RecordNotFoundError):
        begun(bank, "C02")


def test_all_records_of_a_person_go(bank):
    for customer in ("C02", "C03", "C04"):
        full_life(bank, customer, WORDS)
    merged(bank, "C02", "C03")
    certificate = erased(bank, "C02")  # asked for under the record that was merged
    assert (certificate["customer"], certificate["records"]) == ("C03", ["C03", "C02"])
    states = {row["customer_id"]: row["state"] for row in bank.rows("customers")}
    assert (states["C02"], states["C03"], states["C04"]) == ("erased", "erased", "active")
    for table in PERSONAL:
        assert {"C02", "C03"}.isdisjoint(row["customer_id"] for row in bank.rows(table.name)), table.name


def test_who_asked_and_who_approved_stays_and_why_does_not(bank):
    begun(bank, "C02")
    (row,) = bank.rows("proposals")
    assert (row["proposed_by"], row["decided_by"], row["state"]) == (
        "data_protection_officer",
        "compliance",
        "carried_out",
    )
    assert REASON not in json.dumps(row)
    assert [step["kind"] for step in row["content"]["steps"]] == ["approved", "carried_out"]
    assert row["content"]["sha256"] == WANTED.sha256


# -- proofs ------------------------------------------------------------------------------------------------------------------


def checked(bank):
    with bank.store.read() as tx:
        records = list(trail(tx, opened=True))
        found = digests(tx)
    entries = [one for one in records if isinstance(one, AuditEntry)]
    opened = [one for one in records if isinstance(one, Opening)]
    return verify_trail(entries, found, [public_key_of(bank.store.keys.audit_seed)], opened=opened)


def test_the_trail_is_whole_before_and_after(bank):
    full_life(bank, "C02", WORDS)
    key = bank.store.keys.audit_seed
    sign_digest(bank.acting, key)
    before = checked(bank)
    assert before.verified
    assert before.erased == 0
    certificate = erased(bank, "C02")
    sign_digest(bank.acting, key)
    after = checked(bank)
    assert after.verified, after.failures
    assert after.erased > 0
    assert after.entries > before.entries
    with bank.store.read() as tx:
        entries = {(one.stream, one.number): one.hash for one in trail(tx, opened=False)}
    for heads in (certificate["heads_before"], certificate["heads_after"]):
        assert all(entries[stream, number] == found for stream, (number, found) in heads.items())
    assert certificate["heads_after"]["privacy"][0] == certificate["heads_before"].get("privacy", [0])[0] + 1


def test_the_log_is_proven_without_the_person(bank):
    for customer in ("C01", "C02"):
        full_life(bank, customer, WORDS)
    whole = replay_log(bank.acting, bank.service.desk)
    assert (whole.proven, whole.erased) == (True, 0)
    erased(bank, "C02")
    found = replay_log(bank.acting, bank.service.desk)
    assert found.proven
    assert (found.decisions, found.erased, found.identical) == (whole.decisions, 2, whole.identical - 2)


def test_the_certificate_is_the_banks(bank):
    full_life(bank, "C02", WORDS)
    certificate = erased(bank, "C02")
    key = public_key_of(bank.store.keys.audit_seed)
    assert certificate_holds(json.loads(json.dumps(certificate)), key)
    for name in ("erased", "kept", "heads_after", "approved_by", "hash", "finished_at"):
        assert not certificate_holds({**certificate, name: "x"}, key), name
    assert not certificate_holds({}, key)
    assert [one["name"] for one in certificate["touched"]["features"]][:1] == ["age"]
    assert certificate["touched"]["publications"][0]["model"] == "conditional_knn"
    assert certificate["erased"]["notes"] == {
        "rows": 1,
        "left_of_nobody": 0,
        "columns": [c.name for c in LEDGER["notes"].columns],
    }
    assert WORDS not in json.dumps(certificate, ensure_ascii=False)


def test_what_was_begun_is_finished_once(bank):
    full_life(bank, "C02", WORDS)
    row = begun(bank, "C02")
    assert row["state"] == "begun"
    key = bank.store.keys.audit_seed
    first = finish_erasure(bank.acting, row["erasure_id"], key)
    bank.clock.later(days=1)
    assert finish_erasure(bank.acting, row["erasure_id"], key) == first
    with pytest.raises(RecordNotFoundError):
        finish_erasure(bank.acting, "e-none", key)


# -- the rules ---------------------------------------------------------------------------------------------------------------


def test_every_column_of_every_personal_table_is_decided_by_a_row_of_its_table(bank):
    """A column that is added to the ledger must say what erasure does to it; nothing is decided by the last row, which takes all."""
    found = ErasureRules.of(bank.service.rulebook, bank.service.today(), PATHS)
    tables = [*PERSONAL, LEDGER["customers"], LEDGER["person_keys"], LEDGER["proposals"]]
    fallback = len(found.retention.table.rows) - 1
    for table in tables:
        for column in table.columns:
            row = found.retention.table.deciding_row({"table": table.name, "column": column.name})
            assert row not in (None, fallback), f"{table.name}.{column.name}"
    assert sorted(found.retention.table.inputs["table"]) == sorted(table.name for table in tables)
    assert found.forms.inputs == found.retention.table.inputs


def test_the_marks_are_what_the_rules_retain(bank):
    full_life(bank, "C02", WORDS)
    erased(bank, "C02")
    for name in ("customers", "person_keys"):
        columns = [column.name for column in LEDGER[name].columns]
        fates = rules(bank).fates(name, columns, ENDED, "erase")
        (row,) = bank.rows(name, {"customer_id": "C02"})
        assert {column for column, fate in fates.items() if not fate.stays} == {
            column for column in columns if row[column] is None
        }


def test_the_verbs_of_erasure_need_two(bank):
    second = bank.service.access.at(bank.service.today()).second_person
    assert set(VERBS.values()) <= set(second)


def test_whoever_was_told_of_the_person_is_told_to_forget_them(bank):
    hook = {"url": "https://hooks.example.org/a", "topics": ["customer.erased", "decision.made"]}
    assert bank.post("administrator", "/v1/webhooks", hook, purpose="operation").status_code == 200
    bank.clock.later(seconds=2)
    bank.decide("C02")
    assert [row["topic"] for row in bank.rows("outbox")] == ["decision.made"]
    certificate = erased(bank, "C02")
    (told,) = bank.rows("outbox")
    assert (told["topic"], told["customer_id"], told["state"]) == ("customer.erased", None, "waiting")
    assert told["content"] == {
        "customer_id": "C02",
        "records": ["C02"],
        "kind": "erase",
        "erasure": certificate["erasure"],
    }
