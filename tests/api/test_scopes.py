"""Tokens that are limited to some verbs: what is beyond them is refused, and nothing is given away by it."""

import pytest

from zhike.act.staff import issue_token

VERBS = [
    "customer.view",
    "customer.search",
    "decision.make",
    "decision.explain",
    "offer.respond",
    "policy.view",
    "consent.view",
]


@pytest.fixture
def limited(bank):
    """Make a token of somebody that is limited to scopes; return under which name to ask with it."""

    def made(staff, *scopes):
        name = f"{staff}:{','.join(scopes)}"
        bank.tokens[name] = issue_token(bank.acting, staff, actor="tests", scopes=scopes, known=VERBS)
        return name

    return made


def code(answer):
    return answer.status_code, answer.json().get("error", {}).get("code")


def test_a_machine_may_what_its_token_is_for_and_no_more(bank, limited):
    decides = limited("integration", "decision.make")
    answer = bank.decide("C02", decides, direction="inbound")
    assert answer.status_code == 200
    offer = f"/v1/offers/{answer.json()['actions'][0]['offer_id']}/responses"
    assert bank.post("integration", offer, {"outcome": "shown"}, purpose="service").status_code == 200
    refused = bank.post(decides, offer, {"outcome": "accepted"}, purpose="service")
    assert code(refused) == (404, "record_not_found")
    both = limited("integration", "decision.make", "offer.*")
    assert bank.post(both, offer, {"outcome": "accepted"}, purpose="service").status_code == 200


def test_scopes_give_nothing_that_the_roles_do_not(bank, limited):
    more = limited("rm", "policy.view", "decision.make", "customer.view")
    assert bank.get(more, "/v1/actions", purpose="service").status_code == 200
    assert bank.get(more, "/v1/customers/C06", purpose="service").status_code == 404
    assert code(bank.get(limited("integration", "consent.view"), "/v1/actions", purpose="service")) == (
        403,
        "forbidden",
    )


def test_outside_of_the_scopes_is_403_for_a_customer_whom_the_token_may_know(bank, limited):
    sees = limited("rm", "customer.*")
    assert bank.get(sees, "/v1/customers/C02", purpose="service").status_code == 200
    assert code(bank.get(sees, "/v1/customers/C02/consents", purpose="service")) == (403, "forbidden")
    for nobody in ("C06", "C99"):
        assert code(bank.get(sees, f"/v1/customers/{nobody}/consents", purpose="service")) == (
            404,
            "record_not_found",
        )


@pytest.mark.parametrize(
    "path", ["/v1/customers/{}", "/v1/customers/{}/consents", "/v1/customers/{}/decisions"]
)
def test_a_token_for_something_else_learns_of_no_customer(bank, limited, path):
    """Its owner sees C02, and not C06; with this token all three look alike."""
    blind = limited("rm", "policy.view")
    answers = [bank.get(blind, path.format(name), purpose="service") for name in ("C02", "C06", "C99")]
    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}


def test_who_asks_is_told_what_their_token_is_for(bank, limited):
    name = limited("integration", "offer.*", "decision.make")
    found = bank.get(name, "/v1/sessions/current").json()
    assert (found["staff_id"], found["scopes"]) == ("integration", ["decision.make", "offer.*"])


def test_tokens_of_one_owner_are_not_taken_for_each_other(bank, limited):
    sees, blind = limited("rm", "customer.view"), limited("rm", "policy.view")
    for _ in range(2):  # the second time from memory
        assert [
            bank.get(name, "/v1/customers/C02", purpose="service").status_code for name in (sees, blind, "rm")
        ] == [200, 404, 200]


def test_a_kept_answer_is_not_given_to_a_token_that_is_for_something_else(bank, limited):
    key = {"Idempotency-Key": "once"}
    assert bank.decide("C02", headers=key).status_code == 200
    assert bank.decide("C02", limited("integration", "offer.respond"), headers=key).status_code == 404
    assert bank.decide("C02", limited("integration", "decision.make"), headers=key).status_code == 200


def test_reasons_are_a_verb_of_their_own(bank, limited):
    asked = {"direction": "inbound", "explain": True}
    assert bank.decide("C02", limited("rm", "decision.make"), **asked).status_code == 403
    assert bank.decide("C02", limited("rm", "decision.*"), **asked).status_code == 200


def test_the_log_says_that_it_was_the_token(bank, limited, caplog):
    bank.get(limited("rm", "customer.view"), "/v1/actions", purpose="service")
    bank.get("auditor", "/v1/actions", purpose="service")
    told = [one.getMessage() for one in caplog.records if one.name == "zhike.security"]
    assert told == [
        "refused forbidden actor=rm verb=policy.view purpose=service by=scopes",
        "refused forbidden actor=auditor verb=policy.view purpose=service",
    ]
