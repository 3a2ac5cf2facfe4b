"""Every case of every document in the repository's rulebook, one test each."""

import pytest

from zhike.adapters.rule_files import load_cases, load_rulebook
from zhike.core.rule_cases import run_case
from zhike.measure.rule_kinds import READERS

RULEBOOK = load_rulebook()
CASES = [(path, case) for path, cases in sorted(load_cases().items()) for case in cases]


@pytest.mark.parametrize(("path", "case"), CASES, ids=[f"{path}: {case['name']}" for path, case in CASES])
def test_case(path, case):
    result = run_case(RULEBOOK, path, case, READERS)
    assert result.found == result.expected
    assert result.passed
