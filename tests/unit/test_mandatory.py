"""Mandatory actions: first in the list, by the cheapest allowed channel, outside caps, hold-out and worth."""

import decide_bank
import numpy as np
from decide_bank import ACTIONS, complaint, contact, template

from zhike.decide.mandatory import forced_actions


def complaining(**changes):
    content = decide_bank.rows()
    content["complaints"] = [complaint(name) for name in ("C01", "C05", "C06")]
    content["interactions"] += [contact("C05", "2026-06-28", "email", number=number) for number in range(9)]
    return decide_bank.decided(content, **changes)


def test_the_cheapest_allowed_channel_is_taken_by_priority():
    ready = decide_bank.prepared(
        rules=decide_bank.rulebook(
            (*ACTIONS, template("urgent", "mandatory", channels=["post"], priority=99))
        )
    )
    actions = ready.actions.table["action_id"].to_list()
    allowed = np.ones((2, len(actions)), dtype=bool)
    allowed[1, actions.index("notice:email")] = False
    forced = [[actions[column] for column in one] for one in forced_actions(ready.actions, allowed)]
    assert forced == [["urgent:post", "urgent:post"], ["notice:email", "notice:post"]]


def test_none_applies_where_none_is_allowed():
    ready = decide_bank.prepared()
    forced = forced_actions(ready.actions, np.zeros((3, len(ready.actions)), dtype=bool))
    assert [one.tolist() for one in forced] == [[-1, -1, -1]]


def test_a_notice_goes_out_first_and_in_spite_of_caps_and_comparison_group():
    _, block = complaining(holdout={"share": 1.0, "salt": "all"}, limits={"actions_per_customer": 1})
    for name in ("C01", "C05", "C06"):
        first = block.decisions.filter(customer_id=name).row(0, named=True)
        assert (first["rank"], first["action_id"], first["arm"]) == (1, "notice:email", "mandatory")
        assert first["action_probability"] == 1.0


def test_a_notice_takes_no_place_from_what_is_chosen_freely():
    _, block = complaining(limits={"actions_per_customer": 1})
    listed = block.decisions.filter(customer_id="C01")["action_id"].to_list()
    assert listed == ["notice:email", "review:phone"]


def test_who_gets_a_notice_alone_is_not_told_that_nothing_is_done():
    _, block = complaining()
    assert block.decisions.filter(customer_id="C05")["action_id"].to_list() == ["notice:email"]
