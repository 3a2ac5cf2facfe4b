"""Channels and capacity as a page: told in every language, kept as files, leading to what more of something would bring."""

import csv
import re
from html import unescape

import pytest
import served_bank
from constrained_bank import calls, constraint

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

HOME = "/administration/channels"


def publish(bank, *limits):
    served_bank.publish_small(bank.acting, constraints=list(limits))
    bank.clock.later(seconds=2)


def as_staff(visit, staff):
    visit.client.cookies.clear()
    assert visit.sign_in(staff).status_code == 200
    return visit


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_read_in_every_language(visit, language):
    publish(visit.bank, calls(2), constraint("money", "budget", maximum="3.00"))
    seat = as_staff(visit, "administrator")
    seat.post("/choices", {"form": seat.form(), "language": language, "theme": "auto", "back": HOME})
    page = unescape(seat.get(HOME).text)
    for key in (
        "part.channels",
        "capacity.scarce",
        "capacity.constraints",
        "channel.phone",
        "constraint.budget",
        "studio.worth_nothing",
    ):
        assert WORDS[key].in_language(language) in page
    assert "09:00 – 19:00" in page
    assert "€3.00" in page


def test_figures_are_those_of_the_interface(visit):
    publish(visit.bank, calls(2), constraint("money", "budget", maximum="3.00"))
    page = unescape(as_staff(visit, "administrator").get(HOME).text)
    told = visit.bank.get("administrator", "/v1/capacity", purpose="operation").json()
    prices = {f"would bring €{one['price']:,.2f}" for one in told["resources"] if one["price"] > 0}
    assert prices
    assert set(re.findall(r"would bring €[\d,.]+", page)) == prices
    assert page.count("<progress") == sum(one["share"] is not None for one in told["resources"])


def test_whoever_studies_the_base_is_led_to_what_more_would_bring(visit):
    publish(visit.bank, calls(2))
    assert "/studio/" not in as_staff(visit, "administrator").get(HOME).text
    seat = as_staff(visit, "policy_owner")
    (where,) = set(re.findall(r'href="/workbench(/studio/whatif\?key=[^"]+)"', seat.get(HOME).text))
    page = seat.get(where).text
    assert 'value="constraints.calls.maximum"' in page
    assert re.search(r'name="value"[^>]* value="2"', page)
    assert HOME in seat.get("/studio/prices").text


def test_a_key_that_the_policy_does_not_say_is_begun_without_a_value(visit):
    seat = as_staff(visit, "policy_owner")
    page = seat.get('/studio/whatif?key="><script>').text
    assert "<script>" not in page.replace('<script src="', "")
    assert re.search(r'name="value"[^>]* value=""', page)


def test_without_a_plan_it_is_said_why(visit, monkeypatch):
    seat = as_staff(visit, "administrator")
    assert WORDS["studio.no_plan"].en in unescape(seat.get(HOME).text)
    assert WORDS["capacity.no_constraints"].en in seat.get(HOME).text
    publish(visit.bank, calls(2))
    kept = type(seat.bank.service.desk).published

    def without(self, *given):
        found = kept(self, *given)
        object.__setattr__(found.setting, "plan", None)
        return found

    monkeypatch.setattr(type(seat.bank.service.desk), "published", without)
    assert WORDS["studio.plan_not_kept"].en in unescape(seat.get(HOME).text)


def test_tables_are_kept_as_files(visit):
    publish(visit.bank, calls(2))
    seat = as_staff(visit, "administrator")
    links = re.findall(rf'href="/workbench({HOME}/[a-z]+\.csv)"', seat.get(HOME).text)
    assert len(links) == 3
    for link in links:
        answer = seat.get(link)
        assert answer.headers["content-type"].startswith("text/csv")
        assert "frame-ancestors" in answer.headers["content-security-policy"]
        assert len(list(csv.reader(answer.text.splitlines()))) > 1
    assert seat.get(f"{HOME}/staff.csv").status_code == 404


@pytest.mark.parametrize(
    "staff",
    [
        "branch_manager",
        "service_quality",
        "analyst",
        "product_owner",
        "policy_owner",
        "compliance",
        "auditor",
    ],
)
def test_whoever_may_is_led_there_and_sees_no_other_part_of_administration(visit, staff):
    seat = as_staff(visit, staff)
    assert f'href="/workbench{HOME}"' in seat.get("/oversight").text
    page = seat.get(HOME)
    assert page.status_code == 200
    parts = re.search(r'<nav class="parts".*?</nav>', page.text, re.DOTALL)[0]
    links = re.findall(r'href="/workbench([^"]+)"', parts)
    assert "/administration" not in links
    for link in links:
        assert seat.get(link).status_code == 200, link


@pytest.mark.parametrize("path", [HOME, f"{HOME}/channels.csv"])
def test_whoever_serves_customers_or_has_not_signed_in_sees_none_of_it(visit, path):
    assert visit.get(path).url.path == "/workbench/sign-in"
    assert as_staff(visit, "rm").get(path).status_code == 403
