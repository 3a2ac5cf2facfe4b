"""What every provocation prints in Chinese holds no English prose."""

import json
import shutil

import pytest
from chinese import SIMPLIFIED_ONLY, english_in
from doc_pages import left_by, run
from provocations import PROVOCATIONS

CHINESE = ("zh-Hans", "zh-Hant")


@pytest.fixture(scope="module", params=CHINESE)
def printed(request, tmp_path_factory):
    """Return what each provocation prints in one language, by the error's code."""
    folder = tmp_path_factory.mktemp("chinese")
    shutil.copytree(left_by("tutorials/first-decisions.md"), folder, dirs_exist_ok=True)
    found = {}
    for code, (files, command, *_) in PROVOCATIONS.items():
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, "utf-8")
        found[code] = run(f"{command} --lang {request.param} 2>&1", folder)[1]
    return request.param, found


def sentences(shown):
    """Return what an answer says to people; of one in JSON the parts of the error."""
    start = shown.find('{"error"')
    if start < 0:
        return [shown]
    error = json.loads(shown[start:])["error"]
    return [error["found"], error["needed"], error["remedy"]]


def test_no_provocation_answers_in_english(printed):
    _, found = printed
    left = {
        code: english_in(part)
        for code, shown in found.items()
        for part in sentences(shown)
        if english_in(part)
    }
    assert left == {}


def test_every_provocation_answers_in_chinese(printed):
    language, found = printed
    chinese = {code for code, shown in found.items() if any("\u4e00" <= one <= "\u9fff" for one in shown)}
    assert chinese == set(PROVOCATIONS)
    if language == "zh-Hant":
        said = {code: "".join(sentences(shown)) for code, shown in found.items()}
        assert {code: text for code, text in said.items() if set(text) & SIMPLIFIED_ONLY} == {}
