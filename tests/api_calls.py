"""For every operation of the interface a call that succeeds: by whom, to which end, with what. A new operation needs one here."""

import string
from dataclasses import dataclass
from typing import Any

REASON = "asked for in writing, identity checked"


@dataclass(frozen=True)
class Call:
    """A request; names such as ``{offer}`` in the path are filled in by `Calls`."""

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


CONSENT = {"purpose": "marketing", "channel": "app", "status": "given", "evidence": {"form": "branch"}}
WHY = {"reason": REASON}
ERASURE = {"reason": REASON, "relationship_end": "2026-06-30"}
FACT = {"attribute": "age", "value": 40, "valid_from": "2026-01-01"}
OWN = "/v1/customers/C02"
RM, DPO = ("rm", "service"), ("data_protection_officer", "privacy_request")
MANAGER, ADMINISTRATOR = ("branch_manager", "service"), ("administrator", "operation")
COMPLIANCE, ANALYST = ("compliance", "governance"), ("analyst", "analysis")
CALLS = {
    "decide": Call("integration", "service", "POST", "/v1/decisions", {"customer_id": "C02", "direction": "inbound"}),
    "decision": Call("auditor", "audit", "GET", "/v1/decisions/{decision}?check=true"),
    "respond": Call("integration", "service", "POST", "/v1/offers/{offer}/responses", {"outcome": "shown"}),
    "customer": Call(*RM, "GET", OWN),
    "decisions_of": Call(*RM, "GET", f"{OWN}/decisions"),
    "consents": Call(*RM, "GET", f"{OWN}/consents"),
    "answer_consent": Call(*RM, "POST", f"{OWN}/consents", CONSENT),
    "preferences": Call(*RM, "GET", f"{OWN}/preferences"),
    "set_channels": Call(*RM, "PUT", f"{OWN}/preferences/channels", {"unwanted": ["phone"]}),
    "set_topics": Call(*RM, "PUT", f"{OWN}/preferences/topics", {"unwanted": ["daily"]}),
    "set_frequency": Call(*RM, "PUT", f"{OWN}/preferences/frequency", {"most_in_30_days": 2}),
    "set_hours": Call(*RM, "PUT", f"{OWN}/preferences/hours", {"not_before": "09:30", "not_after": "12:00"}),
    "personal_data": Call(*DPO, "GET", f"{OWN}/data"),
    "propose_erasure": Call(*DPO, "POST", "/v1/customers/C04/erasure", ERASURE),
    "propose_anonymisation": Call(*DPO, "POST", "/v1/customers/C04/anonymisation", ERASURE),
    "propose_merge": Call(*MANAGER, "POST", f"{OWN}/merge", {"into": "C01", "reason": REASON}),
    "propose_unmerge": Call(*MANAGER, "POST", "/v1/customers/{merged}/unmerge", WHY),
    "corrections": Call(*RM, "GET", f"{OWN}/corrections?day=2026-06-30&known_at=2026-07-01T10:00:00Z"),
    "correct": Call(*RM, "POST", f"{OWN}/corrections", FACT),
    "retract_correction": Call(*RM, "POST", f"{OWN}/corrections/{{correction}}/retraction"),
    "retained": Call("auditor", "audit", "GET", "/v1/customers/{erased}/retained"),
    "certificates": Call(*DPO, "GET", "/v1/customers/{erased}/certificates"),
    "break_glass": Call("rm_south", "emergency", "POST", "/v1/customers/C01/break-glass", WHY),
    "close_glass": Call("rm_south", "emergency", "POST", "/v1/break-glass/{opening}/closing"),
    "review_glass": Call("compliance", "audit", "POST", "/v1/break-glass/{opening}/review", {"justified": True, "reason": REASON}),
    "proposals": Call(*COMPLIANCE, "GET", "/v1/proposals?state=proposed"),
    "proposal": Call(*COMPLIANCE, "GET", "/v1/proposals/{proposal}"),
    "approve_proposal": Call(*COMPLIANCE, "POST", "/v1/proposals/{proposal}/approval", WHY),
    "refuse_proposal": Call(*COMPLIANCE, "POST", "/v1/proposals/{proposal}/refusal", WHY),
    "withdraw_proposal": Call(*DPO, "POST", "/v1/proposals/{proposal}/withdrawal", WHY),
    "execute_proposal": Call(*DPO, "POST", "/v1/proposals/{approved}/execution", {"finish": False}),
    "submit_batch": Call(*ANALYST, "POST", "/v1/batches", {"customers": ["C01", "C02"]}),
    "batch": Call(*ANALYST, "GET", "/v1/batches/{job}"),
    "webhooks": Call(*ADMINISTRATOR, "GET", "/v1/webhooks"),
    "add_webhook": Call(*ADMINISTRATOR, "POST", "/v1/webhooks", {"url": "https://hooks.example.org/b", "topics": ["offer.made"]}),
    "rotate_secret": Call(*ADMINISTRATOR, "POST", "/v1/webhooks/{webhook}/secret"),
    "stop_webhook": Call(*ADMINISTRATOR, "DELETE", "/v1/webhooks/{webhook}"),
    "outbox": Call(*ADMINISTRATOR, "GET", "/v1/outbox"),
    "actions": Call(*RM, "GET", "/v1/actions"),
    "active_policy": Call(*RM, "GET", "/v1/policies/active"),
    "metrics": Call(*ADMINISTRATOR, "GET", "/v1/metrics"),
    "health": Call(None, None, "GET", "/v1/health"),
}  # fmt: skip


class Calls:
    """The calls for one bank: ``Calls(bank)["decision"]`` makes what its path names, once."""

    def __init__(self, bank):
        self._bank, self._made = bank, {}

    def __getitem__(self, operation):
        call = CALLS[operation]
        names = [name for _, name, _, _ in string.Formatter().parse(call.path) if name]
        path = call.path.format(**{name: self.made(name) for name in names})
        return Call(call.staff, call.purpose, call.method, path, call.body)

    def made(self, name):
        """Return the identifier of something that there is now, such as a ``proposal``."""
        if name not in self._made:
            self._made[name] = getattr(self, f"_{name}")()
        return self._made[name]

    def asked(self, operation):
        answer = self[operation](self._bank)
        assert answer.status_code in (200, 202), answer.text
        return answer.json()

    def _decision(self):
        return self.asked("decide")["decision_id"]

    def _offer(self):
        return self.asked("decide")["actions"][0]["offer_id"]

    def _correction(self):
        return self.asked("correct")["correction_id"]

    def _opening(self):
        return self.asked("break_glass")["opening_id"]

    def _job(self):
        return self.asked("submit_batch")["job_id"]

    def _webhook(self):
        hook = {"url": "https://hooks.example.org/a", "topics": ["decision.made"]}
        return self._bank.post("administrator", "/v1/webhooks", hook, purpose="operation").json()[
            "webhook_id"
        ]

    def _proposal(self):
        return self.asked("propose_erasure")["proposal_id"]

    def _approved(self):
        return self._two("C05/erasure", DPO, ERASURE)

    def _erased(self):
        self.asked("execute_proposal")
        return "C05"

    def _merged(self):
        number = self._two("C03/merge", MANAGER, {"into": "C01", "reason": REASON})
        done = self._bank.post(MANAGER[0], f"/v1/proposals/{number}/execution", {}, purpose=MANAGER[1])
        assert done.status_code == 200, done.text
        return "C03"

    def _two(self, path, who, body):
        """Return a proposal that a second person has approved."""
        number = self._bank.post(who[0], f"/v1/customers/{path}", body, purpose=who[1]).json()["proposal_id"]
        said = self._bank.post("compliance", f"/v1/proposals/{number}/approval", WHY, purpose="governance")
        assert said.status_code == 200, said.text
        return number
