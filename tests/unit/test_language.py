"""Three languages, everywhere the same words: nothing is left out, nothing left unfilled."""

import string

import pytest

from zhike.core.language import LANGUAGES, Text, language_of


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def texts():
    """Yield every Text that a module of the package keeps, with where it stands."""
    import importlib
    import pkgutil

    import zhike

    for found in pkgutil.walk_packages(zhike.__path__, "zhike."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            many = (
                value.values()
                if isinstance(value, dict)
                else value
                if isinstance(value, tuple | list)
                else [value]
            )
            for one in many:
                if isinstance(one, Text):
                    yield f"{found.name}.{name}", one


def test_every_text_of_the_package_fills_the_same_values_in_every_language():
    found = list(texts())
    assert len(found) > 100
    odd = [
        where
        for where, text in found
        if len({frozenset(fields(text.in_language(lang))) for lang in LANGUAGES}) > 1
    ]
    assert odd == []


def test_a_text_is_there_in_all_languages_or_in_none():
    odd = [where for where, text in texts() if len({bool(text.in_language(lang)) for lang in LANGUAGES}) > 1]
    assert odd == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("zh_SG.UTF-8", "zh-Hans"), ("zh-Hans-HK", "zh-Hans"), ("ZH-HANT", "zh-Hant"),
        ("zh_TW.UTF-8", "zh-Hant"), ("zh-MO", "zh-Hant"), ("en", "en"), ("de_DE", "en"), ("", "en"), (None, "en"),
    ],
)  # fmt: skip
def test_a_locale_names_its_language(name, expected):
    assert language_of(name) == expected


def test_a_text_is_filled_in_one_language_or_in_all():
    text = Text("{n} rows", "{n} 行", "{n} 列")
    assert text.render("zh-Hans", n=3) == "3 行"
    assert [text.filled(n=3).in_language(lang) for lang in LANGUAGES] == ["3 rows", "3 行", "3 列"]


def test_a_text_of_a_rule_file_needs_every_language():
    assert Text.of({"en": "a", "zh-Hans": "b", "zh-Hant": "c"}) == Text("a", "b", "c")
    with pytest.raises(KeyError):
        Text.of({"en": "a", "zh-Hans": "b"})
