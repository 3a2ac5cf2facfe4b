"""What the code has is in the documentation, and what the documentation names is in the code."""

import importlib
import json
import re
import shutil
from pathlib import Path

import decide_bank
import made_up_trail
import online_bank
import pytest
import valued_bank
from doc_pages import DOCS, REPOSITORY, blocks, left_by, pages, run
from generated_pages import _commands
from learnt_models import crowned, kept_in, staffed

from zhike.act.routes import TOPICS
from zhike.adapters.manifest import Manifest
from zhike.adapters.rule_files import load_rulebook
from zhike.core.error_catalogue import error_classes
from zhike.core.rejects import REJECT_REASONS
from zhike.core.types import ALLOWED, LAYERS
from zhike.decide.decisions import DECISION_SCHEMA
from zhike.decide.policy import RECOMMENDERS
from zhike.observe.rejection import REJECTS

TEXTS = {page: page.read_text("utf-8") for page in pages()}
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
RULE_PATH = re.compile(
    r"^(?:access|applicability|calendars|catalogue|cn|consent|contact|eligibility|eu|fairness|know|policies|privacy|service|standard)(?:\.[a-z0-9_]+)+(?:\.\*)?$"
)


def relative(page):
    return page.relative_to(REPOSITORY).as_posix()


def listed(page, heading=None):
    """Return the names in code in the first cells of a page's tables, below one heading or everywhere."""
    text = (DOCS / page).read_text("utf-8")
    if heading is not None:
        text = re.split(r"^## ", text.split(f"\n## {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    cells = re.findall(r"^\|([^|\n]*)\|", text, re.MULTILINE)
    return [name for cell in cells for name in CODE.findall(cell)]


def command_lines(text):
    """Return every call of zhike that a page prints, in console blocks, in code and in examples."""
    inside = [
        line[2:] for block in blocks(text) if block.language == "console" for line in block.text.splitlines()
    ]
    each = [one for line in inside for one in line.split("; ")]
    found = [line for line in each if line.startswith("zhike ")]
    return found + [code for code in CODE.findall(text) if code.startswith("zhike ")]


def commands_and_options():
    known = {}
    for name, command in _commands():
        known[name] = {option for param in command.params for option in param.opts if option.startswith("--")}
    return known


def test_commands_and_options_that_pages_name_exist():
    known, odd = commands_and_options(), []
    groups = {" ".join(name.split()[:2]) for name in known if name.count(" ") > 1}
    for page, text in TEXTS.items():
        for line in command_lines(text):
            words = line.split()
            name = next((" ".join(words[:n]) for n in (3, 2) if " ".join(words[:n]) in known), None)
            options = {word.split("=")[0].rstrip(".,;)") for word in words if word.startswith("--")}
            if (
                name is None
                and line not in groups
                and not re.match(r"zhike (-|audit sign\||rules (list\||check`|…)|…)", line)
            ):
                odd.append(f"{relative(page)}: {line}")
            elif name is not None and not options <= known[name] | {"--help"}:
                odd.append(f"{relative(page)}: {line}: {options - known[name]}")
    assert odd == []


def test_every_command_and_option_is_documented():
    text = (DOCS / "reference" / "cli.md").read_text("utf-8")
    for name, options in commands_and_options().items():
        assert f"\n## {name}\n" in text
        section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
        for option in options:
            assert re.search(rf"`{option}[ `]", section), f"{name} {option}"
        assert name == "zhike" or "Example: `zhike" in section, name


def test_every_error_and_reject_code_is_documented():
    text = (DOCS / "ERRORS.md").read_text("utf-8")
    headings = set(re.findall(r"^### (\S+)$", text, re.MULTILINE))
    assert headings == {error.code for error in error_classes()}
    assert set(listed("ERRORS.md", "Reject codes")) == set(REJECT_REASONS)


def test_exit_codes_are_documented():
    from zhike.cli import main

    page = (DOCS / "reference" / "exit-codes.md").read_text("utf-8")
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    assert {error.exit_code for error in error_classes()} <= documented
    assert documented == {
        int(code) for code in re.findall(r"(?:codes: |; )(\d+) ", " ".join(main.__doc__.split()))
    }


def test_variables_are_documented():
    sources = "".join(file.read_text("utf-8") for file in (REPOSITORY / "zhike").rglob("*.py"))
    read = set(re.findall(r'"(ZHIKE_[A-Z_]+)"', sources))
    assert {name for name in listed("reference/cli.md") if name.startswith("ZHIKE_")} == read


def test_policy_keys_are_documented():
    from zhike.decide.policy import _OPTIONAL, _REQUIRED, CHANCE_KEYS, RECOMMENDER_KEYS

    top = set(listed("reference/policy.md", "Keys"))
    assert top == {*_REQUIRED, *_OPTIONAL}
    inner = set(listed("reference/policy.md", "Inner keys"))
    used = {
        f"{key}.{name}"
        for entry in load_rulebook()
        if entry.kind == "policy"
        for version in entry.versions
        for key, part in version.value.items()
        if isinstance(part, dict)
        for name in part
    }
    used |= {f"recommender.{name}" for name in RECOMMENDER_KEYS}
    used |= {f"chances.{name}" for name in CHANCE_KEYS}
    assert used == inner
    words = set(re.findall(r"`(\w+)`", (DOCS / "reference" / "policy.md").read_text("utf-8")))
    assert set(RECOMMENDERS) <= words


def test_constraints_are_documented():
    from zhike.decide.constraint_reading import constraint_keys
    from zhike.decide.constraints import CONSTRAINTS
    from zhike.decide.inputs import ADVISER
    from zhike.decide.selections import ACTION_KEYS

    page = (DOCS / "reference" / "policy.md").read_text("utf-8")
    section = page.split("\n## Constraints\n")[1].split("\n## ")[0]
    words = set(re.findall(r"`(\w+)`", section))
    keys = {key for kind in CONSTRAINTS for key in constraint_keys(kind)}
    assert words >= {*CONSTRAINTS, *keys, *ACTION_KEYS, ADVISER}
    assert set(listed("reference/policy.md", "Constraints")) <= {*CONSTRAINTS, *keys}


def test_shipped_policies_are_documented():
    named = set(listed("reference/policy.md", "The policies that come with Zhike"))
    assert named == {entry.path for entry in load_rulebook() if entry.kind == "policy"}


def written_in(text):
    """Return the rule paths that a page itself writes into a rulebook of its own."""
    files = [
        block.argument
        for block in blocks(text)
        if block.directive == "file" and "-rules/" in (block.argument or "")
    ]
    names = [Path(file).with_suffix("").as_posix().removesuffix(".cases") for file in files]
    copied = re.findall(r"^\$ cp \S+ [\w-]+/(\S+)\.yaml$", text, re.MULTILINE)
    return {name.split("/", 1)[1].replace("/", ".") for name in names} | {
        name.replace("/", ".") for name in copied
    }


def test_rule_paths_that_pages_name_exist():
    rules = load_rulebook()
    folders = {
        ".".join(entry.path.split(".")[:n]) for entry in rules for n in range(1, entry.path.count(".") + 1)
    }
    verbs = rules.entry("access.roles").versions[-1].head["verbs"]  # consent.view is a right, not a rule
    topics = TOPICS  # consent.changed is something that webhooks are told of
    odd = []
    for page, text in TEXTS.items():
        known = {*rules.entries, *folders, *verbs, *topics, *written_in(text)}
        paths = [
            code
            for code in CODE.findall(text)
            if RULE_PATH.match(code) and not code.endswith((".yaml", ".md"))
        ]
        odd += [
            f"{relative(page)}: {path}"
            for path in paths
            if path.removesuffix(".*") not in known and page.name != "ERRORS.md"
        ]
    assert odd == []


def test_every_pack_is_documented():
    whole = "\n".join(TEXTS.values())
    packs = {
        pack
        for entry in load_rulebook()
        if entry.kind == "policy"
        for v in entry.versions
        for pack in v.value["packs"]
    }
    assert {pack for pack in packs if f"`{pack}`" not in whole and f"{pack}." not in whole} == set()


def test_events_of_the_audit_trail_are_documented():
    from zhike.govern.audit_events import AuditEvent

    section = (DOCS / "concepts" / "audit.md").read_text("utf-8").split("\n## Events\n")[1]
    documented = re.findall(r"`(\d+)` ([^·|]+?) (?=[·|])", section)
    assert documented == [(str(int(event)), event.text.en) for event in AuditEvent]


def test_layers_and_verdicts_are_documented():
    text = (DOCS / "concepts" / "rules.md").read_text("utf-8")
    assert re.findall(r"^\| (\w+) \| [^|]+\? \|", text, re.MULTILINE) == list(LAYERS)
    verdicts = (DOCS / "reference" / "decision-folder.md").read_text("utf-8")
    assert all(f"`{verdict}`" in verdicts for verdict in (*LAYERS, ALLOWED))


def test_modules_that_pages_name_exist():
    named = {(relative(page), code) for page, text in TEXTS.items() for code in CODE.findall(text)}
    dotted = sorted(pair for pair in named if re.fullmatch(r"zhike(\.\w+)+", pair[1]))
    assert dotted
    assert [pair for pair in dotted if pair[1] != "zhike.db" and not there(pair[1])] == []


def there(dotted):
    """Return whether a module, or a name in one, is there."""
    module, _, name = dotted.rpartition(".")
    for path, rest in ((dotted, None), (module, name)):
        try:
            found = importlib.import_module(path)
        except ModuleNotFoundError:
            continue
        return rest is None or hasattr(found, rest)
    return False


SCARCE = "zhike decide mybank --at 2026-06-30 --policy policies.retail_cn_capacity --out scarce --json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("shapes") / "checkout"
    shutil.copytree(left_by("tutorials/first-decisions.md"), place)
    assert run("zhike init simbank --from simulate --customers 60 --months 2 --seed 7", place)[0] == 0
    assert run(SCARCE.removesuffix(" --json"), place)[0] == 0
    made_up_trail.write(place / "trail.jsonl")
    valued_bank.build(place)
    assert run("zhike publish mybank --at 2026-06-30 --store zhike.db", place)[0] == 0
    assert run("zhike batch submit --all --store zhike.db", place)[0] == 0
    assert run("zhike staff add robin --role integration --store zhike.db", place)[0] == 0
    return with_answers(with_models(with_erased(place)))


def with_answers(place):
    """Add the answers, models and notes of measurements that their pages write down."""
    for page in ("measure.md", "notes.md", "complaint-figures.md"):
        for block in blocks((DOCS / "reference" / page).read_text("utf-8")):
            if block.directive == "file":
                (place / block.argument).write_text(block.text + "\n", "utf-8")
    return place


def with_models(place):
    """Add registries with two versions of a model, one of them with both in force in turn, a store with its staff, and a reading."""
    staffed(place / "models.db")
    decide_bank.write(place / "onlinebank", online_bank.rows())
    kept_in(place / "kept")
    for name in ("propose", "approve", "refuse", "withdraw", "promote", "rollback"):
        shutil.copytree(place / "kept", place / name)
    crowned(place / "rollback", place / "models.db")
    reading = {"source": "experiment spring", "estimate": 1.2, "low": 0.3, "high": 2.1, "n": 5000}
    (place / "spring.json").write_text(json.dumps(reading), "utf-8")
    return place


def with_erased(place):
    """Add a store of the simulated bank with who may erase and merge, and a certificate."""
    for line in (
        "zhike publish simbank --at 2026-04-27 --store sim.db", "zhike staff add anna --role data_protection_officer --store sim.db",
        "zhike staff add bert --role compliance --store sim.db", "zhike staff add cara --role branch_manager --branch R02 --store sim.db",
        f"zhike privacy erase C0000001 {BY_TWO} --store sim.db", "zhike privacy certificate C0000001 --store sim.db > certificate.json",
        "zhike audit key --store sim.db > key.hex",
    ):  # fmt: skip
        assert run(line, place)[0] == 0, line
    return place


def test_decision_folder_is_documented(folder):
    import polars as pl

    page = "reference/decision-folder.md"
    assert listed(page, "decisions.parquet") == list(DECISION_SCHEMA)
    assert set(listed(page, "candidates.parquet")) == set(
        pl.read_parquet_schema(folder / "decisions" / "candidates.parquet")
    )
    assert set(listed(page, "plan.json")) == set(
        json.loads((folder / "decisions" / "plan.json").read_text("utf-8"))
    )
    files = {file.name for file in (folder / "decisions" / "evidence").iterdir()}
    assert set(listed(page, "evidence/")) == files


def test_what_was_allocated_is_documented(folder):
    page, plain = "reference/decision-folder.md", folder / "decisions"
    plan = json.loads((folder / "scarce" / "plan.json").read_text("utf-8"))
    assert set(plan) - set(listed(page, "plan.json")) == {"allocation"}
    rows = plan["allocation"]["rows"]
    assert rows
    new = {file.name for file in (folder / "scarce" / "evidence").iterdir()}
    new -= {file.name for file in (plain / "evidence").iterdir()}
    assert set(listed(page, "What was allocated")) == {*plan["allocation"], *rows[0], *new, "allocation"}


def test_what_is_told_of_the_model_is_documented():
    import answered_bank
    import decide_bank
    import ranked_bank

    from zhike.adapters.model_evidence import chances_told, model_told

    page = "reference/decision-folder.md"
    told = model_told(decide_bank.prepared(ranked_bank.rows(), recommender=ranked_bank.RECOMMENDER))
    assert set(listed(page, "The model")) == {*told, "model"}
    learnt = chances_told(decide_bank.prepared(answered_bank.rows(), chances=answered_bank.CHANCES))
    assert set(listed(page, "The chances")) == {*learnt, "chances"}


def test_bank_folder_is_documented():
    manifest = json.loads(Manifest("Demo", "csv", "Asia/Shanghai", "CNY").to_bytes())
    assert set(listed("reference/bank-folder.md", "manifest.json")) == set(manifest)
    assert set(listed("reference/bank-folder.md", "Rejects")) == {column.name for column in REJECTS.columns}


BY_TWO = "--reason 'asked in writing' --approved-by anna bert"
MERGED_BY = "--reason 'same passport' --approved-by cara bert"
PASTBANK = "zhike init pastbank --from simulate --customers 150 --months 20 --seed 7"
TRAINED = "zhike models train pastbank withdrawal --at 2026-04-30 --as anna --store models.db"


def model_step(command, folder=None):
    """Return the line of a step of a model, each in a registry of its own unless one is named."""
    place = f"{folder or command} attrition"
    why = "--reason 'gains by more than chance' --store models.db --as"
    return {
        "propose": f"zhike models propose {place} latest --reading spring.json {why} anna",
        "approve": f"zhike models approve {place} p3 {why} bert",
        "refuse": f"zhike models refuse {place} p3 {why} bert",
        "withdraw": f"zhike models withdraw {place} p3 {why} anna",
        "promote": f"zhike models promote {place} p3 --store models.db --as anna",
        "rollback": f"zhike models rollback {place} {why} bert",
    }[command]


BEFORE = {
    "zhike lab run": ["zhike init untouched --from simulate --customers 60 --months 2 --seed 7"],
    "zhike models train": [PASTBANK],
    "zhike models check": [PASTBANK, TRAINED],
    "zhike models learn": [
        "zhike models train onlinebank online_chances --at 2026-04-21 --as anna --store models.db"
    ],
    "zhike measure journey": ["zhike lab journeys played --persons 100 --months 1"],
    "zhike measure standardise": ["zhike lab journeys done --persons 1 --months 4"],
    "zhike models approve": [model_step("propose", "approve")],
    "zhike models refuse": [model_step("propose", "refuse")],
    "zhike models withdraw": [model_step("propose", "withdraw")],
    "zhike models promote": [model_step("propose", "promote"), model_step("approve", "promote")],
}
"""What has to be done before a command has something to do."""
ANSWERS = "survey_id,customer_id,answered_on,recommend\\nS1,C1,2026-03-02,9\\n"
SHAPES = {
    "zhike privacy erase": [f"zhike privacy erase C0000002 {BY_TWO} --store sim.db --json"],
    "zhike privacy anonymise": [f"zhike privacy anonymise C0000003 {BY_TWO} --store sim.db --json"],
    "zhike privacy check": ["zhike privacy check certificate.json --public-key key.hex --json"],
    "zhike privacy merge": [f"zhike privacy merge C0000013 C0000016 {MERGED_BY} --store sim.db --json"],
    "zhike privacy unmerge": [f"zhike privacy unmerge C0000013 {MERGED_BY} --store sim.db --json"],
    "zhike privacy sweep": ["zhike privacy sweep simbank --store sim.db --json"],
    "zhike privacy expire": ["zhike privacy expire --store sim.db --json"],
    "zhike privacy ended": ["zhike privacy ended C0000001 2026-03-31 --store sim.db --json"],
    "zhike keys show": ["zhike keys show --store sim.db --json"],
    "zhike keys rotate": ["zhike keys rotate --store sim.db --json"],
    "zhike models list": ["zhike models list kept --json"],
    "zhike models show": ["zhike models show kept attrition --json"],
    "zhike models train": [f"{TRAINED} --json"],
    "zhike models learn": [
        "zhike models learn onlinebank online_chances --until 2026-06-30 --as anna --store models.db --json"
    ],
    "zhike models check": ["zhike models check pastbank withdrawal --at 2026-04-30 --version latest --json"],
    "zhike models propose": [f"{model_step('propose')} --json"],
    "zhike models approve": [f"{model_step('approve')} --json"],
    "zhike models refuse": [f"{model_step('refuse')} --json"],
    "zhike models withdraw": [f"{model_step('withdraw')} --json"],
    "zhike models promote": [f"{model_step('promote')} --json"],
    "zhike models rollback": [f"{model_step('rollback')} --json"],
    "zhike init": [
        "zhike init mybank --from csv extract --json",
        "zhike init simbank --from simulate --customers 60 --months 2 --seed 7 --json",
    ],
    "zhike rejects": ["zhike rejects mybank --json"],
    "zhike check": ["zhike check mybank --at 2026-06-30 --look-ahead --json"],
    "zhike tables": ["zhike tables --json", "zhike tables staff --json"],
    "zhike features": ["zhike features --json"],
    "zhike archive": ["zhike archive mybank --at 2026-06-30 --json"],
    "zhike warnings": ["zhike warnings mybank --at 2026-06-30 --json"],
    "zhike show": ["zhike show mybank --customer C002 --at 2026-06-30 --json"],
    "zhike demo": ["zhike demo --out walk --customers 60 --history 2 --months 1 --json"],
    "zhike lab run": ["zhike lab run untouched --policies standard --months 1 --json"],
    "zhike lab study": [
        "zhike lab study --customers 60 --history 1 --months 1 --seeds 1,2 --policies standard --json"
    ],
    "zhike decide": ["zhike decide mybank --at 2026-06-30 --out again --json", SCARCE],
    "zhike allocate": ["zhike allocate scarce/evidence/problem.npz --out plan.npz --json"],
    "zhike pace": ["zhike pace scarce/evidence/problem.npz --forecast 0.5 --json"],
    "zhike verify": ["zhike verify scarce/evidence/problem.npz scarce/evidence/plan.npz --json"],
    "zhike explain": [
        "zhike explain decisions --customer C002 --json",
        "zhike explain decisions --customer C002 --action W4 --json",
        "zhike explain scarce --prices --json",
    ],
    "zhike whatif": [
        "zhike whatif mybank --policy policies.retail_cn --policy policies.retail_cn_capacity --at 2026-06-30 --json"
    ],
    "zhike value": ["zhike value log --bank later --policy exploring.yaml --json"],
    "zhike replay-check": [
        "zhike replay-check decisions mybank --json",
        "zhike replay-check --store zhike.db --json",
    ],
    "zhike replay": ["zhike replay mybank --from 2026-02-01 --to 2026-02-01 --methods popularity --json"],
    "zhike measure nps": ["zhike measure nps answers.csv --question s2 --by region --json"],
    "zhike measure csat": ["zhike measure csat answers.csv --model score.yaml --json"],
    "zhike measure ces": ["zhike measure ces answers.csv --model score.yaml --bootstrap 100 --json"],
    "zhike measure drivers": [
        "zhike measure drivers answers.csv --model drivers.yaml --bootstrap 20 --by region --json"
    ],
    "zhike measure kano": ["zhike measure kano visits.csv --model kano.yaml --json"],
    "zhike measure servqual": ["zhike measure servqual visits.csv --model servqual.yaml --by tier --json"],
    "zhike measure ipa": ["zhike measure ipa answers.csv --model ipa.yaml --bootstrap 20 --by region --json"],
    "zhike measure rake": ["zhike measure rake visits.csv --model rake.yaml --json"],
    "zhike measure effect": ["zhike measure effect series.csv --model effect.yaml --json"],
    "zhike measure portfolio": [
        "zhike measure portfolio candidates.csv --model portfolio.yaml --draws 5 --json"
    ],
    "zhike measure chart": ["zhike measure chart north.csv --model chart.yaml --json"],
    "zhike measure queue": ["zhike measure queue --arrivals 6,18,24 --service 300 --patience 120 --json"],
    "zhike measure indicators": ["zhike measure indicators simbank --at 2026-04-27 --json"],
    "zhike measure journey": [
        "zhike measure journey played/answers.csv --map loan --bootstrap 0 --by preferred --json"
    ],
    "zhike measure standardise": ["zhike measure standardise done/processes.csv --bootstrap 0 --json"],
    "zhike lab journeys": ["zhike lab journeys played-again --persons 40 --months 1 --json"],
    "zhike measure themes": ["zhike measure themes comments.csv --model themes.yaml --at 2026-06-30 --json"],
    "zhike measure notes": ["zhike measure notes talks.yaml --at 2026-06-30 --json"],
    "zhike triage": [
        "zhike triage --train comments.csv --test comments.csv --text why --label topic --save triage.npz --json"
    ],
    "zhike spans": ["zhike spans --train marked.csv --test marked.csv --save spans.npz --json"],
    "zhike measure ecsi": [
        "zhike measure ecsi answers.csv --model ecsi.yaml --bootstrap 20 --by region --json"
    ],
    "zhike publish": ["zhike publish mybank --at 2026-06-30 --store zhike.db --json"],
    "zhike batch submit": ["zhike batch submit --all --store zhike.db --json"],
    "zhike batch run": ["zhike batch run --store zhike.db --json"],
    "zhike batch show": ["zhike batch show --store zhike.db --json"],
    "zhike deliver": ["zhike deliver --store zhike.db --json"],
    "zhike staff add": ["zhike staff add rita --role integration --store zhike.db --json"],
    "zhike staff token": ["zhike staff token robin --store zhike.db --json"],
    "zhike staff password": [
        "echo 'a table for two, please' | zhike staff password robin --store zhike.db --json"
    ],
    "zhike staff end-sessions": ["zhike staff end-sessions robin --store zhike.db --json"],
    "zhike audit sign": ["zhike audit sign --store zhike.db --json"],
    "zhike audit export": ["zhike audit export exported.jsonl --store zhike.db --json"],
    "zhike audit verify": ["zhike audit verify trail.jsonl --json"],
    "zhike complaints mail": [
        "printf 'From w@mail.example Tue Jun 30 10:00:00 2026\\nFrom: W <w@mail.example>\\nMessage-ID: <1@x>\\n\\nlate\\n' > box.mbox; zhike complaints mail box.mbox --store zhike.db --json"
    ],
    "zhike complaints import": [
        "printf 'reference,channel,received,words\\nL1,letter,2026-06-30,late\\n' > letters.csv; zhike complaints import letters.csv --store zhike.db --json"
    ],
    "zhike complaints forecast": ["zhike complaints forecast --store zhike.db --json"],
    "zhike lab complaints": ["zhike lab complaints --cases 100 --days 30 --handlers 2 --out year.db --json"],
    "zhike complaints pareto": ["zhike complaints pareto cases.csv --json"],
    "zhike complaints trend": ["zhike complaints trend cases.csv --json"],
    "zhike complaints kpis": ["zhike complaints kpis cases.csv --json"],
    "zhike complaints rating": ["zhike complaints rating cases.csv --facts facts.yaml --json"],
    "zhike complaints return": ["zhike complaints return cases.csv --quarter 2026Q3 --json"],
    "zhike complaints audit": ["zhike complaints audit cases.csv --json"],
    "zhike complaints recovery": ["zhike complaints recovery cases.csv --json"],
    "zhike deadline": [
        "zhike deadline --regime uk-disp --received 2026-06-01 --json",
        "zhike deadline --list --json",
    ],
    "zhike surveys list": ["zhike surveys list --json"],
    "zhike surveys show": ["zhike surveys show nps --json"],
    "zhike surveys ask": [
        "printf 'values: {2026-01-01: {channels: {app: {deliverer: file, path: app.jsonl}}}}' > app.yaml; zhike surveys ask --store zhike.db --deliverers app.yaml --json"
    ],
    "zhike surveys quotas": ["zhike surveys quotas --store zhike.db --json"],
    "zhike surveys export": ["zhike surveys export nps --store zhike.db --out sheets.csv --json"],
    "zhike surveys import": [
        f"printf '{ANSWERS}' > answers.csv; zhike surveys import answers.csv --instrument nps --out imported --json"
    ],
    "zhike surveys lint": ["zhike surveys lint nps --json"],
    "zhike surveys simulate": [
        "zhike surveys simulate nps --sheets 5 --json",
        "zhike surveys simulate nps --answer recommend=6 --json",
    ],
    "zhike rules list": ["zhike rules list contact --json"],
    "zhike rules show": ["zhike rules show contact.gap --json"],
    "zhike rules check": ["zhike rules check --json"],
    "zhike rules cases": ["zhike rules cases contact --json"],
}


LONG = ("zhike demo", "zhike lab study", "zhike pace", "zhike models train", "zhike models check")
"""Commands that simulate, play and train."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.campaign if name in LONG else ()) for name in SHAPES]
)
def test_json_shapes_are_documented(name, folder):
    found = set()
    for line in BEFORE.get(name, ()):
        assert run(line, folder)[0] == 0, line
    for line in SHAPES[name]:
        payload = json.loads(run(line, folder)[1])
        found |= set(payload[0] if isinstance(payload, list) else payload)
    assert set(listed("reference/json.md", name)) == found


def test_every_command_with_json_has_a_shape():
    with_json = {name for name, options in commands_and_options().items() if "--json" in options}
    assert with_json == set(SHAPES)


def test_errors_have_the_shape_that_is_documented(folder):
    payload = json.loads(run("zhike tables nothing --json 2>&1", folder)[1])
    assert set(payload) == {"error"}
    text = (DOCS / "reference" / "json.md").read_text("utf-8").split("\n## Errors\n")[1].split("\n## ")[0]
    assert all(f"`{key}`" in text for key in payload["error"])
