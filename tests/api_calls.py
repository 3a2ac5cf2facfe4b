"""For every operation of the interface a call that succeeds: by whom, to which end, with what. A new operation needs one here."""

import atexit
import functools
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import two_persons
from loaded_bank import HOURS, shared
from served_bank import PASSWORD, Served

from zhike.act.complaint_desk import ComplaintDesk
from zhike.act.complaint_messages import Incoming, do_message
from zhike.act.erasure import wanted_erasure
from zhike.act.staff import add_staff


@dataclass(frozen=True)
class Call:
    """A request; names in braces in the path are filled in by `prepared`."""

    staff: str
    purpose: str
    method: str
    path: str
    body: Any = None

    def __call__(self, bank, staff=..., purpose=..., **given):
        """Ask, as it stands or as somebody else."""
        asked = self.staff if staff is ... else staff
        end = self.purpose if purpose is ... else purpose
        body = {} if self.body is None else {"json": self.body}
        return bank.ask(asked, self.method, self.path, purpose=end, **body, **given)


CONVERSATIONS = {
    "form": 1,
    "notes": [
        {
            "id": "I1", "date": "2026-03-02", "method": "interview", "guide": "g1", "role": "private customer",
            "consent": {"given": True, "quotations": True}, "groups": {"branch": "north"}, "names": ["Li Na"],
            "segments": [
                {"text": "Li Na let me wait. Call 13800138000.", "codes": {"ann": ["waiting"], "bo": ["waiting", "manner"]}},
                {"text": "Nobody told me.", "codes": {"ann": ["not_told"], "bo": ["not_told"]}},
            ],
        }
    ],
}  # fmt: skip
"""Notes of an interview, as two coders coded it."""
REASON = "asked for in writing, identity checked"
_ADMIN = ("administrator", "operation")
_DPO, _MANAGER = ("data_protection_officer", "privacy_request"), ("branch_manager", "service")
_OWN = ("own_page", None)
"""C02 themselves, by the link that `prepared` makes."""
_COMPLAINANT = ("complainant", None)
"""C03 in front of their own page, of whom no decision is asked: nothing is sold to whoever complained."""
_QUALITY = ("service_quality", "quality")
_COMPLAINTS = ("complaints_officer", "complaint")
PLAN = {
    "title": "A second counter at noon", "cause": "waiting", "evidence": {"drivers": ["waiting time"]}, "action": "Open it from 11 to 14.",
    "owner": "branch_manager", "due_on": "2026-08-01", "measure": {"said": "minutes waited", "better": "lower"},
}  # fmt: skip
SERIES = [
    {"period": f"2025-{month:02d}" if month <= 12 else f"2026-{month - 12:02d}", "value": 12 + month % 3 - 4 * (month > 12)}
    for month in range(1, 19)
]  # fmt: skip
"""Minutes waited, by month: four less from January 2026 on."""
CONSENT = {"purpose": "marketing", "channel": "app", "status": "given", "evidence": {"form": "branch"}}
CALLS = {
    "open_session": Call(None, None, "POST", "/v1/sessions", {"staff_id": "rm", "password": PASSWORD}),
    "current_session": Call("rm_session", "service", "GET", "/v1/sessions/current"),
    "end_session": Call("rm_session", "service", "DELETE", "/v1/sessions/current"),
    "decide": Call("integration", "service", "POST", "/v1/decisions", {"customer_id": "C02", "direction": "inbound"}),
    "decision": Call("auditor", "audit", "GET", "/v1/decisions/{decision}?check=true"),
    "respond": Call("integration", "service", "POST", "/v1/offers/{offer}/responses", {"outcome": "shown"}),
    "customer": Call("rm", "service", "GET", "/v1/customers/C02"),
    "search_customers": Call("rm", "service", "POST", "/v1/customers/search", {"find": "C02"}),
    "customer_page": Call("rm", "service", "GET", "/v1/customers/C02/page"),
    "timeline": Call("rm", "service", "GET", "/v1/customers/C02/timeline"),
    "recommendations": Call("rm", "service", "GET", "/v1/customers/C02/recommendations"),
    "decisions_of": Call("rm", "service", "GET", "/v1/customers/C02/decisions"),
    "consents": Call("rm", "service", "GET", "/v1/customers/C02/consents"),
    "answer_consent": Call("rm", "service", "POST", "/v1/customers/C02/consents", CONSENT),
    "preferences": Call("rm", "service", "GET", "/v1/customers/C02/preferences"),
    "set_channels": Call("rm", "service", "PUT", "/v1/customers/C02/preferences/channels", {"unwanted": ["phone"]}),
    "set_topics": Call("rm", "service", "PUT", "/v1/customers/C02/preferences/topics", {"unwanted": ["daily"]}),
    "set_frequency": Call("rm", "service", "PUT", "/v1/customers/C02/preferences/frequency", {"most_in_30_days": 2}),
    "set_hours": Call(
        "rm", "service", "PUT", "/v1/customers/C02/preferences/hours", {"not_before": "09:30", "not_after": "12:00"}
    ),
    "day": Call("rm", "service", "GET", "/v1/day?minutes=240"),
    "done_line": Call("rm", "service", "POST", "/v1/day/lines/{line}/done", {"outcome": "refused", "text": "no time"}),
    "refuse_line": Call("rm", "service", "POST", "/v1/day/lines/{line}/refuse", {"reason": "called last week"}),
    "postpone_line": Call("rm", "service", "POST", "/v1/day/lines/{line}/postpone", {"until": "2026-07-10"}),
    "hand_over_line": Call("rm", "service", "POST", "/v1/day/lines/{line}/hand-over", {"deputy": "branch_manager"}),
    "team": Call("branch_manager", "supervision", "GET", "/v1/team?branch=north&days=7"),
    "team_table": Call("branch_manager", "supervision", "GET", "/v1/team/standards.csv"),
    "tasks": Call("rm", "service", "GET", "/v1/tasks?state=all"),
    "tasks_of": Call("rm", "service", "GET", "/v1/customers/C02/tasks?state=all"),
    "make_task": Call("rm", "service", "POST", "/v1/tasks", {"customer_id": "C02", "kind": "call", "due_on": "2026-07-09", "text": "the form"}),
    "claim_task": Call("rm", "service", "POST", "/v1/tasks/{task}/claim"),
    "close_task": Call("rm", "service", "POST", "/v1/tasks/{task}/close", {"outcome": "achieved", "text": "signed"}),
    "cancel_task": Call("rm", "service", "POST", "/v1/tasks/{task}/cancel", {"reason": "no longer wanted"}),
    "postpone_task": Call("rm", "service", "POST", "/v1/tasks/{task}/postpone", {"until": "2026-07-10"}),
    "hand_over_task": Call("rm", "service", "POST", "/v1/tasks/{task}/hand-over", {"deputy": "branch_manager"}),
    "notes": Call("rm", "service", "GET", "/v1/customers/C02/notes"),
    "write_note": Call(
        "rm", "service", "POST", "/v1/customers/C02/notes",
        {"kind": "call", "channel": "phone", "happened_at": "2026-07-01T09:00:00Z", "facts": "called back", "words": "call me in May",
         "judgement": "wants to wait", "suggestion": "call in May"},
    ),
    "submit_batch": Call("analyst", "analysis", "POST", "/v1/batches", {"customers": ["C01", "C02"]}),
    "batch": Call("analyst", "analysis", "GET", "/v1/batches/{job}"),
    "ask_whatif": Call("policy_owner", "governance", "POST", "/v1/studies/whatif", {"key": "limits.actions_per_customer", "value": "1"}),
    "ask_funnel": Call("analyst", "analysis", "POST", "/v1/studies/funnel", {"days": 7}),
    "studies": Call("compliance", "governance", "GET", "/v1/studies"),
    "study": Call("auditor", "audit", "GET", "/v1/studies/{study}"),
    "experiments": Call("compliance", "governance", "GET", "/v1/experiments?until=2026-12-31"),
    "experiments_table": Call("auditor", "audit", "GET", "/v1/experiments/contrasts.csv"),
    "catalogue": Call("product_owner", "governance", "GET", "/v1/catalogue?q=fund"),
    "conditions": Call("compliance", "governance", "GET", "/v1/conditions"),
    "capacity": Call("administrator", "operation", "GET", "/v1/capacity"),
    "capacity_table": Call("branch_manager", "supervision", "GET", "/v1/capacity/resources.csv"),
    "active_plan": Call("analyst", "analysis", "GET", "/v1/plans/active"),
    "propose_policy": Call(
        "product_owner", "governance", "POST", "/v1/policies/changes",
        {"key": "limits.actions_per_customer", "value": "2", "reason": "fewer contacts, as the board decided"},
    ),
    "webhooks": Call("administrator", "operation", "GET", "/v1/webhooks"),
    "add_webhook": Call(
        "administrator", "operation", "POST", "/v1/webhooks", {"url": "https://hooks.example.org/b", "topics": ["offer.made"]}
    ),
    "rotate_secret": Call("administrator", "operation", "POST", "/v1/webhooks/{webhook}/secret"),
    "stop_webhook": Call("administrator", "operation", "DELETE", "/v1/webhooks/{webhook}"),
    "outbox": Call("administrator", "operation", "GET", "/v1/outbox"),
    "personal_data": Call(*_DPO, "GET", "/v1/customers/C02/data"),
    "propose_erasure": Call(*_DPO, "POST", "/v1/customers/C02/erasure", {"reason": REASON, "relationship_end": "2026-06-30"}),
    "propose_anonymisation": Call(*_DPO, "POST", "/v1/customers/C02/anonymisation", {"reason": REASON}),
    "propose_merge": Call(*_MANAGER, "POST", "/v1/customers/C02/merge", {"reason": REASON, "into": "C03"}),
    "propose_unmerge": Call(*_MANAGER, "POST", "/v1/customers/C05/unmerge", {"reason": REASON}),
    "corrections": Call("rm", "service", "GET", "/v1/customers/C02/corrections"),
    "correct": Call("rm", "service", "POST", "/v1/customers/C02/corrections", {"attribute": "age", "value": 40, "valid_from": "2026-06-01"}),
    "retract_correction": Call("rm", "service", "POST", "/v1/customers/C02/corrections/{correction}/retraction"),
    "make_link": Call("rm", "service", "POST", "/v1/customers/C02/links"),
    "requests_file": Call(*_DPO, "GET", "/v1/requests.csv?state=answered"),
    "links": Call("rm", "service", "GET", "/v1/customers/C02/links"),
    "revoke_link": Call("rm", "service", "DELETE", "/v1/customers/C02/links/{link}"),
    "requests": Call(*_DPO, "GET", "/v1/requests"),
    "request": Call(*_DPO, "GET", "/v1/requests/{request}"),
    "answer_request": Call(*_DPO, "POST", "/v1/requests/{request}/answer", {"answer": "corrected"}),
    "me": Call(*_OWN, "GET", "/v1/me"),
    "end_link": Call(*_OWN, "DELETE", "/v1/me/link"),
    "own_consents": Call(*_OWN, "GET", "/v1/me/consents"),
    "own_consent": Call(*_OWN, "PUT", "/v1/me/consents", {"purpose": "survey", "channel": "app", "status": "given"}),
    "own_preferences": Call(*_OWN, "GET", "/v1/me/preferences"),
    "own_channels": Call(*_OWN, "PUT", "/v1/me/preferences/channels", {"unwanted": ["phone"]}),
    "own_topics": Call(*_OWN, "PUT", "/v1/me/preferences/topics", {"unwanted": ["daily"]}),
    "own_frequency": Call(*_OWN, "PUT", "/v1/me/preferences/frequency", {"most_in_30_days": 2}),
    "own_hours": Call(*_OWN, "PUT", "/v1/me/preferences/hours", {"not_before": "09:30", "not_after": "12:00"}),
    "own_offers": Call(*_OWN, "GET", "/v1/me/offers"),
    "own_objection": Call(*_OWN, "POST", "/v1/me/objections", {"to": "marketing", "words": "enough"}),
    "own_data": Call(*_OWN, "GET", "/v1/me/data"),
    "own_kept": Call(*_OWN, "GET", "/v1/me/kept"),
    "own_requests": Call(*_OWN, "GET", "/v1/me/requests"),
    "own_request": Call(*_OWN, "POST", "/v1/me/requests", {"kind": "call", "on": "2026-07-03", "not_before": "09:00", "words": "the card"}),
    "retained": Call("auditor", "audit", "GET", "/v1/customers/C04/retained"),
    "certificates": Call("auditor", "audit", "GET", "/v1/customers/C04/certificates"),
    "break_glass": Call("rm_south", "emergency", "POST", "/v1/customers/C01/break-glass", {"reason": REASON}),
    "close_glass": Call("rm_south", "emergency", "POST", "/v1/break-glass/{opening}/closing"),
    "review_glass": Call("compliance", "audit", "POST", "/v1/break-glass/{opening}/review", {"justified": True, "reason": REASON}),
    "proposals": Call(*_DPO, "GET", "/v1/proposals"),
    "proposal": Call(*_DPO, "GET", "/v1/proposals/{proposal}"),
    "approve_proposal": Call("compliance", "governance", "POST", "/v1/proposals/{proposal}/approval", {"reason": REASON}),
    "refuse_proposal": Call("compliance", "governance", "POST", "/v1/proposals/{proposal}/refusal", {"reason": REASON}),
    "withdraw_proposal": Call(*_DPO, "POST", "/v1/proposals/{proposal}/withdrawal", {"reason": REASON}),
    "execute_proposal": Call(*_DPO, "POST", "/v1/proposals/{approved}/execution", {}),
    "actions": Call("rm", "service", "GET", "/v1/actions"),
    "staff": Call(*_ADMIN, "GET", "/v1/staff"),
    "staff_account": Call(*_ADMIN, "GET", "/v1/staff/rm"),
    "add_staff": Call(*_ADMIN, "POST", "/v1/staff", {"staff_id": "newcomer", "name": "New", "branch": "north", "roles": ["adviser"]}),
    "change_staff": Call(*_ADMIN, "PUT", "/v1/staff/leaver", {"name": "Leaver", "branch": "south", "roles": ["adviser"]}),
    "propose_role": Call(*_ADMIN, "POST", "/v1/staff/leaver/roles", {"role": "compliance", "reason": REASON}),
    "set_staff_state": Call(*_ADMIN, "POST", "/v1/staff/leaver/state", {"state": "left"}),
    "reset_password": Call(*_ADMIN, "POST", "/v1/staff/tester/password"),
    "unlock_staff": Call(*_ADMIN, "POST", "/v1/staff/tester/unlock"),
    "withdraw_tokens": Call(*_ADMIN, "POST", "/v1/staff/tester/withdrawal"),
    "roles": Call(*_ADMIN, "GET", "/v1/roles"),
    "branches": Call(*_ADMIN, "GET", "/v1/branches"),
    "absences": Call(*_MANAGER, "GET", "/v1/absences"),
    "note_absence": Call(
        *_MANAGER, "POST", "/v1/absences", {"staff_id": "leaver", "kind": "leave", "first_day": "2026-07-06", "last_day": "2026-07-10"}
    ),
    "end_absence": Call(*_MANAGER, "POST", "/v1/absences/{absence}/end"),
    "calendar": Call("rm", "service", "GET", "/v1/calendar"),
    "active_policy": Call("rm", "service", "GET", "/v1/policies/active"),
    "audit_entries": Call("auditor", "audit", "GET", "/v1/audit/entries?limit=2"),
    "audit_entries_of": Call("auditor", "audit", "GET", "/v1/customers/C02/audit?limit=2"),
    "verify_audit": Call("auditor", "audit", "POST", "/v1/audit/verification", {"commitments": True}),
    "export_audit": Call("auditor", "audit", "GET", "/v1/audit/export"),
    "proof": Call("auditor", "audit", "GET", "/v1/decisions/{decision}/proof"),
    "rules": Call("rm", "service", "GET", "/v1/rules?text=suitability"),
    "rule": Call("auditor", "audit", "GET", "/v1/rules/fairness.age_band"),
    "fairness": Call("auditor", "audit", "GET", "/v1/fairness?days=30"),
    "consent_counts": Call("service_quality", "quality", "GET", "/v1/consents/counts"),
    "knowledge": Call("compliance", "audit", "GET", "/v1/publications/active/knowledge"),
    "imports": Call(*_ADMIN, "GET", "/v1/imports"),
    "rejects": Call(*_DPO, "GET", "/v1/imports/staff/rejects"),
    "rejects_file": Call(*_DPO, "GET", "/v1/imports/staff/rejects.csv"),
    "correct_rejects": Call(*_ADMIN, "POST", "/v1/imports/staff/corrections", {"csv": HOURS}),
    "correction_run": Call(*_ADMIN, "GET", "/v1/imports/staff/corrections/{run}"),
    "models": Call("analyst", "analysis", "GET", "/v1/models"),
    "model": Call("compliance", "governance", "GET", "/v1/models/early_warning"),
    "model_table": Call("auditor", "audit", "GET", "/v1/models/early_warning/figures.csv"),
    "invite_to_survey": Call("rm", "service", "POST", "/v1/surveys", {"customer_id": "C02", "instrument": "kano_service"}),
    "remind_of_survey": Call("rm", "service", "POST", "/v1/surveys/{survey}/remind"),
    "ask_aloud": Call("rm", "service", "GET", "/v1/surveys/{survey}/sheet"),
    "save_for_customer": Call("rm", "service", "PUT", "/v1/surveys/{survey}/sheet", {"answers": {}, "elder": True}),
    "send_for_customer": Call("rm", "service", "POST", "/v1/surveys/{filled}/sheet/send"),
    "decline_for_customer": Call("rm", "service", "POST", "/v1/surveys/{survey}/decline", {"called": True, "never": True}),
    "make_survey_link": Call("rm", "service", "POST", "/v1/surveys/{survey}/links", {"mode": "kiosk"}),
    "kiosks": Call(*_QUALITY, "GET", "/v1/kiosks"),
    "set_up_kiosk": Call("branch_manager", "supervision", "POST", "/v1/kiosks", {"name": "At the door", "instrument": "csat"}),
    "stop_kiosk": Call(*_QUALITY, "DELETE", "/v1/kiosks/{kiosk}"),
    "surveys_of": Call("rm", "service", "GET", "/v1/customers/C02/surveys"),
    "loops": Call("rm", "service", "GET", "/v1/loops"),
    "loops_table": Call("rm", "service", "GET", "/v1/loops.csv"),
    "instruments": Call("rm", "service", "GET", "/v1/instruments"),
    "instrument": Call("rm", "service", "GET", "/v1/instruments/csat"),
    "survey_results": Call("service_quality", "quality", "GET", "/v1/instruments/csat/results"),
    "survey_model": Call("analyst", "analysis", "GET", "/v1/instruments/ecsi_bank/model"),
    "survey_attributes": Call("product_owner", "analysis", "GET", "/v1/instruments/complaint_handling/attributes"),
    "survey_journeys": Call("service_quality", "quality", "GET", "/v1/instruments/journey_pulse/journeys"),
    "survey_waves": Call("auditor", "audit", "GET", "/v1/instruments/csat/waves"),
    "survey_table": Call("branch_manager", "supervision", "GET", "/v1/instruments/csat/tables/scores.csv"),
    "survey_rounds": Call(*_QUALITY, "GET", "/v1/survey-rounds"),
    "survey_words": Call("rm", "service", "GET", "/v1/instruments/csat/words"),
    "loops_of": Call("rm", "service", "GET", "/v1/customers/C01/loops"),
    "close_loop": Call(
        "rm", "service", "POST", "/v1/loops/{loop}/close", {"outcome": "resolved", "cause": "waiting", "action": "a second counter"}
    ),
    "improvements": Call(*_QUALITY, "GET", "/v1/improvements"),
    "improvement": Call(*_QUALITY, "GET", "/v1/improvements/{improvement}"),
    "plan_improvement": Call(*_QUALITY, "POST", "/v1/improvements", PLAN),
    "start_improvement": Call(*_QUALITY, "POST", "/v1/improvements/{improvement}/start", {"start_on": "2026-06-01"}),
    "measure_improvement": Call(*_QUALITY, "POST", "/v1/improvements/{running}/measure", {"series": SERIES}),
    "close_improvement": Call(
        *_QUALITY, "POST", "/v1/improvements/{improvement}/close", {"outcome": "dropped", "conclusion": "The counter came first."}
    ),
    "indicators": Call(*_QUALITY, "GET", "/v1/indicators?level=bank"),
    "read_conversations": Call(*_QUALITY, "POST", "/v1/conversations", CONVERSATIONS),
    "own_surveys": Call(*_OWN, "GET", "/v1/me/surveys"),
    "own_survey": Call(*_OWN, "GET", "/v1/me/surveys/{survey}"),
    "save_survey": Call(*_OWN, "PUT", "/v1/me/surveys/{survey}", {"answers": {}, "elder": True}),
    "send_survey": Call(*_OWN, "POST", "/v1/me/surveys/{filled}/send"),
    "decline_survey": Call(*_OWN, "POST", "/v1/me/surveys/{survey}/decline", {"never": True}),
    "take_in_complaint": Call(
        "rm", "complaint", "POST", "/v1/complaints", {"customer_id": "C02", "channel": "phone", "words": "the fee was taken twice"}
    ),
    "complaints": Call("complaints_officer", "complaint", "GET", "/v1/complaints"),
    "complaints_of": Call("rm", "complaint", "GET", "/v1/customers/C01/complaints"),
    "complaint": Call("complaints_officer", "complaint", "GET", "/v1/complaints/{complaint}"),
    "move_complaint": Call(
        "complaints_officer", "complaint", "POST", "/v1/complaints/{complaint}/moves",
        {"move": "assess", "complexity": "simple", "business": "credit_card", "issue": "pricing"},
    ),
    "draft_letter": Call("complaints_officer", "complaint", "GET", "/v1/complaints/{complaint}/letter?move=extend&to=special"),
    "complaint_standards": Call("complaints_officer", "complaint", "GET", "/v1/complaint-standards"),
    "judge_complaint": Call(
        "service_quality", "complaint", "POST", "/v1/complaints/{judged_complaint}/justice",
        {"outcome": 4, "procedure": 2, "interaction": 5, "because": "twice past the promised day"},
    ),
    "group_complaints": Call(*_COMPLAINTS, "POST", "/v1/complaint-groups", {"subject": "fee", "complaints": ["{lone}"], "people": 25}),
    "complaint_group": Call(*_COMPLAINTS, "GET", "/v1/complaint-groups/{group}"),
    "gather_complaints": Call(*_COMPLAINTS, "POST", "/v1/complaint-groups/{group}/complaints", {"complaints": [], "people": 30}),
    "plan_for_complaints": Call(
        *_COMPLAINTS, "POST", "/v1/complaint-groups/{group}/plan", {"text": "a room, two officers", "lead": "complaints_lead"}
    ),
    "move_complaint_group": Call(
        *_COMPLAINTS, "POST", "/v1/complaint-groups/{group}/moves",
        {"move": "assess", "complexity": "simple", "business": "credit_card", "issue": "pricing"},
    ),
    "complaint_messages": Call(*_COMPLAINTS, "GET", "/v1/complaint-messages"),
    "place_complaint_message": Call(*_COMPLAINTS, "POST", "/v1/complaint-messages/{message}/placement", {"customer_id": "C02"}),
    "deadline_regimes": Call(*_COMPLAINTS, "GET", "/v1/deadlines"),
    "deadline": Call(*_COMPLAINTS, "POST", "/v1/deadlines", {"regime": "cn-cbirc-2020-3", "received": "2026-02-02T09:30:00+08:00"}),
    "complaint_recovery": Call("complaints_officer", "complaint", "GET", "/v1/complaints/{complaint}/recovery"),
    "complaint_calls": Call(*_COMPLAINTS, "GET", "/v1/complaints/calls"),
    "complaint_forecast": Call("complaints_lead", "complaint", "GET", "/v1/complaints/forecast"),
    "complaint_analysis": Call("compliance", "audit", "GET", "/v1/analysis/complaints?facet=business"),
    "complaint_rating": Call("compliance", "audit", "GET", "/v1/analysis/complaints/rating"),
    "redress_audit": Call("compliance", "audit", "GET", "/v1/analysis/complaints/redress"),
    "recovery_menu": Call("complaints_lead", "complaint", "GET", "/v1/analysis/complaints/recovery"),
    "complaint_return": Call("compliance", "audit", "GET", "/v1/analysis/complaints/return.csv?quarter=2026Q3"),
    "own_complaints": Call(*_OWN, "GET", "/v1/me/complaints"),
    "own_complaint": Call(*_COMPLAINANT, "GET", "/v1/me/complaints/{own_complaint}"),
    "move_own_complaint": Call(*_COMPLAINANT, "POST", "/v1/me/complaints/{own_complaint}/moves", {"move": "withdraw", "reason": "settled"}),
    "survey_own_complaint": Call(*_COMPLAINANT, "POST", "/v1/me/complaints/{own_told}/survey"),
    "complain": Call(*_OWN, "POST", "/v1/me/complaints", {"words": "the fee was taken twice"}),
    "security": Call("data_protection_officer", "audit", "GET", "/v1/security"),
    "metrics": Call("administrator", "operation", "GET", "/v1/metrics"),
    "health": Call(None, None, "GET", "/v1/health"),
}  # fmt: skip


def _improving(bank):
    """Return an improvement that is planned and one that is running."""
    found = {}
    for name in ("improvement", "running"):
        found[name] = bank.post(_QUALITY[0], "/v1/improvements", PLAN, purpose=_QUALITY[1]).json()[
            "improvement_id"
        ]
    bank.post(
        _QUALITY[0],
        f"/v1/improvements/{found['running']}/start",
        {"start_on": "2026-01-01"},
        purpose=_QUALITY[1],
    )
    return found


def _surveyed(bank):
    """Return a survey that waits for C02, one that they have filled in, and a call-back that is open to C01."""
    found = bank.rows(
        "survey_invitations", {"customer_id": "C02", "state": ["sent", "begun"]}, order=["recorded_at"]
    )
    waiting = {row["survey"].partition("@")[0].rpartition(".")[2]: row["invitation_id"] for row in found}
    for instrument in ("touchpoint_pulse", "csat"):
        if instrument not in waiting:
            waiting[instrument] = _invited(bank, "C02", instrument)
    bank.put(_OWN[0], f"/v1/me/surveys/{waiting['csat']}", {"answers": {"satisfied": 5}})
    if not bank.rows("loops", {"state": "open"}):
        token = bank.post("integration", "/v1/customers/C01/links", None, purpose="service").json()["token"]
        bank.tokens["unhappy"], name = token, _invited(bank, "C01", "csat")
        for answers in ({"satisfied": 1}, {"why": "waiting", "words": None}):
            bank.put("unhappy", f"/v1/me/surveys/{name}", {"answers": answers})
        bank.post("unhappy", f"/v1/me/surveys/{name}/send", None)
    loop = bank.rows("loops", {"state": "open"})[0]["loop_id"]
    return {"survey": waiting["touchpoint_pulse"], "filled": waiting["csat"], "loop": loop}


def _complaint(bank):
    """Return an open complaint of C03, of whom no other call asks."""
    found = bank.rows("complaints", {"customer_id": "C03", "open": True, "actor": "complaints_officer"})
    body = {"customer_id": "C03", "channel": "branch", "words": "nobody answered"}
    return (found or [bank.post("complaints_officer", "/v1/complaints", body, purpose="complaint").json()])[
        0
    ]["complaint_id"]


def _own_complaints(bank):
    """Return two complaints of C03 themselves: one that is open, and one of which they were told."""
    link = bank.post("complaints_officer", "/v1/customers/C03/links", None, purpose="complaint")
    bank.tokens[_COMPLAINANT[0]] = link.json()["token"]
    mine = bank.rows("complaints", {"customer_id": "C03", "actor": "customer"})
    made, told = [one["complaint_id"] for one in mine] or (
        bank.post(_COMPLAINANT[0], "/v1/me/complaints", {"words": words}).json()["complaint_id"]
        for words in ("late", "wrong")
    )
    for move in (
        {"move": "assess", "complexity": "simple", "business": "loan", "issue": "rules"},
        {"move": "propose", "findings": "so it was", "outcome": "upheld", "redress": [{"kind": "apology"}], "major": False, "legal": False, "regulatory": False},
        {"move": "inform", "notice": {"channel": "phone", "sha256": "ab" * 32}},
    ):  # fmt: skip
        bank.post("complaints_officer", f"/v1/complaints/{told}/moves", move, purpose="complaint")
    return {"own_complaint": made, "own_told": told}


def _dismissed(bank):
    """Return a complaint of C03 whose customer was told what became of it."""
    found = bank.rows("complaints", {"customer_id": "C03", "state": "out_of_scope"})
    if found:
        return found[0]["complaint_id"]
    body = {"customer_id": "C03", "channel": "branch", "words": "the rain"}
    name = bank.post("complaints_officer", "/v1/complaints", body, purpose="complaint").json()["complaint_id"]
    said = {
        "move": "dismiss",
        "reason": "not of this bank",
        "notice": {"channel": "phone", "sha256": "ab" * 32},
    }
    bank.post("complaints_officer", f"/v1/complaints/{name}/moves", said, purpose="complaint")
    return name


def _grouped(bank):
    """Return a group of complaints, one that is in none, and a message that waits."""
    groups = bank.rows("complaint_groups")
    body = {"customer_id": "C03", "channel": "branch", "words": "the fee"}
    first, lone = (
        bank.post("complaints_officer", "/v1/complaints", body, purpose="complaint").json()["complaint_id"] for _ in range(2)
    )  # fmt: skip
    if not groups:
        made = {"subject": "fee", "complaints": [first]}
        groups = [bank.post("complaints_officer", "/v1/complaint-groups", made, purpose="complaint").json()]
    return {"group": groups[0]["group_id"], "lone": lone, "message": waiting_message(bank)}


def waiting_message(bank, words="twice charged", **more):
    """Take in a message of whom nobody knows; return its identifier."""
    key = f"message-{len(bank.rows('complaint_messages'))}"
    desk = ComplaintDesk.of(bank.service.rulebook, bank.service.today())
    new = Incoming("email", key, bank.clock.now(), words, **more)
    with bank.store.write() as tx:
        return do_message(bank.acting, tx, new, desk, "tests").message_id


def _filled(body, names):
    """Return a body with the complaint that it is about."""
    return body if not isinstance(body, dict) or "{lone}" not in body.get("complaints", ()) else {**body, "complaints": [names["lone"]]}  # fmt: skip


def _invited(bank, customer, instrument):
    body = {"customer_id": customer, "instrument": instrument}
    return bank.post("rm", "/v1/surveys", body, purpose="service").json()["invitation_id"]


def prepared(bank):
    """Return the calls with identifiers of what is there, by operation; C04 is erased, and C05 merged into C01."""
    bank.sign_in()
    bank.service.bank = shared()
    bank.tokens[_OWN[0]] = CALLS["make_link"](bank).json()["token"]
    decided = bank.decide("C02", direction="inbound").json()
    hooks = {"url": "https://hooks.example.org/a", "topics": ["decision.made"]}
    for name in ("leaver", "tester"):  # whom nobody else needs
        if not bank.rows("staff", {"staff_id": name}):
            add_staff(bank.acting, name, ["adviser"], known=["adviser"], actor="tests", branch="north")
    away = {"staff_id": "tester", "kind": "leave", "first_day": "2026-08-03", "last_day": "2026-08-07"}
    noted = bank.rows("absences", {"staff_id": "tester", "state": "noted"}) or [
        bank.post("branch_manager", "/v1/absences", away, purpose="service").json()
    ]
    names = (
        _surveyed(bank)
        | _improving(bank)
        | _own_complaints(bank)
        | _grouped(bank)
        | {
            "complaint": _complaint(bank),
            "judged_complaint": _dismissed(bank),
            "kiosk": CALLS["set_up_kiosk"](bank).json()["kiosk_id"],
            "absence": noted[0]["absence_id"],
            "decision": decided["decision_id"],
            "offer": decided["actions"][0]["offer_id"],
            "line": next(one["offer_id"] for one in decided["actions"] if one["channel"] == "phone"),
            "task": CALLS["make_task"](bank).json()["task_id"],
            "link": CALLS["make_link"](bank).json()["link_id"],
            "request": bank.post(
                _OWN[0], "/v1/me/requests", {"kind": "correction", "words": "I am 41"}
            ).json()["request"]["request_id"],
            "webhook": bank.post("administrator", "/v1/webhooks", hooks, purpose="operation").json()[
                "webhook_id"
            ],
            "job": CALLS["submit_batch"](bank).json()["job_id"],
            "study": CALLS["ask_whatif"](bank).json()["job_id"],
            "run": CALLS["correct_rejects"](bank).json()["run_id"],
            "correction": CALLS["correct"](bank).json()["correction_id"],
            "opening": CALLS["break_glass"](bank).json()["opening_id"],
            "proposal": CALLS["propose_erasure"](bank).json()["proposal_id"],
            "approved": two_persons.approved(bank, wanted_erasure("C10", "erase", None)),
        }
    )
    if bank.rows("customers", {"customer_id": "C04", "state": "active"}):
        two_persons.erased(bank, "C04")
        two_persons.merged(bank, "C05", "C01")
    return {
        name: Call(
            call.staff, call.purpose, call.method, call.path.format(**names), _filled(call.body, names)
        )
        for name, call in CALLS.items()
    }


@functools.cache
def _original():
    """Prepare a bank once a process; return its folder and the calls."""
    folder = Path(tempfile.mkdtemp(prefix="zhike-prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    bank = Served(folder)
    calls = prepared(bank)
    bank.leave()
    return folder, calls


def prepared_copy(folder):
    """Return a served bank of one's own and the calls, as `prepared` would make them there."""
    like, calls = _original()
    bank = Served(folder, like=like)
    bank.service.bank = shared()
    return bank, calls
