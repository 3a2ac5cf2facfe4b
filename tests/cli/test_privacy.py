"""`zhike privacy`: what the commands do to a store and a bank folder, what they print, and with which exit code they leave."""

import json
import stat

import decide_bank
import pytest
import served_bank

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
ASKED = ("--reason", "asked in writing, identity checked")
TWO, MANAGER = (
    ("--approved-by", "data_protection_officer", "compliance"),
    ("--approved-by", "branch_manager", "compliance"),
)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A store with the small bank and its staff, and the bank folder beside."""
    from zhike.adapters.store import open_store

    with open_store(tmp_path / "zhike.db") as store:
        served_bank.furnish(store)
    monkeypatch.setenv("ZHIKE_STORE", str(tmp_path / "zhike.db"))
    decide_bank.write(tmp_path / "bank", served_bank.content())
    return tmp_path


@pytest.fixture
def key(zhike, house):
    path = house / "bank.key"
    path.write_text(zhike("audit", "key").out, "utf-8")
    return path


def erased(zhike, *more):
    answer = zhike("privacy", "erase", "C02", *ASKED, *TWO, "--relationship-end", "2026-06-30", *more)
    assert answer.code == 0, answer.err
    return answer


def test_a_customer_is_erased_everywhere(zhike, house):
    answer = erased(zhike, "--bank", house / "bank", "--json")
    ledger, bank = answer.json["certificates"]
    assert (ledger["place"], bank["place"]) == ("ledger", "bank:small")
    assert (ledger["proposed_by"], ledger["approved_by"]) == ("data_protection_officer", "compliance")
    assert bank["erased"]["holdings"]["rows"] == 2
    texts = b"".join(path.read_bytes() for path in (house / "bank").rglob("*.parquet"))
    assert b"C02" not in texts
    again = erased(zhike, "--bank", house / "bank", "--json")
    assert again.json == answer.json
    assert (
        zhike(
            "api", "--post", "/v1/decisions", "--data", '{"customer_id": "C02"}', "--as", "integration"
        ).code
        == 1
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("house")
def test_what_is_kept_is_shown_in_every_language(zhike, language):
    zhike("api", "--post", "/v1/decisions", "--data", '{"customer_id": "C02"}', "--as", "integration")
    out = erased(zhike, "--lang", language).out
    assert "C02" in out.splitlines()[0]
    assert "cn.nfra.suitability.record_years" in out
    assert "2031-06-30" in out


@pytest.mark.usefixtures("house")
def test_while_the_relationship_lasts_and_when_it_ends(zhike):
    zhike("api", "--post", "/v1/decisions", "--data", '{"customer_id": "C02"}', "--as", "integration")
    out = zhike("privacy", "anonymise", "C02", *ASKED, *TWO).out
    assert "5 years after the end" in out
    assert "found DATE 'soon'" in zhike("privacy", "ended", "C02", "soon").err
    assert zhike("privacy", "ended", "C02", "2015-01-01", "--json").json == {"parts": 2}
    assert zhike("privacy", "ended", "C02", "2015-01-01").out == "0 parts are dated\n"
    assert zhike("privacy", "expire", "--json").json == {
        "parts": 2,
        **dict.fromkeys(("messages", "sessions", "words", "sheets", "invitations"), 0),
    }
    out = zhike("privacy", "expire").out
    assert out.startswith("parts no longer kept: 0; messages: 0; sessions: 0; surveys: own words of 0 sheets")


@pytest.mark.usefixtures("house")
def test_two_persons_with_the_rights(zhike):
    alone = zhike(
        "privacy",
        "erase",
        "C02",
        *ASKED,
        "--approved-by",
        "data_protection_officer",
        "data_protection_officer",
    )
    assert (alone.code, alone.out) == (2, "")
    assert "another person" in alone.err
    for two in (("rm", "compliance"), ("data_protection_officer", "rm")):
        refused = zhike("privacy", "erase", "C02", *ASKED, "--approved-by", *two)
        assert refused.code == 2
        assert "no right to" in refused.err
    assert (
        "no such member of staff" in zhike("privacy", "erase", "C02", *ASKED, "--approved-by", "x", "y").err
    )
    short = zhike("privacy", "erase", "C02", "--reason", "so", *TWO, "--json")
    assert json.loads(short.err)["error"]["code"] == "state_conflict"
    assert (
        zhike(
            "api", "--post", "/v1/decisions", "--data", '{"customer_id": "C02"}', "--as", "integration"
        ).code
        == 0
    )


def test_nothing_is_erased_where_the_bank_folder_is_none(zhike, house):
    answer = zhike("privacy", "erase", "C02", *ASKED, *TWO, "--bank", house / "nowhere")
    assert answer.code == 2
    assert zhike("privacy", "certificate", "C02").code == 2
    assert zhike("privacy", "erase", "C99", *ASKED, *TWO).code == 2


def test_a_certificate_is_checked_without_the_store(zhike, house, key):
    erased(zhike)
    out = house / "C02.json"
    assert zhike("privacy", "certificate", "C02", "--out", out).out == f"written to {out}\n"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    good = zhike("privacy", "check", out, "--public-key", key)
    assert (good.code, good.out) == (0, "The certificate is as it was signed.\n")
    several = json.loads(out.read_text("utf-8"))
    one = house / "one.json"
    one.write_text(json.dumps(several["certificates"][0]), "utf-8")
    assert zhike("privacy", "check", one, "--public-key", key, "--json").json == {"holds": True}
    several["certificates"][0]["approved_by"] = "nobody"
    out.write_text(json.dumps(several), "utf-8")
    bad = zhike("privacy", "check", out, "--public-key", key)
    assert bad.code == 1
    assert (
        len(
            {
                zhike("privacy", "check", out, "--public-key", key, "--lang", language).out
                for language in LANGUAGES
            }
        )
        == 3
    )
    other = house / "other.key"
    other.write_text("ab" * 32, "utf-8")
    assert zhike("privacy", "check", one, "--public-key", other).code == 1


@pytest.mark.parametrize("text", ["not json", "[1, 2]", '{"certificates": [1]}', "7"])
def test_a_file_that_is_no_certificate(zhike, house, key, text):
    file = house / "odd.json"
    file.write_text(text, "utf-8")
    answer = zhike("privacy", "check", file, "--public-key", key, "--json")
    assert answer.code == 2
    assert json.loads(answer.err)["error"]["code"] == "input_unreadable"
    assert zhike("privacy", "check", house / "none.json", "--public-key", key).code == 2


def test_data_are_handed_out(zhike, house):
    found = zhike("privacy", "export", "C02").json
    assert (found["format"], found["customer"]) == ("zhike-personal-data/1", "C02")
    out = house / "data.json"
    zhike("privacy", "export", "C02", "--portable", "--out", out, "--lang", "zh-Hant")
    chinese = json.loads(out.read_text("utf-8"))
    meanings = [
        {one["name"]: one["meaning"] for one in part["archive"][0]["attributes"]} for part in (found, chinese)
    ]
    assert meanings[0]["age"] != meanings[1]["age"]
    assert zhike("privacy", "export", "C99").code == 2


@pytest.mark.usefixtures("house")
def test_records_are_merged_and_parted(zhike):
    merged = zhike("privacy", "merge", "C02", "C03", *ASKED, *MANAGER)
    assert merged.out == "C02 is now C03\n"
    asked = zhike("api", "--post", "/v1/decisions", "--data", '{"customer_id": "C02"}', "--as", "integration")
    assert asked.json["customer_id"] == "C03"
    assert zhike("privacy", "merge", "C02", "C04", *ASKED, *MANAGER).code == 2
    parted = zhike("privacy", "unmerge", "C02", *ASKED, *MANAGER, "--json").json
    assert parted["customer"] == "C02"
    assert zhike("privacy", "unmerge", "C02", *ASKED, *MANAGER).code == 2
    assert zhike("privacy", "merge", "C02", "C06", *ASKED, *MANAGER).code == 2  # of another branch


def test_a_folder_is_swept_of_everybody_who_was_erased(zhike, house):
    assert zhike("privacy", "sweep", house / "bank", "--json").json == {"certificates": []}
    erased(zhike)
    (certificate,) = zhike("privacy", "sweep", house / "bank", "--json").json["certificates"]
    assert certificate["place"] == "bank:small"
    assert "C02 is erased in bank:small" in zhike("privacy", "sweep", house / "bank").out


def test_a_path_can_be_deleted_without_a_server(zhike, house):  # noqa: ARG001 - whose store it is
    who = ("--as", "administrator", "--purpose", "operation")
    body = '{"url": "https://hooks.example.org/a", "topics": ["offer.made"]}'
    made = zhike("api", "--post", "/v1/webhooks", "--data", body, *who).json
    assert zhike("api", "--delete", f"/v1/webhooks/{made['webhook_id']}", *who).code == 0
    assert zhike("api", "--get", "/v1/webhooks", *who).json["webhooks"][0]["state"] != made["state"]
