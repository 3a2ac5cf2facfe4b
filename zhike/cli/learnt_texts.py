"""What the commands that learn from texts share: their files, the rows left out, what a kept model says of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import said, write
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.core.language import Language

__all__ = ["TextColumn", "TextFile", "TextFiles", "provenance_of", "show_left_out", "show_saved", "text_file"]

_LEFT_OUT: Final = Text(
    "{path}: {count:,} rows without a text or its label were left out.",
    "{path}：{count:,} 行缺少文本或标签，已略去。",
    "{path}：{count:,} 列缺少文字或標籤，已略去。",
)
_SAVED: Final = Text(
    "Model in {path}, sha256 {sha256}.",
    "模型已存入 {path}，sha256 {sha256}。",
    "模型已存入 {path}，sha256 {sha256}。",
)

TextFile = Path | None
TextColumn = Annotated[
    str, typer.Option("--text", metavar="COLUMN", help=said("Column of the texts.", "文本所在列。", "文字所在欄。"))
]  # fmt: skip


def text_file(option: str, en: str, zh_hans: str, zh_hant: str) -> Any:  # noqa: ANN401 - typer's own
    """Return an option that takes a file."""
    return typer.Option(option, metavar="FILE", help=said(en, zh_hans, zh_hant))


@dataclass(frozen=True, slots=True)
class TextFiles:
    """Options: texts to learn from and to measure on, a model kept before, what is written."""

    train: TextFile = None
    model: Annotated[
        TextFile,
        text_file(
            "--model",
            "A model kept by --save, instead of --train.",
            "由 --save 保存的模型，替代 --train。",
            "由 --save 保存的模型，取代 --train。",
        ),
    ] = None
    test: TextFile = None
    save: Annotated[
        TextFile,
        text_file("--save", "Keep the model in this file.", "将模型存入此文件。", "將模型存入此檔。"),
    ] = None
    out: TextFile = None

    def check(self) -> None:
        """Refuse files that do not go together.

        Raises
        ------
        UsageError
        """
        if (self.train is None) == (self.model is None):
            raise UsageError(
                what=phrase("both --train and --model, or neither"),
                expected=phrase("one of --train and --model"),
            )
        if self.test is None and self.save is None:
            raise UsageError(
                what=phrase("neither --test nor --save"), expected=phrase("--test FILE, --save FILE, or both")
            )
        if self.out is not None and self.test is None:
            raise UsageError(
                what=phrase("--out without --test"), expected=phrase("--test FILE, the texts to sort")
            )


def provenance_of(texts: Sequence[str], marks: Sequence[str]) -> dict[str, Any]:
    """Return what a kept model says of the rows that it learnt from: how many, and their hash in any order."""
    import polars as pl

    from zhike import __version__
    from zhike.learn.training import table_sha256

    table = pl.DataFrame({"text": texts, "marks": marks}, schema={"text": pl.String, "marks": pl.String})
    return {"rows": len(texts), "sha256": table_sha256(table), "version": __version__}


def show_left_out(found: Mapping[str, Any], language: Language) -> None:
    """Say of each file how many of its rows were left out."""
    for part in ("train", "test"):
        if part in found and found[part]["left_out"]:
            write(_LEFT_OUT.render(language, path=found[part]["path"], count=found[part]["left_out"]))


def show_saved(found: Mapping[str, Any], language: Language) -> None:
    """Say where the model was kept."""
    if "model" in found:
        write(_SAVED.render(language, **found["model"]))
