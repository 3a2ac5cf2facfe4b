"""Results of surveys over the interface: who may see them, what is held back, what changes them, and words with the call-back that they led to."""

import heard_bank as heard
import pytest
import two_persons
from own_visit import make_link

from zhike.act.kiosks import do_keep_sheet

QUALITY = ("service_quality", "quality")


def ask(bank, path, who=QUALITY, **params):
    query = "&".join(f"{name}={value}" for name, value in params.items())
    return bank.get(who[0], f"/v1/instruments/{path}?{query}", purpose=who[1])


@pytest.fixture(scope="module")
def full(shared):
    """A bank in which many customers have answered many instruments."""
    heard.hear_everything(shared.acting)
    return shared


def test_rates_count_whose_time_is_over(bank):
    who = [row["customer_id"] for row in heard.people(bank.store, 40)]
    heard.hear(bank.acting, "csat", [(one, {"satisfied": 5}, 40, 1) for one in who[:10]], silent=who[10:30])
    heard.hear(bank.acting, "csat", [(one, {"satisfied": 1}, 2, 1) for one in who[30:]], days=2)
    with bank.store.write() as tx:
        tx.change("survey_invitations", {"customer_id": who[5:12]}, {"reminders": 1})
    asked = ask(bank, "csat/results").json()["asked"]
    assert (asked["reminded"], asked["reminded_answered"]) == (7, 5)
    assert (asked["invited"], asked["answered"], asked["running"], asked["running_answered"]) == (
        30,
        10,
        10,
        10,
    )
    assert asked["rate"]["value"] == pytest.approx(1 / 3)
    assert asked["rate"]["low"] < 1 / 3 < asked["rate"]["high"]
    assert sum(row["invited"] for row in asked["groups"] if row["by"] == "branch") == 30


def test_a_share_is_wilsons_and_weighted_to_all_customers(bank):
    people = heard.people(bank.store, 200)
    mass = [row["customer_id"] for row in people if row["tier"] == "mass"]
    private = [row["customer_id"] for row in people if row["tier"] == "private"]
    happy = [(one, {"satisfied": 5}, 30, 1) for one in private[:10]]
    heard.hear(bank.acting, "csat", [*happy, *((one, {"satisfied": 2}, 30, 1) for one in mass[:10])])
    body = ask(bank, "csat/results").json()
    (score,) = body["scores"]
    assert (score["unit"], score["n"], score["answered"]["value"]) == ("share", 20, 0.5)
    assert score["answered"]["low"] == pytest.approx(0.29930, abs=1e-4)  # Wilson, 10 of 20
    # Far more customers are of tier mass than answered: the share for all of them is lower, and less sure.
    assert score["weighted"]["value"] < 0.3
    assert body["represented"]["deff"] > 1.2
    assert body["represented"]["n_eff"] < 20
    assert body["represented"]["unrepresented"] >= sum(row["tier"] == "affluent" for row in people)


def test_a_small_group_is_held_back_and_does_not_follow_from_the_others(bank):
    people = heard.people(bank.store, 120)
    who = {name: [row["customer_id"] for row in people if row["branch"] == name] for name in heard.BRANCHES}
    sheets = {one: {"satisfied": 4} for one in who["north"][:20]} | {
        one: {"satisfied": 3} for one in who["south"][:15]
    }
    heard.hear(bank.acting, "csat", sheets | {one: {"satisfied": 1} for one in who["west"][:5]})
    body = ask(bank, "csat/results").json()
    groups = {row["group"]: row for one in body["groups"] if one["by"] == "branch" for row in one["groups"]}
    assert (groups["north"]["value"], groups["north"]["n"]) == (1.0, 20)
    # Of five, nothing; five of the fifteen beside them are held as well, or the five would follow from the whole.
    assert (groups["west"]["suppressed"], groups["west"]["value"], groups["west"]["n"]) == (True, None, None)
    assert groups["south"]["n"] == 10
    assert body["scores"][0]["n"] - 30 == 10


def test_two_looks_differ_by_ten_sheets_or_not_at_all(bank):
    people = heard.people(bank.store, 60)
    who = [row["customer_id"] for row in people if row["branch"] == "north"]
    heard.hear(bank.acting, "csat", {one: {"satisfied": 5} for one in who[:20]})
    first = ask(bank, "csat/results").json()
    heard.hear(bank.acting, "csat", [(who[20], {"satisfied": 1}, 20, 1)], days=20)
    second = ask(bank, "csat/results").json()
    assert (first["sheets"], second["sheets"], second["held"]) == (20, 20, 1)
    for part in ("scores", "groups", "questions", "late"):
        assert first[part] == second[part]
    # Nor do two periods: an end moved by a day adds ten sheets or none.
    day = first["last_day"]
    heard.hear(bank.acting, "csat", [(one, {"satisfied": 1}, 3, 1) for one in who[21:26]], days=3)
    assert ask(bank, "csat/results", until=day).json()["sheets"] == 20


def test_nothing_is_told_of_nine(bank):
    who = [row["customer_id"] for row in heard.people(bank.store, 20)]
    heard.hear(bank.acting, "csat", {one: {"satisfied": 5} for one in who[:9]})
    (score,) = ask(bank, "csat/results").json()["scores"]
    assert (score["suppressed"], score["answered"], score["weighted"]) == (True, None, None)
    assert all(
        one["suppressed"] and not one["answers"] for one in ask(bank, "csat/results").json()["questions"]
    )
    heard.hear(bank.acting, "csat", {who[9]: {"satisfied": 5}}, days=39)
    (score,) = ask(bank, "csat/results").json()["scores"]
    assert score["answered"]["value"] == 1.0


def test_a_branch_manager_sees_the_own_branch_only(full):
    body = ask(full, "ecsi_bank/results", ("branch_manager", "supervision")).json()
    whole = ask(full, "ecsi_bank/results").json()
    assert body["branch"] == "north"
    assert 0 < body["sheets"] < whole["sheets"]
    branches = {row["group"] for row in body["represented"]["margins"] if row["by"] == "branch"}
    assert branches == set()  # there is nothing to compare the branch with
    assert {row["group"] for one in body["groups"] if one["by"] == "branch" for row in one["groups"]} == {
        "north"
    }


@pytest.mark.parametrize(
    "who",
    [
        ("rm", "service"),
        ("complaints_officer", "complaint"),
        ("compliance", "audit"),
        ("service_quality", "marketing"),
    ],
)
def test_who_serves_customers_or_sells_sees_no_results(full, who):
    for part in ("results", "model", "waves", "attributes", "tables/scores.csv"):
        assert ask(full, f"ecsi_bank/{part}", who).status_code == 403


def test_results_change_with_every_tenth_sheet_and_go_with_whoever_is_erased(bank):
    who = [row["customer_id"] for row in heard.people(bank.store, 30)]
    heard.hear(bank.acting, "csat", {one: {"satisfied": 5} for one in who[:12]})
    assert ask(bank, "csat/results").json()["sheets"] == 10
    heard.hear(
        bank.acting,
        "csat",
        {one: {"satisfied": 5} for one in who[12:20]} | {"C04": {"satisfied": 1}},
        days=30,
    )
    heard.hear(bank.acting, "csat", {one: {"satisfied": 5} for one in who[20:29]}, days=20)
    assert ask(bank, "csat/results").json()["scores"][0]["answered"]["value"] < 1
    two_persons.erased(bank, "C04")
    body = ask(bank, "csat/results").json()
    assert (body["sheets"], body["held"], body["scores"][0]["answered"]["value"]) == (20, 9, 1.0)


def test_a_second_look_computes_nothing(full, monkeypatch):
    first = ask(full, "nps/results").json()
    monkeypatch.setattr("zhike.api.hearing.whole_results", lambda *_: pytest.fail("computed again"))
    assert ask(full, "nps/results").json() == first


def test_the_path_model_finds_the_world_it_was_drawn_from(full):
    body = ask(full, "ecsi_bank/model").json()
    assert body["state"] == "told"
    paths = {(one["start"], one["end"]): one for one in body["paths"]}
    assert len(paths) == 12
    strong, none = paths["quality", "satisfaction"], paths["expectation", "satisfaction"]
    assert strong["told"]
    assert strong["coefficient"]["low"] > 0.2
    assert not none["told"]
    assert none["coefficient"]["low"] < 0 < none["coefficient"]["high"]
    complaints = next(one for one in body["latents"] if one["latent"] == "complaints")
    assert complaints["items"] == ["cusco", "cusco_if"]  # whichever was asked
    assert 0 < complaints["index"]["low"] < complaints["index"]["high"] < 100


def test_a_path_model_says_what_it_needs(bank):
    who = [row["customer_id"] for row in heard.people(bank.store, 60)]
    heard.hear(bank.acting, "ecsi_bank", dict(zip(who, heard.ecsi(60), strict=True)))
    body = ask(bank, "ecsi_bank/model").json()
    assert (body["state"], body["needed"], body["persons"], body["paths"]) == ("too_few", 100, 60, [])
    assert ask(bank, "csat/model").status_code == 404


def test_attributes_say_what_was_put_into_them(full):
    found = ask(full, "complaint_handling/attributes").json()["importance"]
    first = max(found["attributes"], key=lambda one: one["importance"])
    assert first["attribute"] == "fair_outcome"
    for one in found["attributes"]:
        assert sum(one["chances"].values()) == pytest.approx(1)
    gaps = ask(full, "servqual_bank/attributes").json()["gaps"]
    worst = min(gaps["dimensions"], key=lambda one: one["gap"]["value"])
    assert (worst["name"], round(worst["points"])) == ("reliability", 35)
    assert worst["gap"]["high"] < 0
    assert gaps["weighted"]["value"] < gaps["unweighted"]["value"]
    features = {
        one["feature"]: one for one in ask(full, "kano_service/attributes").json()["kano"]["features"]
    }
    assert (features["calls_back"]["category"], features["calls_back"]["told"]) == ("M", True)
    assert features["own_adviser"]["category"] == "A"
    assert ask(full, "csat/attributes").json()["kano"] is None


def test_a_journey_is_told_stage_by_channel_and_too_few_ratings_are_not(full):
    body = ask(full, "journey_pulse/journeys").json()
    told = {one["journey"]: one for one in body["journeys"]}
    assert told["loan"]["state"] == "too_few"
    assert (told["loan"]["needed"], "20" in told["loan"]["problem"]) == (20, True)
    points = {one["touchpoint"]: one for one in told["account_opening"]["touchpoints"]}
    video, counter = points["video_identification"], points["counter_identification"]
    assert (video["verdict"], video["settled"], video["moment_of_truth"], video["agreement"]) == (
        "defect",
        True,
        False,
        "only_map",
    )  # the map says so; hardly anybody rated it high, so the answers cannot
    assert video["experience"]["high"] < 3
    assert (counter["verdict"], counter["experience"]["value"]) == ("untold", None)
    assert ask(full, "nps/journeys").status_code == 404
    assert "video_identification" in ask(full, "journey_pulse/tables/touchpoints.csv").text


def test_waves_count_a_person_twice_as_the_same_person(full):
    body = ask(full, "nps/waves").json()
    (score,) = body["waves"]
    pair = score["pair"]
    assert (pair["before"], pair["after"], pair["shared"]) == ("2026-05", "2026-06", 40)
    apart = (pair["first"]["error"] ** 2 + pair["second"]["error"] ** 2) ** 0.5
    assert pair["difference"]["error"] != pytest.approx(apart, rel=1e-6)  # their covariance is allowed for
    assert pair["verdict"] in {"higher", "lower", "open"}
    assert {one["mode"] for one in body["modes"]} == {"phone"}
    other = ask(full, "nps/waves", before="2026-06", after="2026-06").json()
    assert other["after"] == "2026-06"
    assert ask(full, "nps/waves", before="June").status_code == 422


@pytest.mark.parametrize(
    "table",
    [
        "scores",
        "groups",
        "response",
        "margins",
        "questions",
        "late",
        "paths",
        "latents",
        "importance",
        "waves",
        "modes",
    ],
)
def test_every_table_is_a_file(full, table):
    answer = ask(full, f"ecsi_bank/tables/{table}.csv")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert len(rows) > 1 or table == "modes"
    assert len({line.count(",") for line in rows[:1]}) == 1
    assert "H0" not in answer.text  # no customer stands in a table of results


def test_an_unknown_table_or_instrument_or_version_is_told(full):
    assert ask(full, "nps/tables/nothing.csv").status_code == 422
    assert ask(full, "nothing/results").status_code == 404
    assert ask(full, "nps/results", version="2020-01-01").status_code == 404
    assert ask(full, "nps/results", **{"from": "2026-07-02", "until": "2026-07-01"}).status_code == 422


def test_words_are_redacted_searched_and_paged(full):
    body = ask(full, "nps/words").json()
    assert len(body["words"]) == 50
    assert "138 0013" not in str(body)
    assert any("call [phone]" in one["words"] for one in body["words"])
    assert any(one["question"] == "You answered 6. What disappointed you?" for one in body["words"])
    older = ask(full, "nps/words", after=body["next"]).json()
    assert {(one["customer_id"], one["answered_at"]) for one in older["words"]}.isdisjoint(
        (one["customer_id"], one["answered_at"]) for one in body["words"]
    )
    found = ask(full, "nps/words", q="WAITED 5 MIN").json()
    assert all("Waited 5" in one["words"] for one in found["words"])
    assert found["matching"] == len(found["words"]) > 0
    assert ask(full, "nps/words", after="x").status_code == 422


def test_words_are_for_whoever_may_read_them(full):
    mine = ask(full, "nps/words", ("rm", "service")).json()
    theirs = ask(full, "nps/words", ("branch_manager", "service")).json()
    everybody = ask(full, "nps/words").json()
    assert 0 < mine["looked_at"] <= theirs["looked_at"] < everybody["looked_at"]
    assert mine["hidden"] == everybody["looked_at"] - mine["looked_at"]
    analyst = ask(full, "nps/words", ("analyst", "analysis")).json()
    assert (analyst["words"], analyst["looked_at"]) == ([], 0)
    assert ask(full, "nps/words", ("rm", "marketing")).status_code == 403
    assert ask(full, "nps/words", ("administrator", "operation")).status_code == 404  # meets no customer


def test_words_lead_to_the_call_back_that_they_opened(bank):
    body = {"customer_id": "C02", "instrument": "csat"}
    name = bank.post("rm", "/v1/surveys", body, purpose="service").json()["invitation_id"]
    bank.tokens["own"] = make_link(bank, "C02")["token"]
    for answers in ({"satisfied": 1}, {"why": "waiting", "words": "I waited for two hours."}):
        bank.put("own", f"/v1/me/surveys/{name}", {"answers": answers})
    assert bank.post("own", f"/v1/me/surveys/{name}/send", None).status_code == 200
    (loop,) = bank.rows("loops")
    (one,) = ask(bank, "csat/words").json()["words"]
    assert one["words"] == "I waited for two hours."
    assert one["loop"] == {"loop_id": loop["loop_id"], "state": "open"}
    assert loop["invitation_id"] == name
    answer = bank.get("rm", "/v1/loops.csv", purpose="service")
    assert "I waited for two hours." in answer.text
    assert len(answer.text.splitlines()) == 2
    assert len(bank.get("rm_south", "/v1/loops.csv", purpose="service").text.splitlines()) == 1
    assert bank.get("analyst", "/v1/loops.csv", purpose="analysis").status_code == 403


def test_instruments_say_how_sound_they_are(full):
    listed = full.get("rm", "/v1/instruments", purpose="service").json()["instruments"]
    found = {one["instrument"]: one for one in listed}
    assert len(found) == 11
    ecsi = found["ecsi_bank"]
    assert (ecsi["questions"], ecsi["short_questions"], ecsi["findings"], ecsi["every_path"]) == (
        26,
        11,
        0,
        True,
    )
    assert (ecsi["opens"], ecsi["opens_at"]) == ("score.satisfaction", 35)
    assert ecsi["modes"] == [{"mode": "web", "invitations": 260}]
    assert ecsi["short_minutes"] < ecsi["minutes"] < 10
    one = full.get(
        "rm", "/v1/instruments/nps", purpose="service", headers={"Accept-Language": "zh-Hant"}
    ).json()
    assert one["blocks"][1]["questions"][2]["when"] == "recommend <= 6"
    assert one["blocks"][0]["questions"][0]["text"].startswith("有人問起時")
    assert one["against"] is None


def test_imported_sheets_count_where_their_customer_is_served(bank, tmp_path):
    who = [row["customer_id"] for row in heard.people(bank.store, 30)]
    heard.hear(bank.acting, "csat", {one: {"satisfied": 5} for one in who[:10]})
    bank.service.bank = heard.loaded(
        tmp_path / "loaded",
        "csat",
        {one: {"satisfied": 1, "why": "waiting"} for one in [*who[10:20], "stranger"]},
    )
    body = ask(bank, "csat/results").json()
    assert (body["sheets"], body["imported"], body["asked"]["invited"]) == (20, 10, 10)
    assert body["scores"][0]["answered"]["value"] == 0.5
    assert {row["answer"]: row["n"] for row in body["questions"][1]["answers"]}["waiting"] == 10
    groups = {row["group"]: row for one in body["groups"] if one["by"] == "mode" for row in one["groups"]}
    assert (groups["import"]["value"], groups["web"]["value"]) == (0.0, 1.0)


def test_a_phone_keeps_what_is_not_said_and_a_kiosk_stands_apart(bank):
    """Sheets of people whom nobody knows are in what is told by mode, and in nothing else."""
    who = [row["customer_id"] for row in heard.people(bank.store, 80)]
    why = ["waiting", "refused", "waiting", "dont_know"]
    given = [
        {"satisfied": 4} if place % 2 else {"satisfied": 2, "why": why[place // 2 % 4]} for place in range(60)
    ]
    heard.hear(
        bank.acting, "csat", [(one, told, 10, 1, "phone") for one, told in zip(who, given, strict=False)]
    )
    before = ask(bank, "csat/results").json()
    unsaid = {one["question"]: one["unsaid"] for one in before["questions"]}
    assert unsaid == {"satisfied": {"dont_know": 0, "refused": 0}, "why": {"dont_know": 7, "refused": 8}}
    assert next(one["n"] for one in before["questions"] if one["question"] == "why") == 15
    sheet = {
        "version": heard.instrument("csat").version,
        "seed": 0,
        "language": "en",
        "mode": "kiosk",
        "elder": False,
        "given": {},
    }
    with bank.store.write() as tx:
        for place in range(12):
            filled = {**sheet, "answers": {"satisfied": 5}}
            do_keep_sheet(
                bank.acting,
                tx,
                {"kiosk_id": "k1", "branch": "north"},
                f"sheet-{place}",
                filled,
                {"csat": 1.0},
            )
    after = ask(bank, "csat/results").json()
    assert (before.pop("unknown"), after.pop("unknown")) == (0, 12)
    assert after == before
    (kiosks,) = ask(bank, "csat/waves").json()["modes"]
    assert (kiosks["usual"], kiosks["mode"], kiosks["n"], kiosks["verdict"]) == (
        "phone",
        "kiosk_unknown",
        [60, 12],
        "higher",
    )
