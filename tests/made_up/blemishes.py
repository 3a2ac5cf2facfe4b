"""The faults that are put into the made-up bank's files on purpose, as extracts have them: each is one row at the end of a file."""

from __future__ import annotations

from typing import Final

__all__ = ["BLEMISHES", "CONTRADICTIONS", "REPEATED", "blemished"]

BLEMISHES: Final[tuple[tuple[str, str, bytes], ...]] = (
    # The thirtieth of February; a type of customer that nobody mapped; a name cut in the middle of a character.
    (
        "客户信息.csv",
        "bad_date",
        "C990001,个人,mass,女,19850230,完全,城东,简体,80000,2024-03-01,2024-03-01 10:00:00".encode("gb18030"),
    ),
    (
        "客户信息.csv",
        "bad_value",
        "C990002,钻石,mass,男,19790511,完全,城西,简体,90000,2024-03-01,2024-03-01 10:00:00".encode("gb18030"),
    ),
    (
        "客户信息.csv",
        "bad_encoding",
        b"C990003,\xb8\xf6\xff,mass,,19900101,,,,,2024-03-01,2024-03-01 10:00:00",
    ),
    ("accounts.csv", "dates_contradict", "A9900001,城东,2025-06-01,2025-05-01,2025-06-01".encode()),
    (
        "contracts.csv",
        "missing_value",
        "HT9900001,C000001,,A0000001,20250601,,,正常,1000.00,2025-06-01 17:30:00".encode(),
    ),
    (
        "contracts.csv",
        "bad_money",
        "HT9900002,C000001,D02,A0000001,20250601,,,正常,1万元,2025-06-01 17:30:00".encode(),
    ),
    ("transactions_2026.csv", "bad_money", "T990000001,A0000001,20260301,990000001,NaN,0.00,转账,".encode()),
    ("transactions_2026.csv", "bad_date", "T990000002,A0000001,20261301,990000002,10.00,0.00,转账,".encode()),
    (
        "transactions_2026.csv",
        "wrong_column_count",
        "T990000003,A0000001,20260301,990000003,1,000.00,0.00,转账,".encode(),
    ),
    # The same number as the first booking, with another amount.
    (
        "transactions_2026.csv",
        "duplicate_key",
        "T000000001,A0000001,20260301,990000004,10.00,0.00,转账,".encode(),
    ),
    ("questionnaires.csv", "out_of_range", "Q9900001,C000001,风险承受能力,问卷,9,C9,,,2026-05-01".encode()),
)
"""File, reason code and row of each fault that must end in the rejects."""

CONTRADICTIONS: Final[tuple[tuple[str, bytes], ...]] = (
    # Sound as rows, wrong beside other rows: `zhike check` finds them.
    ("transactions_2026.csv", "T990000005,A9999999,20260302,990000005,10.00,10.00,转账,".encode()),
    ("contracts.csv", "HT9900003,C999999,D02,,20250601,,,正常,1000.00,2025-06-01 17:30:00".encode()),
)
"""File and row of each fault that only shows beside other rows: an unknown account, an unknown customer."""

REPEATED: Final = "contacts.csv"
"""The file whose first row stands in it twice: kept once, with a note."""


def blemished(name: str, content: bytes) -> bytes:
    r"""Return a file's bytes with its faults at the end.

    Examples
    --------
    >>> blemished("contacts.csv", b"NO\n1\n2\n").decode().split()
    ['NO', '1', '2', '1']
    """
    rows = [row for file, _, row in BLEMISHES if file == name] + [
        row for file, row in CONTRADICTIONS if file == name
    ]
    if name == REPEATED:
        rows.append(content.split(b"\n", 2)[1])
    return content + b"".join(row + b"\n" for row in rows)
