"""Policies by path or from a file of one's own, checked like those of the rulebook."""

import datetime as dt

import decide_bank
import pytest
import yaml
from decide_bank import document

from zhike.adapters.policy_files import load_policy
from zhike.core.errors import InputNotFoundError, PolicyError, RuleError, RuleNotFoundError

BOOK = decide_bank.rulebook()


def file_of(folder, **changes):
    path = folder / "own.yaml"
    path.write_text(
        yaml.safe_dump(document("policy", decide_bank.POLICY | changes), allow_unicode=True), "utf-8"
    )
    return str(path)


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("policies.wealth_eu", dt.date(2020, 6, 30)),
        ("policies.retail_cn", decide_bank.AT),
        ("policies.retail_generic", dt.date(1997, 1, 1)),
    ],
)
def test_every_shipped_policy_can_be_used(name, at):
    assert load_policy(BOOK, name, at).path == name


def test_the_banks_own_policy_is_used_when_none_is_named():
    assert load_policy(BOOK, None, decide_bank.AT, "policies.wealth_eu").path == "policies.wealth_eu"
    with pytest.raises(PolicyError, match="--policy"):
        load_policy(BOOK, None, decide_bank.AT)


def test_a_file_of_ones_own_is_a_policy(tmp_path):
    found = load_policy(BOOK, file_of(tmp_path), decide_bank.AT, "policies.wealth_eu")
    assert (found.path, found.catalogue) == ("own", decide_bank.CATALOGUE)


def test_another_content_is_another_version(tmp_path):
    one = load_policy(BOOK, file_of(tmp_path), decide_bank.AT).version
    assert load_policy(BOOK, file_of(tmp_path, horizon_days=91), decide_bank.AT).version != one


def test_a_pack_that_names_no_rule_is_refused_before_anything_passes(tmp_path):
    with pytest.raises(RuleError, match=r"eu\.mifd"):
        load_policy(
            BOOK, file_of(tmp_path, packs=["eu.mifd.suitability", *decide_bank.PACKS]), decide_bank.AT
        )


def test_a_catalogue_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RuleNotFoundError, match=r"catalogue\.nowhere"):
        load_policy(BOOK, file_of(tmp_path, catalogue="catalogue.nowhere"), decide_bank.AT)


def test_a_name_that_is_neither_is_refused_with_the_policies_there_are():
    with pytest.raises(InputNotFoundError, match=r"policies\.retail_cn"):
        load_policy(BOOK, "policies.retail_xx", decide_bank.AT)


def test_a_rule_is_no_policy():
    with pytest.raises(PolicyError, match="kind"):
        load_policy(BOOK, "contact.caps", decide_bank.AT)


def test_a_policy_that_is_not_in_force_yet_is_refused():
    with pytest.raises(RuleNotFoundError, match=r"policies\.wealth_eu"):
        load_policy(BOOK, "policies.wealth_eu", dt.date(2017, 1, 1))


@pytest.mark.parametrize("text", ["", "[", "- 1\n", "kind: policy\n", "kind: policy\nkind: policy\n"])
def test_a_broken_file_is_refused_with_its_name(tmp_path, text):
    (tmp_path / "broken.yaml").write_text(text)
    with pytest.raises(RuleError, match=r"broken\.yaml"):
        load_policy(BOOK, str(tmp_path / "broken.yaml"), decide_bank.AT)
