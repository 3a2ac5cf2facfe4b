"""What each role sees of the same customer and decision."""

from zhike.govern.masking import WITHHELD


def view(bank, staff, purpose):
    return bank.get(staff, "/v1/customers/C02", purpose=purpose).json()


def test_an_adviser_sees_everything_that_is_known(shared):
    found = view(shared, "rm", "service")
    assert found["hidden"] == []
    assert found["attributes"]["risk_level"] == 1
    assert found["attributes"]["products_held"] == ["B1", "C0"]
    assert found["as_of"] == "2026-06-30"
    assert (found["branch"], found["adviser"]) == ("north", "rm")


def test_an_analyst_sees_no_person(shared):
    plain, masked = view(shared, "rm", "service"), view(shared, "analyst", "analysis")
    assert set(masked["attributes"]) == set(plain["attributes"])
    assert set(masked["hidden"]) < set(plain["attributes"])
    for name, value in plain["attributes"].items():
        shown = masked["attributes"][name]
        left = value[:4] if name == "birth_date" else WITHHELD
        assert (shown == value) if name not in masked["hidden"] else (shown == left), name
    assert {"risk_level", "age", "products_held", "complaints_open", "customer_id"} <= set(masked["hidden"])


def test_what_a_stored_decision_says_to_whom(bank):
    made = bank.decide("C02", reason="complaint").json()
    path = f"/v1/decisions/{made['decision_id']}"
    plain = bank.get("auditor", path, purpose="audit").json()
    assert (plain["customer_id"], plain["reason"]) == ("C02", "complaint")
    for staff in ("analyst", "product_owner"):
        masked = bank.get(staff, path, purpose="analysis").json()
        assert masked == plain | {"customer_id": WITHHELD, "reason": WITHHELD}
    listed = bank.get("analyst", "/v1/customers/C02/decisions", purpose="analysis").json()["decisions"]
    assert [one["reason"] for one in listed] == [WITHHELD]


def test_to_another_end_the_same_person_sees_nothing(shared):
    for purpose in ("audit", "analysis", "emergency", "made_up"):
        assert shared.get("rm", "/v1/customers/C02", purpose=purpose).status_code == 403
