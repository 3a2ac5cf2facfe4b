"""What needs two persons, done on a served bank: proposed by one, approved by another, carried out."""

import datetime as dt

import decide_bank

from zhike.act.erasure import VERBS, anonymise_customer, erase_customer, finish_erasure, wanted_erasure
from zhike.act.merges import merge_customers, unmerge_customers, wanted_merge, wanted_unmerge
from zhike.act.proposals import propose, review
from zhike.act.staff import known_actor
from zhike.govern.erasure import LEDGER, ErasureRules
from zhike.govern.roles import decide_access

PROTECTION, COMPLIANCE = ("data_protection_officer", "privacy_request"), ("compliance", "governance")
MANAGER = ("branch_manager", "service")
ENDED = dt.date(2026, 6, 30)
REASON = "asked for in writing, identity checked"


def permission(bank, who, verb, customer):
    """Return the permission of a member of staff, to the purpose named with them."""
    staff, purpose = who
    with bank.store.read() as tx:
        actor, row = known_actor(tx, staff), tx.one("customers", customer_id=customer)
    subject = actor.subject(customer, row and row["branch"])
    return decide_access(bank.service.access, actor, verb, subject, purpose, bank.service.today())


def proposed(bank, wanted, who=PROTECTION, reason=REASON):
    """Propose; return the identifier of the proposal."""
    rule = bank.service.access.at(bank.service.today()).second_person[wanted.verb]
    return propose(bank.acting, rule, permission(bank, who, wanted.verb, wanted.subject), wanted, reason)[
        "proposal_id"
    ]


def approved(bank, wanted, who=PROTECTION, second=COMPLIANCE):
    """Propose and approve; return the identifier of the proposal."""
    proposal, verb = (
        proposed(bank, wanted, who),
        bank.service.access.at(bank.service.today()).second_person[wanted.verb].approved_by,
    )
    review(bank.acting, proposal, permission(bank, second, verb, wanted.subject), approve=True, reason=REASON)
    return proposal


def rules(bank, paths=LEDGER):
    return ErasureRules.of(decide_bank.SHIPPED, bank.service.today(), paths)


def begun(bank, customer, kind="erase", ended=ENDED):
    """Erase without finishing; return the row."""
    proposal = approved(bank, wanted_erasure(customer, kind, ended))
    carry_out = {"erase": erase_customer, "anonymise": anonymise_customer}[kind]
    return carry_out(bank.acting, proposal, permission(bank, PROTECTION, VERBS[kind], customer), rules(bank))


def erased(bank, customer, kind="erase", ended=ENDED):
    """Erase a customer; return the certificate."""
    row = begun(bank, customer, kind, ended)
    return finish_erasure(bank.acting, row["erasure_id"], bank.store.keys.audit_seed)


def merged(bank, customer, into):
    wanted = wanted_merge(customer, into)
    return merge_customers(
        bank.acting, approved(bank, wanted, MANAGER), permission(bank, MANAGER, wanted.verb, customer)
    )


def unmerged(bank, customer):
    wanted = wanted_unmerge(customer)
    return unmerge_customers(
        bank.acting, approved(bank, wanted, MANAGER), permission(bank, MANAGER, wanted.verb, customer)
    )


def full_life(bank, customer, words="said at the counter 柜台"):
    """Let something of every kind be recorded of a customer; every text of theirs holds the given words."""
    decision = bank.decide(customer).json()
    offers = [one["offer_id"] for one in decision["actions"]]
    bank.post(
        "integration",
        f"/v1/offers/{offers[0]}/responses",
        {"outcome": "refused", "reason": words},
        purpose="service",
    )
    bank.decide(customer, headers={"idempotency-key": f"{customer}-once"})
    whole = {"customer_id": customer, "recorded_at": bank.clock.now(), "actor": "rm"}
    rows = {
        "consents": {"consent_id": f"k-{customer}", "purpose": "marketing", "channel": "app", "status": "given",
                     "evidence": {"words": words}, "valid_from": "2026-01-01", "expires_on": None},
        "preferences": {"preference_id": f"p-{customer}", "kind": "topics", "value": {"unwanted": [words]}},
        "notes": {"note_id": f"n-{customer}", "kind": "call", "channel": "phone", "happened_at": bank.clock.now(), "text": words,
                  "words": words, "judgement": words, "suggestion": words},
        "tasks": {"task_id": f"s-{customer}", "offer_id": offers[0], "assignee": "rm", "kind": "call", "state": "open",
                  "due_on": "2026-08-01", "text": words, "result": words},
        "cases": {"case_id": f"c-{customer}", "kind": "other", "state": "closed", "opened_on": "2026-05-03", "due_on": None,
                  "text": {"words": words}},
        "complaints": {"complaint_id": f"q-{customer}", "state": "closed", "open": False, "received_at": bank.clock.now(), "channel": "phone",
                       "intake_key": f"mail-{customer}", "regime": "cn-cbirc-2020-3", "complexity": "simple", "business": "loan",
                       "issue": "pricing", "cause": "mistake", "handler": "rm", "legal_due": None, "safe_due": None, "into": None,
                       "detail": {"words": words}, "changed_at": bank.clock.now()},
        "complaint_steps": {"complaint_id": f"q-{customer}", "number": 0, "move": "receive", "from_state": "", "to_state": "received",
                            "rules": "complaints.life@2026-01-01", "content": {"given": {"text": words}}},
        "complaint_justices": {"judgement_id": f"y-{customer}", "complaint_id": f"q-{customer}",
                               "judged": {"outcome": 4, "procedure": 2, "interaction": 5, "because": words}},
        "survey_invitations": {"invitation_id": f"i-{customer}", "survey": "s1", "mode": "web", "seed": 7, "state": "answered", "reminders": 0,
                               "lapses_at": bank.clock.now(), "changed_at": bank.clock.now(), "given": {"matter": words},
                               "wave": "yearly", "asked": {"channel": "app", "drawn": True, "chance": 0.1, "contacts": [[bank.clock.now(), "app"]]}},
        "survey_askings": {"wave": "yearly", "reason": "asked"},
        "survey_answers": {"answer_id": f"u-{customer}", "survey": "s1", "invitation_id": f"i-{customer}", "mode": "web", "state": "complete",
                           "answer": {"words": words}, "scores": {"nps": -100.0}, "changed_at": bank.clock.now()},
        "loops": {"loop_id": f"o-{customer}", "invitation_id": f"i-{customer}", "trigger": "nps.recommend", "detail": {"words": words},
                  "owner": "rm", "task_id": f"s-{customer}", "due_at": bank.clock.now(), "state": "closed", "cause": "waiting",
                  "outcome": "resolved", "result": {"action": words, "words": words}, "closed_at": bank.clock.now()},
        "corrections": {"correction_id": f"f-{customer}", "attribute": "language", "valid_from": "2026-01-01",
                        "value": {"is": words}, "before": {}},
        "merges": {"merge_id": f"m-{customer}", "into": "C10", "state": "undone", "before": {"words": words}},
        "break_glass": {"opening_id": f"g-{customer}", "staff_id": "rm", "reason": words, "until": bank.clock.now(),
                        "review_by": bank.clock.now(), "reviewed_by": None, "justified": None, "finding": words},
        "outbox": {"message_id": f"w-{customer}", "route": "r", "topic": "t", "content": {"words": words}, "state": "waiting",
                   "attempts": 0, "next_at": bank.clock.now(), "problem": None},
    }  # fmt: skip
    with bank.store.write() as tx:
        for table, row in rows.items():
            known = {column.name for column in _columns(table)}
            tx.insert(table, [{name: value for name, value in {**whole, **row}.items() if name in known}])
    return offers


def _columns(table):
    from zhike.core.ledger import LEDGER as TABLES

    return TABLES[table].columns
