"""Judging: every refusal is kept, the first layer gives the verdict, a package stands or falls with its members."""

import decide_bank
import numpy as np
import pytest
from decide_bank import ACTIONS, document, reasons, template

from zhike.core.types import ALLOWED, LAYERS
from zhike.decide.candidates import Judge


def package(*families, **given):
    members = [{"family": [family]} for family in families]
    usual = {
        "products": None,
        "members": members,
        "channels": ["adviser"],
        "purpose": "marketing",
        "worth": "300.00",
    }
    return template("package", **(usual | given))


def judged(*bundles, content=None, **changes):
    return decide_bank.decided(content, rules=decide_bank.rulebook(ACTIONS, bundles), **changes)


@pytest.mark.parametrize(
    ("name", "action", "codes"),
    [
        ("C01", "invest:F2:app", {"eu.mifid.suitability.level_match"}),
        ("C03", "invest:F4:app", {"consent.withdrawn", "eu.mifid.suitability.capacity_on_file", "eu.mifid.suitability.level_match"}),
        ("C04", "invest:B1:app", {"consent.withdrawn"}),
        ("C04", "invest:B1:adviser", set()),
        ("C05", "review:phone", {"contact.gap"}),
        ("C07", "everyday:C0:app", {"contact.open_complaint"}),
        ("C08", "everyday:C0:app", set()),
        ("C09", "everyday:P0:app", {"contact.cooling_off"}),
        ("C09", "invest:S5:adviser", {"applicability.not_held"}),
        ("C10", "invest:B1:app", {"eu.mifid.suitability.assessment_on_file", "eu.mifid.suitability.level_match"}),
        ("C10", "no_action", set()),
    ],
)  # fmt: skip
def test_all_refusing_rules_are_kept(name, action, codes):
    assert reasons(*decide_bank.decided(), name, action) == codes


def test_the_first_layer_that_refuses_gives_the_verdict():
    ready, block = decide_bank.decided()
    layer_of = {one.code: one.layer for one in ready.judge.conditions}
    for verdict, codes in zip(block.judged.verdicts.verdicts, block.judged.verdicts.reasons, strict=True):
        layers = {layer_of[code] for code in codes.split(";") if code}
        assert verdict == next((layer for layer in LAYERS if layer in layers), ALLOWED)


def test_a_verdict_is_allowed_exactly_where_no_condition_refuses():
    ready, block = decide_bank.decided()
    values = ready.judge.values(ready.inputs)
    refused = np.zeros(block.judged.score.shape, dtype=bool)
    for condition in ready.judge.conditions:
        refused |= condition.refused(values)
    assert (block.judged.verdicts.allowed == ~refused).all()
    assert refused.any()
    assert not refused.all()


def test_a_package_is_refused_when_one_member_is():
    ready, block = judged(package("payment", "stock"))
    # Level 5 with capacity on file may have the stock, level 3 may not, whatever is said of the other.
    assert reasons(ready, block, "C09", "package:adviser") == set()
    assert "eu.mifid.suitability.level_match" in reasons(ready, block, "C06", "package:adviser")


def test_the_order_of_members_does_not_matter():
    (one, two) = (judged(package("card", "stock")), judged(package("stock", "card")))
    for name in one[1].judged.customers:
        assert reasons(*one, name, "package:adviser") == reasons(*two, name, "package:adviser")


def test_a_package_of_suitable_products_is_sold():
    _, block = judged(package("card", "payment"))
    assert ("C01", "package:adviser") in decide_bank.chosen(block)


def test_who_holds_one_member_may_have_the_package_and_who_holds_all_may_not():
    ready, block = judged(package("card", "payment"))
    assert reasons(ready, block, "C01", "package:adviser") == set()
    assert "applicability.not_held" in reasons(ready, block, "C05", "package:adviser")


def test_a_package_and_its_members_are_not_both_chosen():
    _, block = judged(package("card", "payment"))
    picked = decide_bank.chosen(block)
    buyers = {name for name, action in picked if action == "package:adviser"}
    assert buyers
    assert not [pair for pair in picked if pair[0] in buyers and pair[1].startswith("everyday:")]


def test_a_duty_is_tied_to_the_candidates_it_concerns():
    ready, block = decide_bank.decided()
    actions = ready.actions.table["action_id"].to_list()
    verdicts = block.judged.verdicts
    row = block.judged.customers.index("C06")
    duties = {action: verdicts.duties[verdicts.duty[row, column]] for column, action in enumerate(actions)}
    assert duties["invest:B1:adviser"] == "eu.mifid.suitability.report"
    assert duties["invest:B1:app"] == ""


def test_more_than_a_word_of_conditions_are_all_kept():
    head = {"layer": "eligibility", "effect": "refuse", "message": decide_bank.text("no")}
    many = {
        f"tests__pack__r{number:03}": document(
            "rule",
            {"applies": "action.kind == 'sale'", "requires": f"customer.tenure_months != {number}"},
            code=f"tests.r{number:03}",
            **head,
        )
        for number in range(150)
    }
    content = decide_bank.rows()
    ready, block = decide_bank.decided(
        content, rules=decide_bank.rulebook(**many), packs=["tests.pack", *decide_bank.PACKS]
    )
    assert len(ready.judge.conditions) > 2 * 64
    tenure = dict(ready.inputs.select("customer_id", "tenure_months").iter_rows())
    for name in ("C01", "C10"):
        expected = {f"tests.r{tenure[name]:03}"} if 0 <= tenure[name] < 150 else set()
        found = {code for code in reasons(ready, block, name, "everyday:C0:app") if code.startswith("tests.")}
        assert found == expected
        assert expected


def test_judging_alone_and_among_others_is_the_same():
    ready, block = decide_bank.decided()
    lone = Judge(ready.judge.conditions, ready.actions, presume_consent=True)
    for row in range(len(ready.inputs)):
        verdicts = lone.judge(ready.inputs[row : row + 1])
        whole = block.judged.verdicts
        assert [verdicts.reasons[code] for code in verdicts.pattern[0]] == [
            whole.reasons[code] for code in whole.pattern[row]
        ]
