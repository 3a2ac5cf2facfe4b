"""The complaint desk, the case and the customer's own pages, without scripts: what they show, what they do, what they refuse."""

import html
import re

import pytest
from own_visit import OwnVisit, make_link

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

WHO = "C01"
LETTER = "You were charged twice. You get it back."


@pytest.fixture
def officer(visit):
    visit.sign_in("complaints_officer")
    return visit


@pytest.fixture
def own(bank):
    visit = OwnVisit(bank)
    visit.enter(make_link(bank, WHO)["token"])
    return visit


class Case:
    """A case in front of a member of staff."""

    def __init__(self, seat, name):
        self.seat, self.path = seat, f"/complaints/{name}"

    def move(self, move, **said):
        form = re.search(r'name="form" value="([0-9a-f]{64})"', self.text())[1]
        return self.seat.post(f"{self.path}/moves", {"form": form, "move": move, **said})

    def text(self):
        return self.seat.get(self.path).text


def take_in(seat, **more):
    form = re.search(r'name="form" value="([0-9a-f]{64})"', seat.get("/complaints/new").text)[1]
    given = {"customer_id": WHO, "channel": "letter", "words": "charged <twice>", **more}
    return seat.post("/complaints/new", {"form": form, **given})


def taken_in(seat, **more):
    answer = take_in(seat, **more)
    assert answer.status_code == 200, answer.text
    return Case(seat, answer.url.path.rpartition("/")[2])


def test_a_letter_is_taken_in_with_all_that_is_said(officer, bank):
    case = taken_in(
        officer, received_at="2026-06-30T17:00", intake_key="letter 7", business="credit_card", when="last week", why="a refund",
        named="rm, adviser", **{"speaker.name": "Ann Li", "speaker.mandate": "power of attorney of 1 June"},
    )  # fmt: skip
    text = case.text()
    for shown in (
        "charged &lt;twice&gt;",
        "last week",
        "a refund",
        "rm, adviser",
        "Ann Li",
        "30 Jun 2026 17:00",
    ):
        assert shown in text, shown
    assert taken_in(officer, intake_key="letter 7").path == case.path
    assert len(bank.rows("complaints")) == 1


def test_the_desk_tells_what_waits_for_whom_and_until_when(officer):
    case = taken_in(officer, received_at="2026-06-10T09:00")
    late = taken_in(officer, received_at="2026-06-30T09:00")
    text = officer.get("/complaints").text
    assert text.index(case.path) < text.index(late.path)
    assert WORDS["complaint.overdue"].en.partition("{")[0] in text
    assert "acknowledge" in text
    late.move("assess", complexity="simple", business="credit_card", issue="pricing")
    late.move("investigate")
    mine = officer.get("/complaints?handler=me").text
    assert late.path in mine
    assert case.path not in mine
    assert late.path not in officer.get("/complaints?handler=none&stage=received").text
    assert late.path not in officer.get("/complaints?state=overdue").text


def test_whoever_is_called_is_told_on_their_day_and_at_the_desk(officer):
    case, told = taken_in(officer, received_at="2026-06-10T09:00"), WORDS["today.calls"].en
    assert told.format(count=1) not in officer.get("/today").text
    assert 'id="calls"' not in officer.get("/complaints").text
    officer.bank.clock.later(minutes=16)
    officer.sign_in("complaints_lead")  # nobody handles it, and its date is over
    assert told.format(count=1) in officer.get("/today").text
    desk = officer.get("/complaints").text
    assert f'<a href="/workbench{case.path}">' in desk[desk.index('id="calls"') : desk.index('id="queue"')]
    for language in LANGUAGES:
        assert WORDS["complaint.calls"].in_language(language) in officer.get("/complaints", **{"Accept-Language": language}).text  # fmt: skip


def test_what_has_no_date_comes_first_and_says_why(officer):
    dated = taken_in(officer, received_at="2026-06-10T09:00")
    officer.bank.clock.later(days=170)
    officer.sign_in("complaints_officer")
    undated = taken_in(officer)
    text = officer.get("/complaints").text
    assert text.index(undated.path) < text.index(dated.path)
    assert WORDS["complaint.undated"].en in text
    assert "calendars.cn" in text
    assert WORDS["complaint.undated"].en in undated.text()


def test_a_case_shows_every_step_with_its_proof(officer, bank):
    case = taken_in(officer)
    case.move("assess", complexity="simple", business="credit_card", issue="pricing")
    case.move("investigate")
    case.move(
        "propose", findings="taken twice", outcome="upheld", major="no", legal="no", regulatory="no",
        **{"redress.refund": "on", "amount.refund": "120.50"},
    )  # fmt: skip
    assert bank.rows("complaints")[0]["state"] == "decided"
    draft = re.search(r'name="letter"[^>]*>(.*?)</textarea>', case.text(), re.DOTALL)[1]
    assert "taken twice" in draft
    assert "refund 120.50" in draft
    text = case.move("inform", notice="electronic", letter=LETTER).text
    proof = bank.rows("complaint_steps")[-1]["content"]["given"]["notice"]["sha256"]
    assert proof in text
    assert "complaints.life@2026-01-01" in text
    letter = officer.get(f"{case.path}/letters/4").text
    assert LETTER in letter
    assert proof in letter
    assert officer.get(f"{case.path}/letters/3").status_code == 404


def test_what_is_said_on_the_telephone_is_proven_by_a_recording_alone(officer, bank):
    case = taken_in(officer)
    case.move("acknowledge", notice="phone", letter="We have it.")
    assert "sha256" not in bank.rows("complaint_steps")[-1]["content"]["given"]["notice"]
    assert WORDS["complaint.no_proof"].en in case.text()


def test_who_may_not_reads_why(officer):
    case = taken_in(officer, named="complaints_officer")
    text = case.text()
    assert WORDS["complaint.no_moves"].en in text
    assert "complaints_officer&#39; is named in the complaint" in text
    assert case.move("assess", complexity="simple", business="loan", issue="rules").status_code == 409


def test_a_leader_reads_that_another_person_is_needed(officer):
    case = taken_in(officer)
    case.move("assess", complexity="complex", business="credit_card", issue="pricing")
    case.move("investigate")
    text = case.text()
    assert (
        "approve the decision on a complaint, or a longer time"
        in text.partition(WORDS["complaint.closed"].en)[2]
    )


def test_an_amount_that_is_none_is_told(officer):
    case = taken_in(officer)
    case.move("assess", complexity="simple", business="loan", issue="rules")
    answer = case.move(
        "propose", findings="x", outcome="upheld", **{"redress.refund": "on", "amount.refund": "much"}
    )
    assert answer.status_code == 422
    assert "120.50" in answer.text


@pytest.mark.parametrize(
    ("staff", "sees"), [("rm", True), ("complaints_lead", True), ("compliance", True), ("analyst", False)]
)
def test_who_sees_the_desk(visit, staff, sees):
    visit.sign_in(staff)
    answer = visit.get("/complaints")
    assert (answer.status_code == 200) == sees
    assert ('href="/workbench/complaints"' in visit.get("/today").text) == sees


def test_a_relationship_manager_sees_neither_others_nor_the_form_of_others(visit, bank):
    made = bank.post(
        "complaints_officer",
        "/v1/complaints",
        {"customer_id": "C06", "channel": "phone", "words": "x"},
        purpose="complaint",
    )
    visit.sign_in("rm")
    assert visit.get(f"/complaints/{made.json()['complaint_id']}").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_standards_stand_beside_the_law(officer, language):
    officer.client.cookies.set("zhike_language", language)
    text = officer.get("/complaints/standards").text
    assert WORDS["standards.unpublished"].in_language(language) in text
    assert WORDS["standards.draft"].in_language(language) in text
    assert WORDS["complaint.provisional"].in_language(language) in text
    assert (
        html.unescape(text).count(WORDS["standards.tightens"].in_language(language).partition("{days}")[2])
        >= 4
    )


class Mine:
    """A complaint in front of its customer."""

    def __init__(self, own, words="charged twice", **more):
        once = re.search(r'name="once" value="([^"]+)"', own.get("/complaints/new").text)[1]
        self.own, self.sent = own, {"words": words, "once": once, **more}
        self.answer = own.send("/complaints/new", **self.sent)
        self.path = self.answer.url.path.removeprefix("/me")

    def text(self):
        return self.own.get(self.path).text


def test_a_customer_complains_once_and_reads_what_happens(own, bank):
    mine = Mine(own, business="credit_card", why="my money", when="on Monday")
    text = mine.answer.text
    assert WORDS["done.complained"].en in text
    assert "Next, we confirm it to you" in text
    assert "16 Jul 2026" in text
    assert "my money" in text
    own.send("/complaints/new", **mine.sent)
    assert len(bank.rows("complaints")) == 1
    assert mine.path in own.get("/complaints").text
    assert mine.path in own.get().text


def test_what_was_written_is_there_again_when_it_could_not_be_taken_in(own, bank):
    long = "x" * 8001
    refused = Mine(own, long, why="my <money>")
    assert refused.answer.status_code == 422
    assert long in refused.answer.text
    assert "my &lt;money&gt;" in refused.answer.text
    assert WORDS["mine.kept"].en in refused.answer.text
    other = own.post("/complaints/new", {"form": "0" * 64, "words": "of a page before"})
    assert "of a page before" in other.text
    own.client.cookies.clear()
    gone = own.post("/complaints/new", {"form": "0" * 64, "words": "after the link"})
    assert gone.status_code == 401
    assert "after the link" in gone.text
    assert bank.rows("complaints") == []


def told(officer, own):
    """Return a complaint whose customer was told of a decision."""
    mine = Mine(own)
    case = Case(officer, mine.path.rpartition("/")[2])
    case.move("assess", complexity="simple", business="credit_card", issue="pricing")
    case.move("investigate")
    case.move(
        "ask",
        reason="to compare",
        notice="electronic",
        letter="Please send us two papers.",
        **{"documents.receipt": "on", "documents.picture": "on"},
    )
    return mine, case


def test_a_customer_is_asked_answers_reads_accepts_and_judges(officer, own, bank):
    mine, case = told(officer, own)
    text = mine.text()
    assert "picture or recording" in text
    assert "Our time to answer goes on meanwhile" in text
    own.send(f"{mine.path}/moves", move="hear", reason="here they are")
    assert bank.rows("complaints")[0]["state"] == "investigating"
    case.move(
        "propose",
        findings="taken twice",
        outcome="upheld",
        major="no",
        legal="no",
        regulatory="no",
        **{"redress.apology": "on"},
    )
    case.move("inform", notice="electronic", letter=LETTER)
    text = mine.text()
    assert LETTER in text
    assert "You are right." in text
    assert "31 Jul 2026" in text.partition('id="ways"')[2]
    assert LETTER in own.get(f"{mine.path}/letters/1").text
    survey = own.send(f"{mine.path}/survey")
    assert survey.url.path.startswith("/me/surveys/")
    assert 'name="a.solved"' in survey.text
    assert own.send(f"{mine.path}/survey").status_code == 409
    assert WORDS["done.moved"].en in own.send(f"{mine.path}/moves", move="accept").text
    assert bank.rows("complaints")[0]["state"] == "accepted"
    assert bank.rows("complaint_steps")[-1]["actor"] == "customer"


def test_a_customer_makes_only_their_own_moves(own, bank):
    mine = Mine(own)
    assert own.send(f"{mine.path}/moves", move="close").status_code == 422
    assert own.send(f"{mine.path}/moves", move="accept").status_code == 409
    assert own.send(f"{mine.path}/survey").status_code == 409
    other = OwnVisit(bank)
    other.enter(make_link(bank, "C02")["token"])
    assert other.get(mine.path).status_code == 404
    assert other.send(f"{mine.path}/moves", move="withdraw", reason="not mine").status_code == 404
    own.send(f"{mine.path}/moves", move="withdraw", reason="solved")
    assert bank.rows("complaints")[0]["state"] == "withdrawn"


def test_words_that_nobody_could_sort_are_for_a_person(officer):
    case = taken_in(officer, words="I will call my lawyer. My account is frozen and I cannot buy food.")
    text = case.text().partition('id="triage"')[2]
    assert WORDS["complaint.dont_know"].en in text
    assert "goes to court, press or regulator" in text
    assert WORDS["pressing.2"].en in officer.get("/complaints?urgency=raised").text
    case.move("sort", urgency="immediate", business="savings")
    text = case.text().partition('id="triage"')[2]
    assert "accounts and savings · complaints_officer" in text
    assert case.path in officer.get("/complaints?urgency=highest").text
    assert case.path not in officer.get("/complaints?urgency=highest&handler=me").text


def test_nothing_that_the_bank_has_is_on_the_list_of_what_is_asked_for(officer):
    case = taken_in(officer)
    case.move("assess", complexity="simple", business="loan", issue="rules")
    text = case.text()
    assert 'name="documents.receipt"' in text
    assert 'name="documents.contract"' not in text


def test_a_group_of_many_has_a_plan(officer, bank):
    case = taken_in(officer)
    name = bank.rows("complaints")[0]["complaint_id"]
    body = {"subject": "the fee of June", "complaints": [name], "representatives": [name], "people": 25}
    assert (
        bank.post("complaints_officer", "/v1/complaint-groups", body, purpose="complaint").status_code == 200
    )
    text = case.text()
    assert WORDS["complaint.no_plan"].en in text
    assert WORDS["complaint.speak_for_all"].en in text
    form = re.search(r'name="form" value="([0-9a-f]{64})"', text)[1]
    plan = {"form": form, "text": "a room, two officers", "lead": "complaints_lead", "place": "branch north"}
    after = officer.post(f"{case.path}/plan", plan).text
    assert "a room, two officers" in after
    assert WORDS["complaint.no_plan"].en not in after


def test_a_reviewer_judges_the_three_justices(officer, visit, own):
    _, case = told(officer, own)
    own.send(f"{case.path}/moves", move="hear", reason="here they are")
    case.move(
        "propose",
        findings="x",
        outcome="upheld",
        major="no",
        legal="no",
        regulatory="no",
        **{"redress.apology": "on"},
    )
    case.move("inform", notice="electronic", letter=LETTER)
    assert WORDS["complaint.nobody_judged"].en in case.text()
    visit.sign_in("service_quality")
    text = Case(visit, case.path.rpartition("/")[2]).text()
    form = re.search(r'name="form" value="([0-9a-f]{64})"', text)[1]
    marks = {
        "form": form,
        "outcome": "4",
        "procedure": "2",
        "interaction": "5",
        "because": "twice past the promised day",
    }
    after = visit.post(f"{case.path}/justice", marks)
    assert after.status_code == 200, after.text
    assert "twice past the promised day" in after.text


def test_a_message_that_waits_is_placed(officer, bank):
    from api_calls import waiting_message

    first, second = waiting_message(bank, "charged twice"), waiting_message(bank, "buy now")
    text = officer.get("/complaints/messages").text
    assert "charged twice" in text
    assert text.count(WORDS["waits.no_customer"].en) == 2
    form = re.search(r'name="form" value="([0-9a-f]{64})"', text)[1]
    placed = officer.post(f"/complaints/messages/{first}", {"form": form, "customer_id": WHO})
    assert "charged twice" in placed.text
    assert placed.url.path.startswith("/workbench/complaints/k-")
    officer.post(f"/complaints/messages/{second}", {"form": form, "set_aside": "advertising"})
    assert WORDS["message.none"].en in officer.get("/complaints/messages").text
    assert {one["state"] for one in bank.rows("complaint_messages")} == {"opened", "set_aside"}


LONG = "The fee of June was taken twice, and <nobody> answers my letters."


def test_what_a_refused_form_said_is_given_back_with_the_way_back(officer):
    where = {"Referer": "http://zhike/workbench/complaints/new?customer=C01", "Host": "zhike"}
    fields = {
        "form": officer.form(),
        "customer_id": "nobody",
        "channel": "phone",
        "words": LONG,
        "password": "a secret that is long enough",
    }
    page = officer.post("/complaints/new", fields, **where)
    assert page.status_code == 404
    assert html.escape(LONG, quote=False) in page.text
    assert "a secret" not in page.text
    assert fields["form"] not in re.sub('name="form" value="[^"]*"', "", page.text)
    assert '<a href="/workbench/complaints/new?customer=C01">' in page.text
    elsewhere = officer.post("/complaints/new", fields, Referer="http://evil.example/workbench/complaints")
    assert "evil" not in elsewhere.text
    assert WORDS["problem.again"].en not in elsewhere.text
    assert LONG[:20] not in officer.get("/complaints/k-none").text  # of a page that was only asked for


def test_what_a_form_of_elsewhere_said_is_not_shown(officer):
    page = officer.post("/complaints/new", {"form": "0" * 64, "customer_id": "C01", "words": LONG})
    assert page.status_code >= 400
    assert LONG[:20] not in page.text


def test_a_customer_gets_back_what_they_wrote(own, bank):
    own.send("/complaints/new", words="charged twice", once="x" * 20)
    name = bank.rows("complaints", {"customer_id": WHO})[-1]["complaint_id"]
    page = own.send(f"/complaints/{name}/moves", move="accept", reason=LONG)
    assert page.status_code >= 400
    assert html.escape(LONG, quote=False) in page.text
