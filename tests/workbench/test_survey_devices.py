"""Surveys on devices that are not the customer's own, by forms alone: a tablet handed over, a call, a kiosk; each shows what it must and nothing else."""

import re

import decide_bank
import made_up_survey as made
import pytest
from own_visit import OwnVisit

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

WHO = "C02"


def en(key):
    return WORDS[key].en


class Device:
    """One browser without a screen that is at the workbench, and then in a customer's hands."""

    def __init__(self, visit):
        self.visit = visit
        self.bank = visit.bank

    def get(self, path, **headers):
        return self.bank.run(self.visit.client.get(path, headers=headers))

    def send(self, path, page, **fields):
        """Send a form as it stands on a page."""
        key = re.search(r'name="form" value="([0-9a-f]{64})"', page.text)[1]
        return self.bank.run(self.visit.client.post(path, data={"form": key, **fields}))

    def customer(self):
        return self.get(f"/workbench/customers/{WHO}")

    def ask(self, mode, instrument="csat"):
        return self.send(
            "/workbench/asking", self.customer(), customer_id=WHO, instrument=instrument, mode=mode
        )


@pytest.fixture
def device(desk):
    return Device(desk)


def only(bank, table):
    (row,) = bank.rows(table)
    return row


def test_a_tablet_that_is_handed_over_shows_the_survey_and_nothing_else(device):
    page = device.ask("tablet")
    name = only(device.bank, "survey_invitations")["invitation_id"]
    assert page.url.path == f"/me/surveys/{name}"
    for staff_only in ("/workbench/", WHO, "单芳", '/me/"'):
        assert staff_only not in page.text
    assert "/sign-in" in str(device.customer().url)  # whoever goes back finds the door
    assert device.get("/me/").url.path == f"/me/surveys/{name}"  # and no page of the customer's either
    for path, fields in (
        ("/me/consents", {"purpose": "survey", "channel": "all", "status": "given"}),
        ("/me/my-data.json", {}),
    ):
        assert device.send(path, page, **fields).status_code == 401
    done = device.send(f"/me/surveys/{name}", page, number="1", go="next", **{"a.satisfied": "5"})
    done = device.send(f"/me/surveys/{name}/send", done)
    assert en("device.back") in done.text
    assert only(device.bank, "survey_answers")["mode"] == "tablet"
    assert device.get(f"/me/surveys/{name}/thanks").url.path == "/me/"  # the device has forgotten it
    assert only(device.bank, "customer_links")["revoked_at"] is not None
    assert device.visit.sign_in().url.path == "/workbench/today"


def test_a_tablet_that_nobody_sends_ends_by_itself(device):
    page = device.ask("tablet")
    device.bank.clock.later(minutes=31)
    assert en("own.ended") in device.get(page.url.path).text


def test_a_call_is_read_out_and_what_is_not_said_is_noted(device):
    page = device.ask("phone")
    assert page.url.path.startswith("/workbench/asking/")
    place = page.url.path
    assert "May I begin?" in page.text
    page = device.send(place, page, number="1", go="next", **{"a.satisfied": "2"})
    assert "May I begin?" in page.text  # behind a fold now
    page = device.send(
        place, page, number="1", go="next", **{"a.satisfied": "2", "a.why": "refused", "a.words": "dont_know"}
    )
    assert "May I send your answers?" in page.text
    back = device.send(f"{place}/send", page)
    assert back.url.path == f"/workbench/customers/{WHO}"
    sheet = only(device.bank, "survey_answers")
    assert (sheet["mode"], sheet["actor"], sheet["state"]) == ("phone", "rm", "complete")
    assert sheet["answer"]["answers"] == {"satisfied": 2, "why": "refused", "words": "dont_know"}
    assert only(device.bank, "loops")["detail"]["words"] is None or "dont_know" not in str(
        only(device.bank, "loops")["detail"]
    )
    assert only(device.bank, "survey_invitations")["asked"]["contacts"] == [
        [device.bank.clock.now(), "phone"]
    ]
    live = device.bank.rows("customers", {"customer_id": WHO})[0]["live"]
    assert [channel for _, channel in live["contacts"]] == ["phone"]


def test_who_does_not_want_to_answer_is_left_alone(device):
    page = device.ask("phone")
    device.send(f"{page.url.path}/decline", page, never="yes")
    assert only(device.bank, "survey_invitations")["state"] == "declined"
    consent = only(device.bank, "consents")
    assert (consent["purpose"], consent["channel"], consent["status"]) == ("survey", "all", "withdrawn")
    again = device.ask("phone")
    assert again.status_code == 409


def test_what_was_refused_on_the_phone_is_asked_again_on_the_web(device):
    page = device.ask("phone")
    device.send(page.url.path, page, number="1", go="next", **{"a.satisfied": "refused"})
    name = only(device.bank, "survey_invitations")["invitation_id"]
    own = OwnVisit(device.bank)
    token = device.bank.post("rm", f"/v1/surveys/{name}/links", {"mode": "web"}, purpose="service").json()[
        "token"
    ]
    shown = own.enter(token)
    assert shown.url.path == f"/me/surveys/{name}"
    assert "checked" not in shown.text
    assert 'name="a.satisfied"' in shown.text


def kiosk(desk, instrument="csat"):
    """Make a device a kiosk; return it."""
    desk.sign_in("branch_manager")
    device = Device(desk)
    page = device.send(
        "/workbench/kiosks", device.get("/workbench/kiosks"), name="At the door", instrument=instrument
    )
    assert page.url.path == "/me/kiosk", page.text
    return device, page


def test_a_kiosk_takes_answers_of_nobody_and_starts_over(visit):
    device, page = kiosk(visit)
    assert "/sign-in" in str(device.get("/workbench/today").url)
    page = device.send("/me/kiosk/begin", page)
    assert page.url.path == "/me/kiosk/sheet"
    assert 'content="60;url=/me/kiosk/still"' in page.text
    page = device.send("/me/kiosk/sheet", page, number="1", go="next")
    assert 'role="alert"' in page.text  # what is missing is said
    page = device.send("/me/kiosk/sheet", page, number="1", go="next", **{"a.satisfied": "1"})
    page = device.send(
        "/me/kiosk/sheet", page, number="1", go="next", **{"a.satisfied": "1", "a.why": "waiting"}
    )
    page = device.send("/me/kiosk/sheet/send", page)
    assert en("kiosk.nobody") in page.text
    sheet = only(device.bank, "kiosk_sheets")
    assert (sheet["state"], sheet["branch"], sheet["answer"]["mode"]) == ("complete", "north", "kiosk")
    assert sheet["scores"] == {"csat": 0.0}
    assert device.bank.rows("loops") == []  # there is nobody to call back
    assert device.get("/me/kiosk/sheet").url.path == "/me/kiosk"  # nothing of it is left on the device


def test_a_kiosk_left_alone_asks_keeps_and_forgets(visit):
    device, page = kiosk(visit)
    page = device.send("/me/kiosk/begin", page, elder="yes")
    assert 'class="large"' in page.text
    still = device.send("/me/kiosk/sheet", page, number="1", go="still", **{"a.satisfied": "4"})
    assert still.url.path == "/me/kiosk/still"
    assert 'content="30;url=/me/kiosk/over"' in still.text
    assert 'value="4" checked' in device.get("/me/kiosk/sheet?page=1").text  # who is still there goes on
    assert device.get("/me/kiosk/over").url.path == "/me/kiosk"
    page = device.send("/me/kiosk/begin", device.get("/me/kiosk"))
    assert "checked" not in page.text  # and the next one begins anew
    assert only(device.bank, "kiosk_sheets")["state"] == "partial"


def test_a_code_opens_the_own_survey_at_a_kiosk(visit):
    device, page = kiosk(visit)
    bank = device.bank
    name = bank.post(
        "rm", "/v1/surveys", {"customer_id": WHO, "instrument": "csat"}, purpose="service"
    ).json()["invitation_id"]
    code = bank.post("rm", f"/v1/surveys/{name}/links", {"mode": "kiosk"}, purpose="service").json()["token"]
    assert en("kiosk.no_code") in device.send("/me/kiosk/code", page, code="22222-22222").text
    page = device.send("/me/kiosk/code", page, code=f" {code[:5].lower()}-{code[5:]}")
    assert page.url.path == f"/me/surveys/{name}"
    assert 'content="60;url=/me/kiosk/still"' in page.text
    page = device.send(f"/me/surveys/{name}", page, number="1", go="next", **{"a.satisfied": "5"})
    page = device.send(f"/me/surveys/{name}/send", page)
    assert f"{15};url=/me/kiosk" in page.text
    assert only(bank, "survey_answers")["mode"] == "kiosk"
    assert device.get("/me/").url.path == "/me/kiosk"


def test_a_link_to_a_whole_page_is_no_code(visit):
    device, page = kiosk(visit)
    token = device.bank.post("rm", f"/v1/customers/{WHO}/links", {}, purpose="service").json()["token"]
    assert en("kiosk.no_code") in device.send("/me/kiosk/code", page, code=token).text
    assert device.get("/me/").url.path == "/me/kiosk"


def test_a_kiosk_that_is_stopped_shows_nothing(visit, seat_at):
    device, _ = kiosk(visit)
    quality = Device(seat_at(device.bank))
    quality.visit.sign_in("service_quality")
    page = quality.get("/workbench/kiosks")
    row = only(device.bank, "kiosks")
    page = quality.send(f"/workbench/kiosks/{row['kiosk_id']}/stop", page)
    assert en("kioskstate.stopped") in page.text
    assert en("kiosk.closed") in device.get("/me/kiosk").text
    assert device.get("/me/").url.path == "/me/"  # it is no kiosk any more


def test_a_form_from_elsewhere_moves_no_kiosk(visit):
    device, _ = kiosk(visit)
    for path in ("/me/kiosk/begin", "/me/kiosk/code"):
        answer = device.bank.run(visit.client.post(path, data={"form": "0" * 64, "code": "x"}))
        assert answer.status_code == 422


def test_who_serves_customers_sets_up_no_kiosk(desk):
    assert desk.get("/kiosks").status_code == 403
    assert "/workbench/kiosks" not in desk.get("/surveys").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_device_speaks_every_language(visit, language):
    visit.sign_in()
    device = Device(visit)
    head = {"Accept-Language": language}
    assert WORDS["asking.ask"].in_language(language) in device.get(f"/workbench/customers/{WHO}", **head).text
    place = device.ask("phone").url.path
    assert WORDS["asking.refused"].in_language(language) in device.get(place, **head).text
    visit.post("/sign-out", {"form": visit.form()})
    device, _ = kiosk(visit)
    assert WORDS["kiosk.welcome"].in_language(language) in device.get("/me/kiosk", **head).text
    assert WORDS["kiosk.still"].in_language(language) in device.get("/me/kiosk/still", **head).text


def with_full_quota(bank):
    """Let a bank ask a questionnaire of which nobody young is needed any more."""
    quota = {**made.PANEL["quotas"][0], "limit": 1}
    quota.pop("words")
    bank.service.rulebook = decide_bank.rulebook(instruments__csat=made.panel(quotas=[quota]))
    with bank.store.write() as tx:
        row = {"sheet_id": "s0", "instrument": "instruments.csat", "quota": "young", "state": "taken"}
        tx.insert("survey_places", [{**row, "held_until": None, "recorded_at": bank.clock.now()}])


def enough(bank, language="en"):
    return bank.service.rulebook.at("surveys.messages", made.DAY).value["full"][language]


def test_whoever_is_no_longer_needed_is_thanked_on_every_device(visit):
    with_full_quota(visit.bank)
    bank, young = visit.bank, {"number": "1", "go": "next", "a.age": "20"}
    for mode in ("tablet", "phone"):
        visit.sign_in()
        device = Device(visit)
        page = device.ask(mode)
        done = device.send(page.url.path, page, **young)
        assert enough(bank) in done.text, mode
        assert "/send" not in done.text
    assert [row["state"] for row in bank.rows("survey_invitations")] == ["full", "full"]
    own = OwnVisit(bank)
    name = bank.post(
        "rm", "/v1/surveys", {"customer_id": WHO, "instrument": "csat"}, purpose="service"
    ).json()["invitation_id"]
    own.enter(
        bank.post("rm", f"/v1/surveys/{name}/links", {"mode": "web"}, purpose="service").json()["token"]
    )
    assert enough(bank) in own.send(f"/surveys/{name}", **young).text
    assert enough(bank) in own.get(f"/surveys/{name}").text  # opened again, it says so
    device, page = kiosk(visit)
    page = device.send("/me/kiosk/begin", page)
    assert enough(bank) in device.send("/me/kiosk/sheet", page, **young).text
    assert device.get("/me/kiosk/sheet").url.path == "/me/kiosk"  # nothing of it is left on the device
    assert len(bank.rows("survey_places")) == 1


def test_a_kiosk_takes_the_last_place_and_the_next_one_is_thanked(visit):
    visit.bank.service.rulebook = decide_bank.rulebook(
        instruments__csat=made.panel(made.quota("north", 1, when="given.branch == 'north'"))
    )
    device, page = kiosk(visit)
    for number, answers in enumerate(({"a.age": "40"}, {"a.satisfied": "5"}, {"a.again": "5"}), start=1):
        page = device.send("/me/kiosk/begin", page) if number == 1 else page
        page = device.send("/me/kiosk/sheet", page, number=str(number), go="next", **answers)
    assert en("kiosk.nobody") in device.send("/me/kiosk/sheet/send", page).text
    page = device.send("/me/kiosk/begin", device.get("/me/kiosk"))
    assert enough(visit.bank) in page.text  # before the first question: of this branch there are enough
