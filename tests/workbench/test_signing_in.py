"""Signing in and out, and forms that come from elsewhere."""

import re

import pytest
from served_bank import PASSWORD


def test_nobody_sees_a_page_before_they_have_signed_in(visit):
    for path in ("/today", "/customers/C02", "/"):
        page = visit.get(path)
        assert page.url.path == "/workbench/sign-in"
        assert "<table" not in page.text


def test_the_bare_address_leads_to_the_workbench(visit):
    page = visit.bank.run(visit.client.get("/"))
    assert page.url.path == "/workbench/sign-in"


def test_whoever_signs_in_comes_to_the_page_that_they_wanted(visit):
    page = visit.get("/customers/C02")
    wanted = re.search(r'name="next" value="([^"]*)"', page.text)[1]
    assert visit.sign_in(after=wanted).url.path == "/workbench/customers/C02"


@pytest.mark.parametrize("after", ["https://elsewhere.example", "//elsewhere.example", "today"])
def test_nobody_is_led_elsewhere(visit, after):
    page = visit.sign_in(after=after)
    assert page.url.host == "zhike"
    assert page.url.path.startswith("/workbench/")


@pytest.mark.parametrize(
    ("staff", "password"), [("rm", "wrong"), ("nobody", PASSWORD), ("", ""), ("rm_south", PASSWORD)]
)
def test_whoever_is_refused_is_told_the_same(visit, staff, password):
    page = visit.sign_in(staff, password)
    assert page.status_code == 401
    assert 'role="alert"' in page.text
    assert PASSWORD not in page.text
    assert visit.get("/today").url.path == "/workbench/sign-in"


def test_the_session_is_for_this_place_and_for_no_script(visit):
    answer = visit.bank.run(
        visit.client.post(
            "/workbench/sign-in", data={"staff": "rm", "password": PASSWORD}, follow_redirects=False
        )
    )
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "Path=/workbench", "SameSite=strict"} <= set(cookie.split("; "))


def test_over_https_it_is_sent_over_https_only(visit):
    answer = visit.bank.run(
        visit.client.post(
            "https://zhike/workbench/sign-in",
            data={"staff": "rm", "password": PASSWORD},
            follow_redirects=False,
        )
    )
    assert "Secure" in answer.headers["set-cookie"]


def test_after_signing_out_the_session_is_none(desk):
    token = desk.client.cookies["zhike_session"]
    assert desk.post("/sign-out", {"form": desk.form()}).url.path == "/workbench/sign-in"
    assert "zhike_session" not in desk.client.cookies
    desk.client.cookies.set("zhike_session", token, path="/workbench")
    assert desk.get("/today").url.path == "/workbench/sign-in"


@pytest.mark.parametrize(
    "headers", [{"origin": "https://elsewhere.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/choices"])
def test_a_form_of_another_site_does_nothing(desk, path, headers):
    fields = {"form": desk.form(), "staff": "rm", "password": PASSWORD, "language": "zh-Hans"}
    page = desk.post(path, fields, **headers)
    assert page.status_code == 422
    assert desk.get("/today").url.path == "/workbench/today"
    assert 'lang="en"' in desk.get("/today").text


@pytest.mark.parametrize("form", ["", "0" * 64])
def test_a_form_of_another_session_does_nothing(desk, form):
    assert desk.post("/sign-out", {"form": form}).status_code == 422
    assert desk.get("/today").url.path == "/workbench/today"
