"""The page on deliverers shows a file that can be used, and names every deliverer and option that there is."""

import re

import decide_bank
import yaml

from zhike.act.routes import TOPICS
from zhike.adapters.delivery import deliverers_of
from zhike.adapters.delivery.configuration import _OWN
from zhike.adapters.delivery.smtp import TLS


def page(repository):
    return (repository / "docs" / "concepts" / "delivery.md").read_text("utf-8")


def test_the_file_that_is_shown_can_be_used(repository, tmp_path):
    shown = re.search(r"```yaml\n(.*?)```", page(repository), re.DOTALL)[1]
    for name in ("mail.password", "sms.secret"):
        (tmp_path / name).write_text("secret", "utf-8")
    path = tmp_path / "deliverers.yaml"
    path.write_text(shown, "utf-8")
    found = deliverers_of(path, 1_782_900_000_000_000, decide_bank.SHIPPED)
    (version,) = yaml.safe_load(shown)["values"].values()
    assert set(found.carriers) == {*version["channels"], "alerts"}


def test_every_deliverer_and_way_of_encryption_is_named(repository):
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| (.+) \|$", page(repository), re.MULTILINE)
    named = {name: set(re.findall(r"`(\w+)`", options)) for name, options in rows if name in _OWN}
    assert set(named) == set(_OWN)
    assert set(TLS) <= named["smtp"]


def test_every_topic_is_named(repository):
    for name in ("concepts/delivery.md", "how-to/receive-webhooks.md"):
        text = (repository / "docs" / name).read_text("utf-8")
        assert [topic for topic in TOPICS if f"`{topic}`" not in text] == []
