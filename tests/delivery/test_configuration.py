"""The file of deliverers: by day, in YAML or TOML, with deliverers of others; what cannot be used is said, with its place."""

import datetime as dt
import os
import textwrap

import decide_bank
import pytest

from zhike.act.emergency import ALERTS
from zhike.act.retries import Retries
from zhike.adapters.delivery import DELIVERERS, ChannelsInForce, configuration, deliverers_file, deliverers_of
from zhike.adapters.delivery.file import FileDeliverer
from zhike.adapters.delivery.webhook import WebhookDeliverer
from zhike.core.errors import InputNotFoundError, InputUnreadableError

RULES = decide_bank.SHIPPED
YAML = """\
values:
  2026-01-01:
    channels:
      app: {deliverer: file, path: out/app.jsonl}
  2026-07-01:
    channels:
      app: {deliverer: file, path: out/app.jsonl}
      sms: {deliverer: webhook, url: "https://gateway.example/sms", secret_file: sms.secret}
    webhooks: {timeout_seconds: 5, allow: ["10.1.0.0/16"]}
"""
TOML = """\
[values.2026-01-01.channels]
app = {deliverer = "file", path = "out/app.jsonl"}
[values.2026-07-01.channels]
app = {deliverer = "file", path = "out/app.jsonl"}
sms = {deliverer = "webhook", url = "https://gateway.example/sms", secret_file = "sms.secret"}
[values.2026-07-01.webhooks]
timeout_seconds = 5
allow = ["10.1.0.0/16"]
"""


def at(day):
    return int(dt.datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()) * 1_000_000


def written(folder, text, name="deliverers.yaml"):
    (folder / "sms.secret").write_text("the gateway's secret\n", "utf-8")
    path = folder / name
    path.write_text(textwrap.dedent(text), "utf-8")
    return path


@pytest.mark.parametrize(("name", "text"), [("deliverers.yaml", YAML), ("deliverers.toml", TOML)])
def test_what_holds_is_what_was_said_for_the_day(tmp_path, name, text):
    path = written(tmp_path, text, name)
    found = {day: deliverers_of(path, at(day), RULES).carriers for day in ("2026-06-30", "2026-07-01")}
    assert {day: sorted(channels) for day, channels in found.items()} == {
        "2026-06-30": ["app"], "2026-07-01": ["app", "sms"],
    }  # fmt: skip
    assert isinstance(found["2026-07-01"]["sms"], WebhookDeliverer)
    app = found["2026-07-01"]["app"]
    assert isinstance(app, FileDeliverer)
    assert app.path == tmp_path / "out" / "app.jsonl"


def test_alerts_of_the_house_have_a_deliverer_of_their_own(tmp_path):
    path = written(tmp_path, "values: {2026-01-01: {alerts: {deliverer: file, path: alerts.jsonl}}}")
    assert list(deliverers_of(path, at("2026-07-01"), RULES).carriers) == [ALERTS]
    assert ChannelsInForce(path, at("2026-07-01"))(at("2026-07-01")) == frozenset()


def test_before_its_first_day_the_file_says_nothing_of_channels(tmp_path):
    path = written(tmp_path, YAML.replace("2026-01-01", "2026-05-01"))
    assert deliverers_of(path, at("2026-04-30"), RULES).carriers == {}


def test_without_a_file_there_are_webhooks_only():
    found = deliverers_of(None, at("2026-07-01"), RULES)
    assert found.carriers == {}
    assert found.retries == Retries.of(RULES.at("delivery.retries", dt.date(2026, 7, 1)))
    assert isinstance(found.webhook({"url": "https://example.org/", "secret": "s"}), WebhookDeliverer)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("values: [1]", "another shape"),
        ("channels: {}", "another shape"),
        ("values: {soon: {}}", "days"),
        ("values: {2026-01-01: {channel: {}}}", "the keys channels, alerts, webhooks"),
        ("values: {2026-01-01: {channels: {fax: {deliverer: file, path: x}}}}", "fax"),
        ("values: {2026-01-01: {channels: {app: file}}}", "app"),
        ("values: {2026-01-01: {channels: {app: {path: x}}}}", "deliverer"),
        ("values: {2026-01-01: {channels: {app: {deliverer: pigeon}}}}", "pigeon"),
        ("values: {2026-01-01: {channels: {app: {deliverer: file}}}}", "path"),
        ("values: {2026-01-01: {channels: {app: {deliverer: file, path: x, mode: y}}}}", "mode"),
        ("values: {2026-01-01: {channels: {app: {deliverer: webhook, url: 'https://x.example', secret_file: none}}}}", "secret_file"),
        ("values: {2026-01-01: {webhooks: {allow: [everybody]}}}", "everybody"),
        ("values: {2026-01-01: {webhooks: {allow: everybody}}}", "everybody"),
        ("values: {2026-01-01: {webhooks: {timeout_seconds: 600}}}", "600"),
        ("values: {2026-01-01: {webhooks: {retries: 3}}}", "retries"),
        ("values: {2026-01-01: {webhooks: {ca_file: none.pem}}}", "none.pem"),
        ("values: {", "ParserError"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used(tmp_path, text, said):
    with pytest.raises(InputUnreadableError) as caught:
        deliverers_of(written(tmp_path, text), at("2026-07-01"), RULES)
    assert said in str(caught.value)
    assert "deliverers.yaml" in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputNotFoundError):
        deliverers_of(tmp_path / "deliverers.yaml", at("2026-07-01"), RULES)


def test_deliverers_of_others_come_by_entry_point(tmp_path, monkeypatch):
    class Point:
        name = "pigeon"

        def load(self):
            return lambda options: ("pigeon to", options.text("loft"))

    monkeypatch.setattr(
        configuration, "entry_points", lambda group: [Point()] if group == "zhike.deliverers" else []
    )
    path = written(tmp_path, "values: {2026-01-01: {channels: {post: {deliverer: pigeon, loft: Graz}}}}")
    assert deliverers_of(path, at("2026-07-01"), RULES).carriers == {"post": ("pigeon to", "Graz")}


def test_the_channels_are_read_again_when_the_file_or_the_day_has_changed(tmp_path):
    path = written(tmp_path, YAML)
    channels = ChannelsInForce(path, at("2026-06-30"))
    assert channels(at("2026-06-30")) == {"app"}
    assert channels(at("2026-07-01")) == {"app", "sms"}
    written(tmp_path, "values: {2026-01-01: {channels: {email: {deliverer: file, path: x}}}}")
    os.utime(path, (0, 0))
    assert channels(at("2026-07-01")) == {"email"}


def test_a_file_that_was_spoilt_leaves_the_channels_as_they_were(tmp_path):
    path = written(tmp_path, YAML)
    channels = ChannelsInForce(path, at("2026-07-01"))
    path.write_text("values: {", "utf-8")
    os.utime(path, (0, 0))
    assert channels(at("2026-07-01")) == {"app", "sms"}
    path.unlink()
    assert channels(at("2026-07-02")) == {"app", "sms"}


def test_the_file_is_named_by_option_or_environment(tmp_path, monkeypatch):
    monkeypatch.delenv(DELIVERERS, raising=False)
    assert deliverers_file(None) is None
    monkeypatch.setenv(DELIVERERS, str(tmp_path / "a.yaml"))
    assert deliverers_file(None) == tmp_path / "a.yaml"
    assert deliverers_file(tmp_path / "b.yaml") == tmp_path / "b.yaml"
