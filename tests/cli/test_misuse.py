"""What the parser of calls refuses is told in Chinese, with the option or argument that it is about."""

import pytest
import typer
from chinese import english_in

from zhike.cli.main import app
from zhike.cli.misuse import misuse_of


def refused(*words):
    command = typer.main.get_command(app)
    with pytest.raises(Exception, match=r".") as caught:
        command.main(list(words), standalone_mode=False)
    assert hasattr(caught.value, "format_message")
    return misuse_of(caught.value)


@pytest.mark.parametrize(
    ("words", "hans", "hant"),
    [
        (("decide", "--fast"), "没有选项 --fast", "沒有選項 --fast"),
        (("decide",), "缺少 BANK", "缺少 BANK"),
        (("decide", "bank", "--out", "d"), "缺少 --at", "缺少 --at"),
        (("serve", "--port", "many"), "--port 的值不合格", "--port 的值不合格"),
        (("divine", "bank"), None, None),
    ],
)
def test_a_refusal_is_told_in_chinese(words, hans, hant):
    text = refused(*words)
    assert english_in(text.zh_hans) == english_in(text.zh_hant) == []
    assert text.en
    if hans is not None:
        assert (text.zh_hans, text.zh_hant) == (hans, hant)
