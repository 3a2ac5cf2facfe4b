"""The rules of links to customers' own pages are read strictly, and a link holds until it ends or is withdrawn."""

import datetime as dt

import pytest
from decide_bank import SHIPPED, document

from zhike.core.errors import RuleError
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.govern.customer_links import CUSTOMER_LINKS, LinkRules

DAY = dt.date(2026, 7, 1)
GOOD = {"days_it_holds": 30, "idle_minutes": 15, "most_requests": 10}


def rules(value):
    book = Rulebook({CUSTOMER_LINKS: parse_entry(CUSTOMER_LINKS, document("parameter", value, unit="days"))})
    return LinkRules.of(book.at(CUSTOMER_LINKS, DAY))


def test_the_shipped_rule_is_read():
    found = LinkRules.of(SHIPPED.at(CUSTOMER_LINKS, DAY))
    assert (found.holds, found.idle, found.most_requests) == (30 * 86_400_000_000, 900, 10)
    assert rules(GOOD) == found


@pytest.mark.parametrize(
    "value",
    [5, {}, {**GOOD, "days_it_holds": 0}, {**GOOD, "days_it_holds": 367}, {**GOOD, "idle_minutes": 1.5}, {**GOOD, "most_requests": True},
     {**GOOD, "more": 1}, {"days_it_holds": 30}],
)  # fmt: skip
def test_a_number_that_could_not_be_meant_is_refused(value):
    with pytest.raises(RuleError):
        rules(value)
