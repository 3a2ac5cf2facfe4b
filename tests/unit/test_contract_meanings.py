"""The contract tables and columns are explained in three languages, each in its own script and words."""

import json
import re
from collections import Counter

import pytest
from typer.testing import CliRunner

from zhike.cli.main import app
from zhike.core.contract_meanings import (
    COLUMN_MEANINGS,
    KINDS,
    SHARED_MEANINGS,
    TABLE_MEANINGS,
    UNITS,
    meaning_of,
)
from zhike.core.contracts import CONTRACTS
from zhike.core.errors import ContractError, UsageError
from zhike.core.language import LANGUAGES

COLUMNS = [(table.name, column.name) for table in CONTRACTS.values() for column in table.columns]
CHARSETS = {"zh-Hans": "gb2312", "zh-Hant": "big5"}
# Characters of the other script that a character set holds all the same, as surnames or words of their own.
FOREIGN = {"zh-Hans": set("於後徵乾"), "zh-Hant": set("于与适后余确价并种触据复荐准构周机采优范征几里划")}
SCRIPTS = list(zip("户产记发账贷编与于后余确种", "戶產記發帳貸編與於後餘確種", strict=True))
MAINLAND_WORDS = (
    "渠道",
    "网點",
    "網點",
    "數據",
    "信息",
    "默認",
    "概率",
    "響應",
    "幣種",
    "合同",
    "適當性",
    "用戶",
)
REGIONAL_WORDS = ("通路", "分行", "币别", "契约", "适合性", "机率", "资料")


def shared():
    """Return the columns that a shared meaning speaks for."""
    return [(table, column) for table, column in COLUMNS if f"{table}.{column}" not in COLUMN_MEANINGS]


def wrong_script(text, language):
    """Return the characters of a text that belong to the other script."""
    lacking = {sign for sign in text if not sign.encode(CHARSETS[language], "ignore")}
    return lacking | (FOREIGN[language] & set(text))


def run(*arguments):
    environment = {"LANG": "C", "LC_ALL": "C", "ZHIKE_LANG": None}
    return CliRunner(env=environment).invoke(app, ["tables", *arguments])


def printed(*arguments):
    """Return the title, if any, and the rows by their first cell."""
    result = run(*arguments)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    title = lines.pop(0) if "\t" not in lines[0] else None
    head, *body = (line.split("\t") for line in lines)
    return title, {cells[0]: dict(zip(head, cells, strict=True)) for cells in body}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", [*((name, None) for name in CONTRACTS), *COLUMNS], ids=str)
def test_every_table_and_column_is_a_sentence_in_every_language(place, language):
    meaning = meaning_of(*place).in_language(language)
    assert meaning == meaning.strip()
    assert meaning.endswith("." if language == "en" else "。")
    assert len(meaning) > len("。")
    assert bool(re.search(r"[\u4e00-\u9fff]", meaning)) == (language != "en")


def test_the_english_is_the_contracts_own():
    for table in CONTRACTS.values():
        assert meaning_of(table.name).en == table.meaning
        assert [meaning_of(table.name, column.name).en for column in table.columns] == [
            column.meaning for column in table.columns
        ]


def test_no_meaning_is_left_of_a_table_or_column_that_is_gone():
    assert list(TABLE_MEANINGS) == list(CONTRACTS)
    assert COLUMN_MEANINGS.keys() <= {f"{table}.{column}" for table, column in COLUMNS}
    assert SHARED_MEANINGS.keys() == {column for _, column in shared()}


def test_a_shared_meaning_speaks_for_columns_that_mean_the_same():
    uses = Counter(column for _, column in shared())
    english = {column: {meaning_of(*place).en for place in shared() if place[1] == column} for column in uses}
    assert {column for column, count in uses.items() if count == 1} == set()
    assert {column: texts for column, texts in english.items() if len(texts) > 1} == {}


def test_an_own_meaning_goes_before_the_shared_one():
    assert meaning_of("customers", "customer_id").zh_hans == "银行的客户编号。"
    assert meaning_of("holdings", "customer_id").zh_hans == "客户编号。"


def test_kinds_and_units_are_those_of_the_contracts():
    units = {column.unit for table in CONTRACTS.values() for column in table.columns}
    assert set(UNITS) == units - {None}
    assert set(KINDS) == {table.kind for table in CONTRACTS.values()}
    assert all(text.en == name for name, text in {**KINDS, **UNITS}.items())


def chinese():
    """Return every Chinese text of the module as (where, zh-Hans, zh-Hant)."""
    pairs = {**TABLE_MEANINGS, **SHARED_MEANINGS, **COLUMN_MEANINGS}
    words = {name: (text.zh_hans, text.zh_hant) for name, text in {**KINDS, **UNITS}.items()}
    return [(where, *pair) for where, pair in [*pairs.items(), *words.items()]]


@pytest.mark.parametrize(("where", "hans", "hant"), chinese(), ids=[row[0] for row in chinese()])
def test_each_script_is_its_own(where, hans, hant):
    assert wrong_script(hans, "zh-Hans") == set(), where
    assert wrong_script(hant, "zh-Hant") == set(), where
    assert not [word for word in MAINLAND_WORDS if word in hant]
    assert not [word for word in REGIONAL_WORDS if word in hans]
    assert not set("「」") & set(hans)
    assert not set("“”") & set(hant)


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    SCRIPTS,
)
def test_a_character_of_the_other_script_is_found(simplified, traditional):
    assert wrong_script(simplified, "zh-Hant") == {simplified}
    assert wrong_script(traditional, "zh-Hans") == {traditional}
    assert wrong_script(simplified, "zh-Hans") == wrong_script(traditional, "zh-Hant") == set()


def test_unknown_names_are_named():
    with pytest.raises(UsageError, match="customer"):
        meaning_of("customer")
    with pytest.raises(ContractError, match="colour"):
        meaning_of("customers", "colour")


@pytest.mark.parametrize(
    ("language", "kind", "meaning"),
    [
        ("en", "event", "A booking on an account."),
        ("zh-Hans", "事件", "账户上的一笔记账交易。"),
        ("zh-Hant", "事件", "帳戶上的一筆記帳交易。"),
    ],
)
def test_the_list_of_tables_speaks_the_language(language, kind, meaning):
    title, rows = printed("--lang", language)
    assert title is None
    assert list(rows) == list(CONTRACTS)
    cells = list(rows["transactions"].values())
    assert cells[1:3] == [kind, meaning]
    assert [list(row.values())[2] for row in rows.values()] == [
        meaning_of(name).in_language(language) for name in CONTRACTS
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CONTRACTS)
def test_the_columns_of_a_table_speak_the_language(name, language):
    title, rows = printed(name, "--lang", language)
    assert meaning_of(name).in_language(language) in title
    assert KINDS[CONTRACTS[name].kind].in_language(language) in title
    for column in CONTRACTS[name].columns:
        cells = list(rows[column.name].values())
        assert cells[-1] == meaning_of(name, column.name).in_language(language)
        assert cells[2] == ("" if column.unit is None else UNITS[column.unit].in_language(language))
        assert cells[3] == column.personal


def test_heads_are_translated_too():
    assert list(printed("prices", "--lang", "zh-Hans")[1]["price"])[3] == "个人金融信息类别"
    assert list(printed("prices", "--lang", "zh-Hant")[1]["price"])[3] == "個人金融資料類別"
    assert list(printed("prices")[1]["price"])[3] == "personal data"


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_has_codes_as_they_stand_and_meanings_in_the_language(language):
    found = json.loads(run("--json", "--lang", language).stdout)
    assert [table["name"] for table in found] == list(CONTRACTS)
    for table in found:
        assert table["meaning"] == meaning_of(table["name"]).in_language(language)
        assert table["kind"] == CONTRACTS[table["name"]].kind
        for column, declared in zip(table["columns"], CONTRACTS[table["name"]].columns, strict=True):
            assert column["meaning"] == meaning_of(table["name"], declared.name).in_language(language)
            assert (column["name"], column["unit"]) == (declared.name, declared.unit)


def test_json_of_one_table_is_one_document():
    found = json.loads(run("accounts", "--json", "--lang", "zh-Hant").stdout)
    assert (found["name"], found["meaning"]) == ("accounts", "有餘額的帳戶。")
    assert found["as_of"] == ["valid_from", "known_at"]
