"""Quotas inside a questionnaire as they are applied while it is filled in: the last place, held and given back, on two services at once, by what is known."""

import decide_bank
import made_up_survey as made
import pytest
from own_visit import make_link

YOUNG, OLD = {"age": 20}, {"age": 60}
GOOD, BAD = {"satisfied": 5, "again": 5}, {"satisfied": 1, "again": 1}


def with_panel(bank, *more, **changes):
    """Let a bank ask the made-up questionnaire under the name of another one."""
    bank.service.rulebook = decide_bank.rulebook(instruments__csat=made.panel(*more, **changes))
    return bank


class Asked:
    """Somebody with a link and a survey that waits for them."""

    def __init__(self, bank, customer):
        self.bank, self.customer = bank, customer
        staff = "rm" if customer < "C06" else "rm_south"
        self.invited = bank.post(
            staff, "/v1/surveys", {"customer_id": customer, "instrument": "csat"}, purpose="service"
        )
        self.link = {"Authorization": f"Bearer {make_link(bank, customer)['token']}"}
        self.place = f"/v1/me/surveys/{self.invited.json().get('invitation_id')}"

    def call(self, method, path="", bank=None, **given):
        return (bank or self.bank).asks(None, method, self.place + path, headers=self.link, **given)

    def save(self, answers, bank=None):
        return self.call("PUT", bank=bank, json={"answers": answers})

    def saved(self, answers):
        return self.bank.run(self.save(answers)).json()

    def fill(self, answers):
        for key, value in answers.items():
            page = self.saved({key: value})
        return page

    def send(self):
        return self.bank.run(self.call("POST", "/send"))

    def state(self):
        (row,) = self.bank.rows("survey_invitations", {"customer_id": self.customer})
        return row["state"]


def places(bank):
    return {(row["quota"], row["state"]): row["held_until"] for row in bank.rows("survey_places")}


def test_the_last_place_is_held_taken_and_told(bank):
    with_panel(bank)
    first, second = Asked(bank, "C01"), Asked(bank, "C02")
    assert first.saved(YOUNG)["closed"] is None
    assert list(places(bank)) == [("young", "held")]
    ended = second.saved(YOUNG)
    assert (ended["closed"], ended["complete"], ended["questions"]) == ("Enough young people", False, [])
    assert second.state() == "full"
    assert bank.run(second.call("GET")).status_code == 409  # nothing is asked any more
    first.fill(GOOD)
    sent = first.send().json()
    assert (sent["counted"], sent["thanks"]) == (True, "Thank you")
    assert places(bank) == {("young", "taken"): None}
    (row,), (sheet,) = bank.rows("survey_places"), bank.rows("survey_answers", {"state": "complete"})
    assert row["sheet_id"] not in (sheet["invitation_id"], sheet["answer_id"])  # nothing leads to who took it
    assert row["recorded_at"] % 86_400_000_000 == 0
    assert [one["event"] for one in bank.rows("audit_entries")].count(750) == 1


def test_a_place_that_nobody_goes_on_with_is_given_back(bank):
    with_panel(bank)
    slow, quick = Asked(bank, "C01"), Asked(bank, "C02")
    slow.saved(YOUNG)
    bank.clock.later(minutes=31)
    assert quick.saved(YOUNG)["closed"] is None
    assert len(bank.rows("survey_places")) == 1
    assert bank.run(slow.call("GET")).json()["closed"] == "Enough young people"
    assert slow.state() == "begun"  # whoever looks changes nothing
    bank.clock.later(minutes=31)
    assert bank.run(slow.call("GET")).json()["closed"] is None  # the place is free again


def test_whoever_changes_their_answer_gives_the_place_back(bank):
    with_panel(bank)
    first = Asked(bank, "C01")
    first.saved(YOUNG)
    first.saved({"age": 40})
    assert places(bank) == {}


def test_a_declined_survey_gives_its_place_back(bank):
    with_panel(bank)
    first = Asked(bank, "C01")
    first.saved(YOUNG)
    bank.run(first.call("POST", "/decline", json={}))
    assert places(bank) == {}


@pytest.mark.parametrize("limit", [1, 3])
def test_many_at_once_over_two_services_never_overfill_a_quota(bank, limit):
    """Eight people answer in the same moment, four of them over another service of the same store."""
    quota = {**made.PANEL["quotas"][0], "limit": limit}
    with_panel(bank, quotas=[quota])
    with with_panel(bank.beside(), quotas=[quota]) as other:
        people = [Asked(bank, f"C0{number}") for number in range(1, 9)]
        pages = bank.together(one.save(YOUNG, (bank, other)[place % 2]) for place, one in enumerate(people))
        assert sum(page.json()["closed"] is None for page in pages) == limit
    assert len(bank.rows("survey_places")) == limit
    assert sorted(one.state() for one in people).count("full") == 8 - limit


def test_whoever_sends_after_their_place_went_is_thanked_and_not_counted(bank):
    with_panel(bank)
    slow, quick = Asked(bank, "C01"), Asked(bank, "C02")
    slow.fill({**YOUNG, **BAD})
    bank.clock.later(minutes=31)
    quick.fill({**YOUNG, **GOOD})
    quick.send()
    sent = slow.send().json()
    assert (sent["counted"], sent["thanks"]) == (False, "Enough young people")
    assert sent["call_back"] is not None  # whoever is unhappy is called all the same
    assert slow.state() == "full"
    assert {row["state"] for row in bank.rows("survey_answers")} == {"partial", "complete"}


def test_a_cell_by_what_the_archive_knows_is_refused_when_somebody_is_invited(bank):
    with_panel(bank, made.quota("private", 1, when="given.tier == 'private'", margin="tier"))
    first = Asked(bank, "C01" if tier_of(bank, "C01") == "private" else "C02")
    assert bank.rows("survey_invitations")[0]["given"]["branch"] == "north"
    first.fill({"age": 40, **GOOD})
    assert first.send().json()["counted"]
    again = bank.post(
        "rm", "/v1/surveys", {"customer_id": first.customer, "instrument": "csat"}, purpose="service"
    )
    assert again.status_code == 409
    assert "a full quota: private" in again.text


def tier_of(bank, customer):
    (row,) = bank.rows("customers", {"customer_id": customer})
    return row["tier"]


def test_a_full_cell_passes_its_section_over(bank):
    with_panel(bank)
    first, second = Asked(bank, "C01"), Asked(bank, "C02")
    assert first.fill({**OLD, **GOOD})["questions"][0]["key"] == "advice"
    assert second.fill({**OLD, **GOOD})["complete"]
    assert second.send().json()["counted"]
    assert list(places(bank)) == [("silver", "held")]


def test_places_count_within_days_and_over_versions(bank):
    quota = {**made.PANEL["quotas"][0], "days": 30}
    with_panel(bank, quotas=[quota])
    first = Asked(bank, "C01")
    first.fill({**YOUNG, **GOOD})
    first.send()
    assert Asked(bank, "C02").saved(YOUNG)["closed"] is not None
    bank.clock.later(days=31)
    assert Asked(bank, "C03").saved(YOUNG)["closed"] is None


def test_results_tell_how_full_quotas_are_without_telling_anybodys_answer(bank):
    with_panel(bank, made.quota("rest", 20, when="age >= 30 and age < 50"))
    first, second = Asked(bank, "C01"), Asked(bank, "C02")
    for one, age in ((first, 20), (second, 40)):
        one.fill({"age": age, **GOOD})
        one.send()
    answer = bank.get("service_quality", "/v1/instruments/csat/results", purpose="quality")
    assert answer.status_code == 200, answer.text
    told = {
        one["quota"]: (one["taken"], one["limit"], one["full"], one["then"])
        for one in answer.json()["quotas"]
    }
    assert told == {
        "young": (1, 1, True, "end"),
        "silver": (0, 1, False, "skip"),
        "rest": (0, 20, False, "end"),
    }
    table = bank.get("service_quality", "/v1/instruments/csat/tables/quotas.csv", purpose="quality")
    assert "young" in table.text
