"""What a reader must know about a bank that came from delimited or Parquet files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zhike.core.contracts import CONTRACTS
from zhike.core.language import Text

if TYPE_CHECKING:
    from zhike.observe.mapping import SourceMapping

__all__ = ["ExtractNotes"]

_KNOWN: Final = Text(
    "{table}: the source does not say when a row became known; its {day} at the start of the day in {zone} stands for it.",
    "{table}：来源未说明各行何时已知；以 {zone} 时区 {day} 当日零时代之。",
    "{table}：來源未說明各列何時已知；以 {zone} 時區 {day} 當日零時代之。",
)
_UNUSED: Final = Text(
    "{table}: columns of {file} that are not used: {columns}.",
    "{table}：{file} 中未使用的列：{columns}。",
    "{table}：{file} 中未使用的欄位：{columns}。",
)
_UNMAPPED: Final = Text(
    "No mapping file: times without an offset are read in {zone}, amounts in the smallest unit of their currency.",
    "没有映射文件：不带时差的时间按 {zone} 读取，金额按其币种的最小单位读取。",
    "沒有對應檔：不帶時差的時間按 {zone} 讀取，金額按其幣別的最小單位讀取。",
)


@dataclass(slots=True)
class ExtractNotes:
    """Collects the notes of one extract."""

    plan: SourceMapping
    mapped: bool
    _unused: list[Text] = field(default_factory=list)

    def unused(self, table: str, file: str, columns: list[str]) -> None:
        """Note the columns of a file that nothing reads."""
        if columns:
            self._unused.append(_UNUSED.filled(table=table, file=file, columns=", ".join(columns)))

    def texts(self) -> tuple[Text, ...]:
        """Return all notes."""
        zone = self.plan.timezone
        undated = [
            _KNOWN.filled(table=name, day=CONTRACTS[name].day, zone=zone)
            for name, part in self.plan.tables.items()
            if not part.dated
        ]
        unmapped = [] if self.mapped else [_UNMAPPED.filled(zone=zone)]
        return (*unmapped, *undated, *self._unused)
