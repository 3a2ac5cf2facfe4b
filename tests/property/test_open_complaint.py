"""While a complaint is open nothing is sold: on any bank, in any state of its life, on every channel, decided alone, in a batch or within a plan."""

import tempfile
from pathlib import Path

import decide_bank
from constrained_bank import calls, constraint, planned
from delivering import Outgoing
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from served_bank import Served

from zhike.act.complaint_desk import ComplaintDesk
from zhike.act.complaints import NewComplaint, complaint_row, do_intake, do_move, standing_of, steps_of
from zhike.core.case_errors import CaseEventError
from zhike.core.service_errors import ForbiddenError, StateConflictError
from zhike.govern.complaint_life import Mover, open_moves

SLOW = settings(max_examples=examples(4), suppress_health_check=list(HealthCheck))
NAMES = [row["customer_id"] for row in decide_bank.rows()["customers"]]
VERBS = frozenset({"case.manage", "case.assign", "case.approve", "case.verify", "case.review_legal", "case.review_quality"})  # fmt: skip
STAFF = ("ann", "lea")
NOTICE = {"channel": "phone", "sha256": "ab" * 32}
SAID = {
    "notice": NOTICE, "complexity": "complex", "business": "loan", "issue": "pricing", "reason": "because", "addressee": "the ombudsman",
    "documents": ["contract"], "to": "special", "findings": "wrong", "outcome": "upheld", "redress": [{"kind": "apology"}], "tries": 3,
    "handler": "ann", "place": "elsewhere", "meeting": "2026-07-20", "text": "a word", "effective": "yes", "cause": "mistake",
    "facts": {"amount": 0, "limit": 50_000, "complexity": "simple", "major": 0, "regulatory": 0}, "approver": "superior_institution",
}  # fmt: skip
CONSTRAINTS = (
    calls(2),
    # Somebody wants sales at any price: a plan that cannot have them says so instead.
    constraint("push", "volume", actions={"kind": ["sale"]}, minimum=20),
    constraint("app", "capacity", actions={"channel": ["app"]}, maximum=3),
)


def sales_of(block, ready):
    kinds = dict(ready.actions.table.select("action_id", "kind").iter_rows())
    return {name for name, action in decide_bank.chosen(block) if kinds[action] == "sale"}


@SLOW
@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(range(len(CONSTRAINTS)))))  # fmt: skip
def test_no_batch_and_no_plan_sells_to_whoever_has_one(complaining, settled, taken):
    content = decide_bank.rows()
    content["complaints"] = [decide_bank.complaint(name) for name in complaining]
    content["complaints"] += [decide_bank.complaint(name, "closed") for name in settled - complaining]
    if not taken:
        ready, block = decide_bank.decided(content)
    else:
        ready, _, block = planned([CONSTRAINTS[place] for place in sorted(taken)], content)
    assert not sales_of(block, ready) & complaining
    kinds = dict(ready.actions.table.select("action_id", "kind").iter_rows())
    assert (
        not {name for name, action in decide_bank.allowed(ready, block) if kinds[action] == "sale"}
        & complaining
    )


def test_those_who_have_none_are_sold_to():
    ready, block = decide_bank.decided({**decide_bank.rows(), "complaints": []})
    assert len(sales_of(block, ready)) > 5


def sale(action_id):
    return action_id.partition(":")[0] in {"invest", "everyday"}


class Walk:
    """A complaint on its way through its life, a step at a time, over a served bank."""

    def __init__(self, bank):
        self.bank, self.rules = bank, ComplaintDesk.of(decide_bank.SHIPPED, bank.service.today())

    def take_in(self, channel):
        new = NewComplaint("C01", "clerk", channel, self.bank.clock.now(), "twice")
        with self.bank.store.write() as tx:
            return do_intake(self.bank.acting, tx, new, self.rules)["complaint_id"]

    def step(self, complaint, data):
        self.bank.clock.later(minutes=1)
        mover = Mover(data.draw(st.sampled_from(STAFF)), VERBS)
        with self.bank.store.write() as tx:
            standing = standing_of(steps_of(tx, complaint))
            moves = [
                one for one in open_moves(self.rules.life, standing, mover) if set(one.needs) <= set(SAID)
            ]
            if not moves:
                return
            move = data.draw(st.sampled_from(moves))
            given = {name: SAID[name] for name in (*move.needs, "facts", "approver")}
            try:
                do_move(self.bank.acting, tx, complaint_row(tx, complaint), move.id, mover, given, self.rules)
            except (CaseEventError, ForbiddenError, StateConflictError):
                return  # such a step is none: the case stands where it stood

    def open(self):
        return bool(self.bank.rows("complaints", {"customer_id": "C01", "open": True}))

    def sold(self, direction):
        answer = self.bank.decide("C01", direction=direction).json()
        return [one for one in answer["actions"] if one["kind"] == "sale"]

    def planned(self):
        """Return what is for sale to the customer in the adviser's day, made into offers beforehand."""
        lines = self.bank.get("rm", "/v1/day", purpose="service").json()["lines"]
        sales = {row["offer_id"] for row in self.bank.rows("offers") if sale(row["action_id"])}
        return [one for one in lines if one["customer_id"] == "C01" and one["line_id"] in sales]


@SLOW
@given(st.data(), st.sampled_from(["branch", "phone", "web", "email", "letter", "regulator", "social"]), st.integers(1, 8))  # fmt: skip
def test_in_no_state_of_its_life_is_anything_sold(data, channel, steps):
    with tempfile.TemporaryDirectory() as place, Served(Path(place) / "store") as bank:
        walk = Walk(bank)
        assert walk.sold("inbound")
        complaints = [walk.take_in(channel)]
        for _ in range(steps):
            if data.draw(st.integers(0, 7)) == 0:
                complaints.append(walk.take_in(channel))
            else:
                walk.step(data.draw(st.sampled_from(complaints)), data)
            direction = data.draw(st.sampled_from(["inbound", "outbound"]))
            if walk.open():
                assert not walk.sold(direction)
                assert not walk.planned()


def test_what_was_offered_before_does_not_leave_the_house(tmp_path):
    with Served(tmp_path / "store") as bank:
        out = Outgoing(bank, channels=("app", "phone", "adviser"))
        out.decide("C01")
        sales = {one["offer_id"] for one in out.offers() if sale(one["action_id"])}
        assert sales
        Walk(bank).take_in("letter")
        out.deliver()
        assert not sales & {one["content"]["offer_id"] for one in out.messages() if one["state"] == "sent"}
