"""What the scopes of a token cover, and which ones are taken."""

import pytest

from zhike.core.errors import UsageError
from zhike.govern.scopes import check_scopes, covers

VERBS = ["customer.view", "customer.search", "decision.make", "merge.approve"]


@pytest.mark.parametrize(
    ("scopes", "verb", "covered"),
    [
        (None, "customer.view", True), ((), "customer.view", False), (("customer.view",), "customer.view", True),
        (("customer.view",), "customer.search", False), (("customer.*",), "customer.search", True),
        (("customer.*",), "customers.search", False), (("*",), "customer.view", False), (("customer",), "customer.view", False),
        (("decision.make", "merge.*"), "merge.approve", True),
    ],
)  # fmt: skip
def test_what_is_covered(scopes, verb, covered):
    assert covers(scopes, verb) is covered


def test_scopes_are_put_in_order_once_each():
    assert check_scopes(["merge.*", "decision.make", "merge.*"], VERBS) == ["decision.make", "merge.*"]
    assert check_scopes([], VERBS) == []


@pytest.mark.parametrize("scope", ["fly", "customer", "customer.", "*", "customer.fly", "flight.*", ""])
def test_a_scope_that_is_none_is_refused_with_what_could_be_meant(scope):
    with pytest.raises(UsageError) as caught:
        check_scopes(["decision.make", scope], VERBS)
    assert f"scope '{scope}'" in str(caught.value)
    assert "customer.*, decision.*, merge.*" in str(caught.value)
