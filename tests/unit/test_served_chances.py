"""Why a chance is what it is, told of one dossier: the same as with all customers of the day at hand, and no row of them is kept for it."""

import dataclasses
import json

import chance_bank
import numpy as np
import pytest
from chance_bank import OLD, RULES, YOUNG

from zhike.decide.chance_reasons import chance_reasons
from zhike.decide.dossier import dossiers, packed, unpacked
from zhike.decide.served_chances import served_chance
from zhike.decide.serving_setting import ServingSetting
from zhike.decide.strategy import plan_of

OFFER = "everyday:P0:app"


def setting_of(ready):
    """Return the setting as it comes back from its own JSON."""
    found = ServingSetting.of(ready, plan_of(ready), RULES, {"zhike": "tests"})
    return ServingSetting.from_content(json.loads(json.dumps(found.content())))


def dossier_of(ready, setting, name):
    one = next(one for one in dossiers(ready) if one.customer_id == name)
    return unpacked(packed(one), setting)


@pytest.mark.parametrize("by", ["", "age"])
def test_what_is_told_of_a_dossier_is_what_the_day_says(by):
    ready = chance_bank.prepared(by)
    setting, model = setting_of(ready), ready.chances
    column = setting.places[OFFER]
    for name in (OLD, YOUNG):
        found = served_chance(setting, dossier_of(ready, setting, name), model, column)
        whole = chance_reasons(model, ready.actions, ready.inputs, name, column)
        assert (found.compared, found.customers) == (whole.compared, whole.customers)
        assert (found.score, found.base) == pytest.approx((whole.score, whole.base))
        assert [one.text for one in found.reasons] == [one.text for one in whole.reasons]
        assert found.base + sum(one.value for one in found.reasons) == pytest.approx(found.score)


def test_no_customer_is_kept_for_it_and_what_is_not_the_model_s_is_not_told():
    ready = chance_bank.prepared()
    setting, model = setting_of(ready), ready.chances
    assert (setting.chances["name"], setting.chances["version"]) == (
        "offer_chances",
        chance_bank.kept()[1][0].version,
    )
    written = json.dumps(setting.chances)
    assert not any(name in written for name in ready.inputs["customer_id"])
    dossier, column = dossier_of(ready, setting, OLD), setting.places[OFFER]
    other = dataclasses.replace(dossier, propensity=np.array(dossier.propensity) + 0.01)
    assert served_chance(setting, other, model, column) is None
    assert served_chance(setting, dossier, model, setting.places["review:phone"]) is None
    assert served_chance(dataclasses.replace(setting, chances=None), dossier, model, column) is None


def test_a_publication_of_before_or_without_a_kept_model_has_none():
    import decide_bank

    ready = decide_bank.prepared(rules=RULES)
    content = ServingSetting.of(ready, plan_of(ready), RULES, {"zhike": "tests"}).content()
    assert "chances" not in content
    assert ServingSetting.from_content(content).chances is None
