"""What the archive refuses: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "warnings as of {day}": ("截至 {day} 的预警", "截至 {day} 的預警"),
    "warnings as of {at} or before": ("截至 {at} 或更早的预警", "截至 {at} 或更早的預警"),
    "Install zhike[text], or learn the model again without.": (
        "请安装 zhike[text]，或不用语义重新训练模型。",
        "請安裝 zhike[text]，或不用語意重新訓練模型。",
    ),
    "Name the column of labels, or give texts of other classes too.": (
        "请指明类别列，或补充其他类别的文本。",
        "請指明類別欄，或補充其他類別的文字。",
    ),
    "Name the column that holds the texts.": ("请指明文本所在的列。", "請指明文字所在的欄。"),
    "a model that learnt with the embedder {name}": (
        "训练时使用了语义模型 {name} 的模型",
        "訓練時使用了語意模型 {name} 的模型",
    ),
    "a model that reads embeddings, and no embedder": ("需要语义模型，但未提供", "需要語意模型，但未提供"),
    "at least two classes": ("至少两个类别", "至少兩個類別"),
    "no text with a word": ("没有一条文本含有词语", "沒有一筆文字含有詞語"),
    "texts in Chinese or Latin letters": ("中文或拉丁字母文本", "中文或拉丁字母文字"),
    "the embedder that it learnt with": ("训练时所用的语义模型", "訓練時所用的語意模型"),
    "this embedder": ("该语义模型", "該語意模型"),
    "{count} class among {rows:,} texts": (
        "{rows:,} 条文本只有 {count} 个类别",
        "{rows:,} 筆文字只有 {count} 個類別",
    ),
    "no text with a span": ("没有一条文本标有片段", "沒有一筆文字標有片段"),
    "texts in which spans are marked": ("标有片段的文本", "標有片段的文字"),
    "the signal {name} with '{value}'": ("信号 {name} 写有“{value}”", "訊號 {name} 寫有「{value}」"),
    "the signal {name} with the term '{value}'": (
        "信号 {name} 的词语“{value}”",
        "訊號 {name} 的詞語「{value}」",
    ),
    "words, digits between quotation marks": ("词语；数字须加引号", "詞語；數字須加引號"),
    "Name the column of tags.": ("请指明标注所在的列。", "請指明標註所在的欄。"),
    "Correct the marks, or leave the row out.": ("请更正标注，或略去该行。", "請更正標註，或略去該列。"),
    "a list of [start, end, kind], within the text and none over another": (
        "[起, 止, 类型] 列表，位于文本之内且互不重叠",
        "[起, 止, 類型] 清單，位於文字之內且互不重疊",
    ),
    "a tag B-KIND, I-KIND or O for each character": (
        "每个字符一个标签：B-类型、I-类型或 O",
        "每個字元一個標籤：B-類型、I-類型或 O",
    ),
    "in row {row}: {what}": ("第 {row} 行：{what}", "第 {row} 列：{what}"),
    "the span {span}": ("片段 {span}", "片段 {span}"),
    "the spans '{cell}'": ("片段“{cell}”", "片段「{cell}」"),
    "{count} tags for {size} characters": (
        "{size} 个字符对应 {count} 个标签",
        "{size} 個字元對應 {count} 個標籤",
    ),
}
