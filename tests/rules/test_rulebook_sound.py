"""The repository's rulebook is sound, and the linter would say so if it were not."""

import datetime as dt
import shutil

import pytest

from zhike.adapters.rule_files import load_rulebook, read_rule_files
from zhike.core.decision_tables import DecisionTable
from zhike.core.errors import RuleError
from zhike.core.language import LANGUAGES
from zhike.core.rule_names import vocabulary
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.decide.rule_lint import Problem, rulebook_problems
from zhike.know.features import FEATURES
from zhike.measure.rule_kinds import measured_findings

AT = dt.date(2026, 11, 27)
NAMES = vocabulary({feature.name: feature.dtype for feature in FEATURES})
FILES = read_rule_files()

SUITABILITY = "cn/nfra/suitability/"


def problems_of(folder):
    files = read_rule_files(folder)
    found = [Problem.of(error) for error in files.errors]
    return [*found, *rulebook_problems(files.rulebook, files.cases, NAMES, AT)]


@pytest.fixture
def folder(tmp_path):
    """A copy of the rulebook without the archive's tables, which nothing here refers to."""
    target = tmp_path / "rulebook"
    shutil.copytree(FILES.folder, target, ignore=shutil.ignore_patterns("know"))
    return target


def plant(folder, file, old, new):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{file} no longer holds {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_no_problem_in_the_repository():
    assert FILES.errors == ()
    found = rulebook_problems(FILES.rulebook, FILES.cases, NAMES, AT)
    assert [(problem.path, problem.sentence.en) for problem in found] == []


def test_no_questionnaire_of_the_repository_spoils_answers_and_no_map_leaves_anything_open():
    found = measured_findings(FILES.rulebook, AT)
    assert [(problem.path, problem.code, problem.sentence.en) for problem in found] == []


def test_the_copy_without_a_planted_fault_is_sound(folder):
    assert problems_of(folder) == []


PLANTED = [
    # The schema of the head, found while reading; the file and its line are named.
    (f"{SUITABILITY}care_age.yaml", '    title: "NFRA Order 2025-7', '    source: "NFRA Order 2025-7', "rule_invalid", "reference"),
    (f"{SUITABILITY}care_age.yaml", "status: confirmed", "status: sure", "rule_invalid", "care_age.yaml line 15"),
    (f"{SUITABILITY}care_age.yaml", "status: confirmed\n", "", "rule_invalid", "no status"),
    (f"{SUITABILITY}care_age.yaml", "owner: compliance\n", "owner: compliance\nowner: law\n", "rule_invalid", "'owner' given twice"),
    (f"{SUITABILITY}care_age.yaml", "  2026-02-01: 65", "  2026-02-30: 65", "rule_invalid", "line 11"),
    (f"{SUITABILITY}care_age.yaml", "  2026-02-01: 65", "  2026-02-01: 65\n  2027-01-01: 70", "rule_invalid", "only one of values and reference"),
    (f"{SUITABILITY}care_age.yaml", "  zh-Hant: ", "  zh-TW: ", "rule_invalid", "title"),
    (f"{SUITABILITY}care_age.yaml", "last_checked: 2026-11-21", "last_checked: 2027-01-01", "checked_in_future", "2027-01-01"),
    (f"{SUITABILITY}care_age.yaml", "owner: compliance", "ownner: x\nowner: compliance", "rule_invalid", "ownner"),
    # Rules: names, parameters, messages, layers.
    (f"{SUITABILITY}level_match.yaml", "<= customer.risk_level", "<= customer.risk_lvl", "rule_invalid", "unknown name 'customer.risk_lvl'"),
    (f"{SUITABILITY}level_match.yaml", "<= customer.risk_level", "<= customer.risk_label", "rule_invalid", "both sides"),
    (f"{SUITABILITY}level_match.yaml", "<= customer.risk_level", "<= open('x')", "rule_invalid", "function 'open'"),
    (f"{SUITABILITY}level_match.yaml", "(C) is {threshold}", "(C) is {limit}", "rule_invalid", "limit"),
    (f"{SUITABILITY}level_match.yaml", "为 {value}，客户", "已评级，客户", "rule_invalid", "message in zh-Hans"),
    (f"{SUITABILITY}level_match.yaml", "layer: suitability", "layer: sales", "rule_invalid", "layer 'sales'"),
    (f"{SUITABILITY}level_match.yaml", "effect: refuse", "effect: warn", "rule_invalid", "effect 'warn'"),
    (f"{SUITABILITY}level_match.yaml", "    requires:", "    wants:", "rule_invalid", "applies and requires"),
    (f"{SUITABILITY}level_match.yaml", "code: cn.nfra.suitability.level_match", "code: cn.nfra.suitability.own_answers", "code_twice", "own_answers"),
    (f"{SUITABILITY}assessments_today.yaml", "assessments_per_day", "assessments_per_hour", "rule_not_found", "assessments_per_hour"),
    (f"{SUITABILITY}assessments_today.yaml", "  most: cn", "  least: cn.nfra.suitability.care_age\n  most: cn", "rule_invalid", "never read"),
    (f"{SUITABILITY}assessments_today.yaml", "suitability.assessments_per_day", "suitability.level_match", "rule_invalid", "a parameter's path"),
    (f"{SUITABILITY}assessments_per_day.yaml", "2026-02-01: 2", "2026-02-01: [2]", "rule_invalid", "one number or one text"),
    (f"{SUITABILITY}care_for_older.yaml", "duty:", "duties:", "rule_invalid", "duties"),
    ("eu/mifid/suitability/complex.yaml", "product.complex == 1", "product.complex = 1", "rule_invalid", "product.complex = 1"),
    # Decision tables.
    ("eu/mifid/far_trans/asset_level.yaml", "    - {when: {}, then: {level: null}}\n", "", "gap", "unknown"),
    ("eu/mifid/far_trans/asset_level.yaml", "    - {when: {asset_category: MTF, asset_sub_category: Balanced}", "    - {when: {asset_category: MTF}, then: {level: 4}}\n    - {when: {asset_category: MTF, asset_sub_category: Balanced}", "unreachable", "row 4"),
    ("eu/mifid/far_trans/asset_level.yaml", "outputs: [level]", "outputs: [level, band]", "rule_invalid", "then with level, band"),
    ("eu/mifid/far_trans/customer_level.yaml", "{risk_label: Aggressive}", "{risk_label: [Aggressive, Balanced]}", "overlap", "Balanced"),
    ("eu/mifid/far_trans/customer_level.yaml", "inputs:\n", "inputs:\n  service_tier: [Mass, Premium]\n", "never_decides", "service_tier"),
    ("eu/mifid/far_trans/customer_level.yaml", "{risk_label: Income}", "{risk_label: Icome}", "rule_invalid", "Icome"),
    ("privacy/retention.yaml", "kept_by: [consent]", "kept_by: []", "rule_invalid", "parameter 'consent' that is never read"),
    ("privacy/retention.yaml", "consent: privacy.consent_proof_years", "consent: privacy.consent_years", "rule_not_found", "privacy.consent_years"),
    ("privacy/retention.yaml", "suitability: cn.nfra.suitability.record_years", "suitability: cn.nfra.suitability.level_match", "rule_invalid", "a parameter's path"),
    ("privacy/consent_proof_years.yaml", "2026-02-01", "2026-03-01", "rule_invalid", "only one of values and reference"),
    # Tables of grants.
    ("access/roles.yaml", "effect: allow", "effect: permit", "rule_invalid", "a row with effect allow or deny"),
    ("access/roles.yaml", "highest: C2", "highest: C4", "rule_invalid", "highest 'C4'"),
    ("access/roles.yaml", "roles: [relationship_manager, adviser]", "roles: any", "rule_invalid", "a list of roles"),
    ("access/roles.yaml", "verbs: [case.view, survey.view]", "verbs: [case.look, survey.view]", "rule_invalid", "case.look"),
    ("access/roles.yaml", "  operation: {en", "  holiday: {en: h, zh-Hans: h, zh-Hant: h}\n  operation: {en", "never_granted", "holiday"),
    ("access/roles.yaml", "name: front_acts_for_own_book", "name: front_sees_own_book", "rule_invalid", "front_sees_own_book' twice"),
    ("access/roles.yaml", "scope: own_book, purposes: [service, complaint]", "scope: own_book, purposes: [marketing]", "unreachable", "front_sees_own_cases_and_surveys"),
    ("access/roles.cases.yaml", "expect: C2", "expect: allowed", "rule_invalid", "expect 'allowed'"),
    ("access/roles.cases.yaml", "  request: {", "  requests: {", "rule_invalid", "requests"),
    # Catalogues and policies.
    ("catalogue/wealth_eu.yaml", "channels: [adviser, app]", "channels: [adviser, fax]", "rule_invalid", "fax"),
    ("catalogue/wealth_eu.yaml", 'amount: "55.00"', "amount: 55.00", "rule_invalid", "in quotes"),
    ("catalogue/wealth_eu.yaml", "{family: [fund]", "{family: [funds]", "rule_invalid", "funds"),
    ("catalogue/wealth_eu.yaml", "customer.risk_status != 'valid'", "product.risk_level != 3", "rule_invalid", "product.risk_level"),
    ("catalogue/wealth_eu.yaml", "id: no_action", "id: nothing", "rule_invalid", "no_action"),
    ("catalogue/wealth_eu.yaml", "id: offer_bond", "id: offer_fund", "rule_invalid", "offer_fund twice"),
    ("catalogue/wealth_eu.yaml", "effect_when_unscored: 0.02", "effect_when_unscored: 2", "rule_invalid", "between 0 and 1"),
    ("policies/wealth_eu.yaml", "- eu.mifid.suitability", "- eu.mifid.suitable", "rule_invalid", "eu.mifid.suitable"),
    ("policies/wealth_eu.yaml", "- eligibility.regime.eu\n", "- applicability\n", "rule_invalid", "eligibility.regime"),
    ("policies/wealth_eu.yaml", "catalogue: catalogue.wealth_eu", "catalogue: catalogue.wealth", "rule_not_found", "catalogue.wealth"),
    ("policies/wealth_eu.yaml", "catalogue: catalogue.wealth_eu", "catalogue: contact.caps", "rule_invalid", "of kind parameter"),
    ("policies/wealth_eu.yaml", "no_record: presume", "no_record: deny", "rule_invalid", "consent.no_record"),
    ("policies/wealth_eu.yaml", "risk_validity: eu.mifid.suitability.max_assessment_age", "risk_validity: null", "rule_invalid", "max_assessment_age"),
    ("policies/wealth_eu.yaml", "share: 0.05", "share: 5", "policy_invalid", "holdout.share"),
    ("policies/wealth_eu.yaml", "kind: conditional_knn", "kind: magic", "policy_invalid", "magic"),
    # Cases.
    (f"{SUITABILITY}level_match.cases.yaml", "expect: permitted", "expect: allowed", "rule_invalid", "allowed"),
    (f"{SUITABILITY}level_match.cases.yaml", "risk_level: 3", "risc_level: 3", "rule_invalid", "customer.risc_level"),
    (f"{SUITABILITY}level_match.cases.yaml", "risk_level: 3", 'risk_level: "3"', "rule_invalid", "a number"),
    (f"{SUITABILITY}level_match.cases.yaml", 'name: "C5 and R5"', 'name: "C3 and R3"', "case_twice", "C3 and R3"),
    (f"{SUITABILITY}level_match.cases.yaml", "  at: 2026-03-02\n", "", "rule_invalid", "no at"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "named"), PLANTED, ids=[f"{p[0]}-{n}" for n, p in enumerate(PLANTED)]
)
def test_a_planted_fault_is_found_and_named(folder, file, old, new, code, named):
    plant(folder, file, old, new)
    found = [problem for problem in problems_of(folder) if problem.code == code]
    assert any(named in problem.sentence.en for problem in found), problems_of(folder)
    assert all(problem.sentence.in_language(language) for problem in found for language in LANGUAGES)


def test_a_policy_that_begins_before_its_catalogue_is_found(folder):
    policy = folder / "policies/retail_cn.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("2026-02-01", "2026-01-01"), encoding="utf-8"
    )
    (folder / "policies/retail_cn.cases.yaml").write_text(
        "- {name: early, at: 2026-01-01, expect: {horizon_days: 90}}\n", encoding="utf-8"
    )
    found = problems_of(folder)
    assert [problem.path for problem in found] == ["policies.retail_cn"]
    assert "'catalogue.retail_cn' not in force on 2026-01-01" in found[0].sentence.en


def test_a_parameter_that_ends_before_its_rule_is_found(folder):
    """The rule would stand without its number from that day on."""
    file = f"{SUITABILITY}assessments_per_day.yaml"
    plant(folder, file, "  2026-02-01: 2\n", "  2026-02-01: 2\n  2027-01-01: null\n")
    plant(folder, file, "status: confirmed", '  2027-01-01:\n    title: "repealed"\nstatus: confirmed')
    found = problems_of(folder)
    assert [problem.path for problem in found] == ["cn.nfra.suitability.assessments_today"]
    assert "not in force on 2027-01-01" in found[0].sentence.en


@pytest.mark.parametrize("path", [entry.path for entry in FILES.rulebook])
def test_no_value_without_a_reference(path):
    """Deleting any one reference from any document is refused."""
    entry = FILES.rulebook.entry(path)
    raw = {**entry.versions[0].head, "last_checked": entry.last_checked, "status": "confirmed"}
    raw["values"] = {version.first_day: version.value for version in entry.versions}
    reference = {version.first_day: {"title": version.reference.title} for version in entry.versions}
    assert parse_entry(path, {**raw, "reference": reference}).path == path
    for day in reference:
        without = {other: title for other, title in reference.items() if other != day}
        with pytest.raises(RuleError, match="reference"):
            parse_entry(path, {**raw, "reference": without})


def test_a_document_without_cases_and_cases_without_a_document(folder):
    (folder / "contact/cap.cases.yaml").rename(folder / "contact/cup.cases.yaml")
    assert [(p.path, p.code) for p in problems_of(folder)] == [
        ("contact.cap", "no_cases"),
        ("contact.cup", "orphan"),
    ]


def test_a_rule_needs_a_case_on_either_side(folder):
    cases = folder / "contact/open_complaint.cases.yaml"
    cases.write_text(
        cases.read_text(encoding="utf-8").replace("expect: refused", "expect: permitted"), encoding="utf-8"
    )
    assert [p.sentence.en for p in problems_of(folder)] == ["no case is refused"]


def test_all_problems_are_gathered_not_the_first(folder):
    plant(folder, f"{SUITABILITY}care_age.yaml", "status: confirmed", "status: sure")
    plant(folder, "contact/gap.yaml", "layer: contact", "layer: sales")
    plant(folder, "catalogue/wealth_eu.yaml", "id: no_action", "id: nothing")
    paths = {problem.path for problem in problems_of(folder)}
    assert {"contact.gap", "catalogue.wealth_eu", "cn/nfra/suitability/care_age.yaml line 15"} <= paths


def test_the_far_trans_levels_cover_every_pair_that_the_study_names():
    table = DecisionTable.of(load_rulebook().at("eu.mifid.far_trans.asset_level", dt.date(2020, 6, 30)))
    levels = {
        ("MTF", "Money Market"): 1, ("MTF", "Bond"): 2, ("MTF", "Bonds"): 2, ("MTF", "Balanced"): 3,
        ("MTF", "Equity"): 4, ("MTF", "Structured"): 4, ("MTF", "Other"): 4, ("Bond", "Government"): 1,
        ("Bond", "Corporate"): 2, ("Stock", "Large Cap"): 4, ("Stock", None): 4, (None, None): None,
    }  # fmt: skip
    inputs = ("asset_category", "asset_sub_category")
    assert {pair: table.decide(dict(zip(inputs, pair, strict=True)))["level"] for pair in levels} == levels


def test_what_the_reference_does_not_confirm_is_provisional():
    """Of suitability only the NFRA order was read in full, of complaints four sources; calendars agree in two packages. All else waits."""
    confirmed = {v.path for entry in FILES.rulebook for v in entry.versions if v.status == "confirmed"}
    others = {path for path in confirmed if not path.startswith(("cn.nfra.", "know."))}
    assert others == {
        *(f"calendars.{place}" for place in ("cn", "hk", "target", "uk", "us")),
        "cn.complaints.cbirc_2020_3", "eu.complaints.psd2", "uk.complaints.disp", "us.complaints.cfpb",
    }  # fmt: skip
    orders = [
        FILES.rulebook.entry(path).versions[0].reference.title
        for path in confirmed
        if path.startswith("cn.nfra.")
    ]
    assert orders
    assert all(title.startswith("NFRA Order 2025-7") for title in orders)


def test_users_of_a_parameter_are_named():
    rules = Rulebook(FILES.rulebook.entries)
    assert "cn.nfra.suitability.assessment_valid" in rules.users("cn.nfra.suitability.assessment_validity")
    assert rules.users("cn.nfra.suitability.level_match") == [
        "policies.retail_cn",
        "policies.retail_cn_capacity",
    ]
