"""Spans in texts: from tags, by a lexicon, by what was learnt."""

import pytest

from zhike.core.measure_errors import TextsError
from zhike.know.text.spans import NamedSpan, SpanLexicon, SpanTagger, spans_of_tags, strict_f1

BANKS, ASPECTS = ("交行", "工商银行", "招行"), ("额度", "年费", "利率")
TEXTS = [
    f"{bank}的{aspect}{said}" for bank in BANKS for aspect in ASPECTS for said in ("太低", "不错", "还可以吧")
]
SPANS = [
    [NamedSpan(0, len(bank), "BANK"), NamedSpan(len(bank) + 1, len(bank) + 3, "ASPECT")]
    for bank in BANKS
    for _ in ASPECTS
    for _ in range(3)
]


@pytest.fixture(scope="module")
def tagger():
    return SpanTagger().fit(TEXTS, SPANS)


def test_tags_that_begin_in_the_middle_begin_nothing():
    assert spans_of_tags(["I-A", "B-A", "I-B", "O", "B-B", "B-B", "I-B"]) == [
        (1, 2, "A"),
        (4, 5, "B"),
        (5, 7, "B"),
    ]


def test_a_lexicon_takes_the_longest_and_leaves_what_is_seldom_a_span():
    lexicon = SpanLexicon().fit(
        ["工商银行", "银行", "银行", "银行"], [[NamedSpan(0, 4, "BANK")], [NamedSpan(0, 2, "BANK")], [], []]
    )
    assert lexicon.spans("工商银行和银行") == [(0, 4, "BANK")]
    assert lexicon.spans("工商银行和银行", least=0.2) == [(0, 4, "BANK"), (5, 7, "BANK")]


def test_what_was_learnt_is_found_where_it_was_never_seen(tagger):
    assert tagger.spans("招行的额度还行") == [(0, 2, "BANK"), (3, 5, "ASPECT")]
    assert tagger.spans("交行的手续费太低")[0] == (0, 2, "BANK")
    assert tagger.spans("") == []
    assert strict_f1([tagger.spans(one) for one in TEXTS], SPANS) > 0.95


def test_spans_never_overlap_and_lie_in_their_text(tagger):
    for text in ("交行交行交行", "额", "工商银行年费利率!!", "x" * 40, "交行的\n年费"):
        edge = 0
        for span in tagger.spans(text):
            assert edge <= span.start < span.end <= len(text)
            edge = span.end


def test_without_a_span_nothing_is_learnt():
    with pytest.raises(TextsError):
        SpanTagger().fit(["abc"], [[]])
