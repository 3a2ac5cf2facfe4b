"""Personal data of every kind are taken out wherever they stand and however they are written; what remains is the rest of the text."""

import datetime as dt
import unicodedata

from examples import examples
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from zhike.know.text import check_digits, redact

DIGIT = "0123456789"
AROUND = st.sampled_from(["", "请处理 ", "my number is ", "（", "客户说：", "call me at ", "電話"])
AFTER = st.sampled_from(["", "，谢谢", " please", "）", "。", "!", "\n再见"])
SCRIPTS = ("0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩")


@st.composite
def digits(draw, least, most):
    return draw(st.text(DIGIT, min_size=least, max_size=most))


@st.composite
def cards(draw):
    body = draw(digits(15, 15))
    return next(body + last for last in DIGIT if check_digits.luhn(body + last))


@st.composite
def identities(draw):
    day = draw(st.dates(min_value=dt.date(1920, 1, 1), max_value=dt.date(2020, 12, 31)))
    body = f"{draw(st.integers(110000, 659999))}{day:%Y%m%d}{draw(digits(3, 3))}"
    return next(body + last for last in "0123456789X" if check_digits.identity_mainland(body + last))


mobiles = st.builds(lambda second, rest: f"1{second}{rest}", st.sampled_from("3456789"), digits(9, 9))


@st.composite
def written(draw, numbers):
    """Return a number as somebody might write it: apart, in another script, with characters that nobody sees."""
    number = draw(numbers)
    script = draw(st.sampled_from(SCRIPTS))
    gap = draw(st.sampled_from(["", " ", "-", "\u200b", " - "]))
    every = draw(st.sampled_from([3, 4]))
    parts = [number[at : at + every] for at in range(0, len(number), every)]
    return number, gap.join(parts).translate(str.maketrans(DIGIT, script))


def left(text):
    """Return the digits that a text still holds, whatever their script."""
    return "".join(
        str(unicodedata.decimal(one)) for one in text if unicodedata.decimal(one, None) is not None
    )


def spotless(before, secret, after):
    found = redact(before + secret + after)
    assert left(found.shown()) == ""
    assert left(found.text) == ""
    return found


@given(AROUND, written(cards()), AFTER)
@settings(max_examples=examples(60))
def test_no_digit_of_a_card_is_left(before, number, after):
    found = spotless(before, number[1], after)
    assert "card" in {span.kind for span in found.spans} or "phone" in {span.kind for span in found.spans}


@given(AROUND, written(identities()), AFTER)
@settings(max_examples=examples(60))
def test_no_digit_of_an_identity_number_is_left(before, number, after):
    assert {span.kind for span in spotless(before, number[1], after).spans} & {"identity"}


@given(AROUND, written(mobiles), AFTER)
@settings(max_examples=examples(60))
def test_no_digit_of_a_phone_is_left(before, number, after):
    assert {span.kind for span in spotless(before, number[1], after).spans} == {"phone"}


@given(AROUND, digits(7, 30), AFTER)
@settings(max_examples=examples(60))
def test_a_long_number_is_taken_out_whatever_it_means(before, number, after):
    spotless(before, number, after)


@given(
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.sampled_from(["a.b@mail.cn", "X_1%y+z@sub.host.example"]),
    st.text(max_size=10),
)
@settings(max_examples=examples(60))
def test_no_mail_address_is_left_in_any_text(before, address, after):
    assume("@" not in before)
    assert address not in redact(f"{before} {address} {after}").shown()


@example("@11@11")
@given(
    st.text(
        st.sampled_from("我的卡号是张先生路12345678X@.-/ ()号室AB京元¥年月日\u200b\n１一二三"), max_size=80
    )
)
@settings(max_examples=examples(200))
def test_what_is_kept_is_the_rest_and_twice_is_once(text):
    found = redact(text)
    edge = 0
    for piece, span in zip(found.pieces, found.spans, strict=False):
        assert text[edge : span.start] == piece
        assert edge <= span.start < span.end <= len(text)
        edge = span.end
    assert text[edge:] == found.pieces[-1]
    for language in ("en", "zh-Hans", "zh-Hant"):
        shown = found.shown(language)
        assert redact(shown).shown(language) == shown


@given(st.sampled_from(["王小明", "Jane Roe", "欧阳 娜"]), AROUND, AFTER)
@settings(max_examples=examples(30))
def test_a_given_name_is_taken_out_wherever_it_stands(name, before, after):
    assert name not in redact(f"{before}{name}{after} {name.upper()}", [name]).shown()
