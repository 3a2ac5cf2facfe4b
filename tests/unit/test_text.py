"""Texts: their language and form, what is taken out of them, how they are counted and sorted."""

import math

import numpy as np
import pytest
from scipy import sparse

from zhike.core.measure_errors import TextsError
from zhike.know.text import TextTriage, detect, normal, redact
from zhike.know.text.confidence import calibration_error, correction, mixture, softmax, threshold
from zhike.know.text.grams import Grams
from zhike.know.text.linear_votes import Setting, fit_member
from zhike.know.text.scripts import SIMPLIFIED_ONLY, TRADITIONAL_ONLY
from zhike.know.text.tokens import words

TOPICS = {
    "card": [
        "my card was lost",
        "lost card again",
        "card is stolen",
        "信用卡丢了",
        "卡片被盗",
        "我的信用卡丢失",
    ],
    "fee": ["fee is too high", "why this fee", "high fee again", "手续费太高", "为什么收手续费", "年费太贵"],
    "app": ["the app is slow", "slow app again", "app crashed", "手机银行闪退", "手机银行很慢", "登录闪退"],
}
TEXTS = [text for texts in TOPICS.values() for text in texts] * 3
LABELS = [topic for topic, texts in TOPICS.items() for _ in texts] * 3


@pytest.fixture(scope="module")
def model():
    return TextTriage(accuracy=0.9).fit(TEXTS, LABELS)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wait", "en"),
        ("额度 is too low", "en"),
        ("我要贷款", "zh-Hans"),
        ("我要貸款，這個額度", "zh-Hant"),
        ("你好", "zh-Hans"),
        ("12!?", None),
        ("", None),
        ("こ", None),
    ],
)
def test_the_language_of_a_text(text, language):
    assert detect(text) == language


def test_scripts_are_apart_and_normal_forms_agree():
    assert not SIMPLIFIED_ONLY & TRADITIONAL_ONLY
    assert normal("ＡＰＰ 閃退，額度太低") == normal("app 闪退，额度太低")
    assert words(normal("手機銀行閃退")) == words("手机银行闪退")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("身份证11010519491231002X", "身份证[identity number]"),
        ("my ID A123456(3) please", "my ID [identity number] please"),
        ("HKID Z683365A", "HKID [identity number]"),
        ("台胞 A123456789", "台胞 [identity number]"),
        ("passport E12345678", "passport [passport number]"),
        ("card 4111-1111-1111-1111", "card [card number]"),
        ("卡号6222 0212 3456 7890 123", "卡号[account]"),
        ("一三八零零一三八零零零找我", "[phone]找我"),
        ("tel (415) 555-2671", "tel [phone]"),
        ("zhang@qq.com谢谢", "[e-mail]谢谢"),
        ("joe [at] mail [dot] com", "[e-mail]"),
        ("沪A12345违章", "[number plate]违章"),
        ("尾号1234", "尾号[account]"),
        ("密码是abc123", "密码是[secret]"),
        ("IBAN GB82 WEST 1234 5698 7654 32", "IBAN [account]"),
        ("北京市朝阳区建国路88号", "[address]"),
        ("上海市市中区人民路1号", "[address]"),
        ("内蒙古自治区呼和浩特市赛罕区大学西街235号3单元502室", "[address]"),
        ("12 High Street, London", "[address]"),
        ("联系人：李雷，好", "联系人：[name]，好"),
        ("张先生您好", "[name]先生您好"),
        ("My name is John Smith.", "My name is [name]."),
        ("Order AB1234567C", "Order [number]"),
        ("邮箱 wang＠mail.com，谢谢", "邮箱 [e-mail]，谢谢"),
        ("ﬁﬁ 13800138000 ok", "ﬁﬁ [phone] ok"),
    ],
)
def test_what_is_taken_out(text, shown):
    assert redact(text).shown() == shown


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-30 10:15",
        "on 2019/3/4",
        "年费3600元",
        "paid $1,234,567.89",
        "20000000元",
        "客户经理态度很好",
        "95588打不通",
        "12 months",
        "Dear Sir",
        "等了3号窗口",
    ],
)
def test_what_says_nothing_of_anybody_stays(text):
    assert redact(text).shown() == text


def test_a_name_that_holds_a_mark_of_an_earlier_redaction_goes_on_both_sides_of_it():
    assert redact("Anna [phone] Bo", ["Anna [phone] Bo"]).shown() == "[name][phone][name]"


def test_places_are_those_of_the_original():
    text = "１３８００１３８０００是我，卡4111111111111111"
    found = redact(text)
    assert [(text[one.start : one.end], one.kind) for one in found.spans] == [
        ("１３８００１３８０００", "phone"),
        ("4111111111111111", "card"),
    ]
    assert found.text == " 是我，卡 "
    assert found.shown("zh-Hant") == "[電話]是我，卡[卡號]"


def test_what_is_misspelt_and_what_is_traditional_still_counts():
    grams = Grams().fit(TEXTS)
    plain, wrong, other = (
        grams.transform([one]).toarray()[0] for one in ("手机银行闪退", "手機銀行閃退", "card stolenn")
    )
    np.testing.assert_array_equal(plain, wrong)
    assert np.flatnonzero(other[grams.n_words_ :]).size > 4
    assert grams.transform(["", "???"]).nnz == 0


def test_texts_are_sorted_with_reasons_that_stand_in_them(model):
    for text, topic in (("was my card stolen?", "card"), ("APP 閃退", "app"), ("手续费好高", "fee")):
        found = model.predict([text])[0]
        assert (found.label, found.best) == (topic, topic)
        assert found.reasons
        assert all(reason in normal(text) for reason in found.reasons)


def test_who_does_not_know_says_so(model):
    nothing = model.predict(["", "???", "zzz"])
    assert [(one.label, one.best, one.confidence) for one in nothing[:2]] == [(None, None, 0.0)] * 2
    assert nothing[2].label is None
    assert model.predict([]) == []


def test_the_order_of_rows_and_a_second_time_change_nothing(model):
    again = TextTriage(accuracy=0.9).fit(TEXTS, LABELS)
    np.testing.assert_array_equal(again.chances(TEXTS[:4]), model.chances(TEXTS[:4]))


@pytest.mark.parametrize(("texts", "labels"), [(["a b", "c d"], ["x", "x"]), (["??", "!!"], ["x", "y"])])
def test_what_cannot_be_learnt_from(texts, labels):
    with pytest.raises(TextsError):
        TextTriage().fit(texts, labels)


def test_a_class_of_one_text_is_no_obstacle():
    model = TextTriage(accuracy=0.9).fit([*TEXTS, "pension"], [*LABELS, "old age"])
    assert model.predict(["pension"])[0].best == "old age"


@pytest.mark.parametrize("text", ["市" * 60, "a" * 8000, "a-" * 2000, "a@" * 2000, "卡丢了" * 2000])
def test_no_text_holds_the_search_for_personal_data_up(text):
    # 60 of the first would take hours if a search tried every way of splitting them; the suite would not end.
    assert redact(text).spans == ()


def test_balance_finds_what_is_rare():
    rng = np.random.default_rng(1)
    often, seldom = ["fee high", "fee odd", "fee new"], ["fee fraud", "fee wrong"]
    texts = [often[i % 3] for i in range(90)] + [
        seldom[i % 2] if rng.random() < 0.7 else often[i % 3] for i in range(12)
    ]
    labels = ["often"] * 90 + ["seldom"] * 12
    model = TextTriage(balance=True).fit(texts, labels)
    assert model.predict(["fee fraud"])[0].best == "seldom"
    assert list(model.members_) == ["margin", "logit", "ratio"]
    np.testing.assert_allclose(model.chances(texts).sum(axis=1), 1)


def test_a_gram_that_both_classes_hold_alike_weighs_nothing_by_ratio():
    # Columns: common, of the first class only, of the second class only.
    rows = sparse.csr_matrix([[1.0, 1.0, 0.0]] * 5 + [[1.0, 0.0, 1.0]] * 5)
    truth = np.repeat([0, 1], 5)
    found = fit_member("ratio", rows, truth, 3, Setting(2.0, balance=True, seed=0))
    np.testing.assert_array_equal(found.weights[0], 0)
    assert found.weights[1, 0] > 0 > found.weights[2, 0]
    assert found.scores(rows).argmax(axis=1).tolist() == truth.tolist()


def test_a_model_kept_before_there_was_a_ratio_is_read():
    state = TextTriage(balance=True, accuracy=0.9).fit(TEXTS, LABELS).state()
    del state["members"]["ratio"]
    state["mixture"] = {name: one[:2] for name, one in state["mixture"].items()} | {
        "weights": np.full(2, 0.5)
    }
    back = TextTriage.from_state(state)
    assert list(back.members_) == ["margin", "logit"]
    np.testing.assert_allclose(back.chances(TEXTS).sum(axis=1), 1)


class Halves:
    """Points that tell two halves of the texts apart."""

    name = "halves/1"

    def points(self, texts):
        return np.array([[float("good" in text), float("bad" in text)] for text in texts], dtype=np.float32)


def test_an_embedder_is_asked_and_missed():
    texts = ["good a", "good b", "bad c", "bad d"] * 6
    model = TextTriage(embedder=Halves()).fit(texts, ["x", "x", "y", "y"] * 6)
    assert list(model.members_) == ["margin", "logit", "embedding"]
    back = TextTriage.from_state(model.state(), Halves())
    np.testing.assert_array_equal(back.chances(texts), model.chances(texts))
    with pytest.raises(TextsError, match="halves/1"):
        TextTriage.from_state(model.state())


@pytest.fixture(scope="module")
def overconfident():
    """Scores of 2,000 texts whose true chances are those of half the score."""
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(2000, 3)) * 4
    chances = softmax(scores / 2)
    return scores, (chances.cumsum(axis=1) > rng.random((2000, 1))).argmax(axis=1)


def test_the_temperature_of_overconfident_scores_is_found(overconfident):
    scores, truth = overconfident
    found = mixture([scores, np.zeros_like(scores)], truth)
    assert found.temperatures[0] == pytest.approx(0.5, abs=0.05)
    assert found.weights[0] > 0.95
    highest = found.chances([scores, np.zeros_like(scores)])
    assert calibration_error(highest.max(axis=1), (highest.argmax(axis=1) == truth).astype(float)) < 0.04


def test_levels_bring_back_how_often_classes_are(overconfident):
    scores, truth = overconfident
    found = mixture([scores + np.array([3.0, 0.0, 0.0])], truth, levels=True)
    np.testing.assert_allclose(
        found.levels[0] - found.levels[0].mean() + [1.5 - 0.5, -0.5, -0.5], 0, atol=0.25
    )


@pytest.mark.parametrize(("bend", "kind"), [(lambda p: p, "none"), (lambda p: p**3, ("platt", "isotonic"))])
def test_the_highest_chance_is_corrected_where_it_lies(bend, kind):
    rng = np.random.default_rng(2)
    true = rng.uniform(0.3, 1, 3000)
    right = (rng.random(3000) < true).astype(float)
    found = correction(bend(true), right, np.arange(3000) % 3)
    assert found.kind in kind
    assert np.abs(found.corrected(bend(true)) - true).mean() < 0.04


def test_no_threshold_where_nothing_is_sure_enough():
    assert threshold(np.linspace(0, 1, 50), np.zeros(50), 0.9) == math.inf
    assert threshold(np.ones(50), np.ones(50), 0.9) == 1.0
    assert threshold(np.ones(5), np.ones(5), 0.9) == math.inf  # five right ones do not show nine out of ten
