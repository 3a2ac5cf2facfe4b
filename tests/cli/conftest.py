"""The command in the test's own process: its exit code, what it prints, what it complains of."""

import json
import sys
from dataclasses import dataclass

import decide_bank
import pytest

from zhike.cli.main import main

AT = str(decide_bank.AT)


@dataclass(frozen=True)
class Answer:
    """What one call of the command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


@pytest.fixture
def zhike(monkeypatch, capsys):
    """Call the command as its own main does; the language is English unless the call says otherwise."""
    monkeypatch.setenv("ZHIKE_LANG", "en")

    def call(*words):
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["zhike", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        answer = Answer(left.value.code, *capsys.readouterr())
        assert "Traceback" not in answer.out + answer.err
        return answer

    return call


@pytest.fixture(scope="session")
def bank(tmp_path_factory):
    """A bank folder of ten customers under the shipped policy policies.wealth_eu."""
    return decide_bank.write(tmp_path_factory.mktemp("cli") / "bank")


@pytest.fixture(scope="session")
def decisions(bank):
    """A folder of decisions on that bank."""
    from zhike.adapters.bank import Bank
    from zhike.adapters.decision_files import decide_bank as decide
    from zhike.adapters.policy_files import load_policy

    policy = load_policy(decide_bank.SHIPPED, "policies.wealth_eu", decide_bank.AT)
    decide(Bank.open(bank), decide_bank.SHIPPED, policy, decide_bank.AT, bank.parent / "decisions")
    return bank.parent / "decisions"
