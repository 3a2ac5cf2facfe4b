"""The shapes of imports, of the rows that they rejected, and of runs of corrected rows."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from zhike.api.models import Strict


class BankBody(BaseModel):
    """The bank folder that the server was started with."""

    name: str
    source: Annotated[str, Field(description="Kind of source that it was loaded from.")]
    timezone: str
    currency: str


class RejectReasonBody(BaseModel):
    """How many rows were rejected for a reason and are not corrected."""

    code: str
    meaning: str
    remedy: str
    rows: int


class ImportBody(BaseModel):
    """What was loaded into one contract table."""

    import_id: Annotated[str, Field(description="Name of the contract table.")]
    rows: Annotated[int, Field(description="That the bank has.")]
    loads: Annotated[int, Field(description="That added some.")]
    rejected: Annotated[int, Field(description="Rows that were ever rejected.")]
    open: Annotated[int, Field(description="Those that were not corrected since.")]
    reasons: list[RejectReasonBody]


class StillWrong(BaseModel):
    """A cell that is wrong after its correction; what stands in it is in the list of rejects."""

    table: str
    source_file: str
    line: int | None
    code: str
    column: str | None
    needed: str | None
    meaning: str


class CorrectionRunBody(BaseModel):
    """A run of corrected rows."""

    run_id: str
    import_id: str
    state: Literal["waiting", "running", "done", "failed"]
    rows: Annotated[int, Field(description="Rejected rows with corrected cells.")]
    cells: int
    actor: str
    recorded_at: dt.datetime
    ended_at: dt.datetime | None
    added: Annotated[int | None, Field(description="Rows that the bank has now; null until the run is done.")]
    identical: Annotated[int | None, Field(description="Rows that the bank had already.")]
    still: Annotated[int | None, Field(description="Cells that are still wrong.")]
    rejected: Annotated[list[StillWrong], Field(description="Where they are, at most 500.")]
    problem: Annotated[str | None, Field(description="Why it failed.")]


class ImportList(BaseModel):
    """What was loaded; bank is null where the server was started without one."""

    bank: BankBody | None
    imports: list[ImportBody]
    runs: Annotated[
        list[CorrectionRunBody], Field(description="The latest runs of corrected rows, the newest first.")
    ]


class RejectBody(BaseModel):
    """A failing cell of a row that was not loaded. What stands in it is shown to whoever may see personal data, and is else masked."""

    number: Annotated[int, Field(description="Its place among all rejects of the import.")]
    source_file: str
    line: int | None
    code: str
    meaning: str
    remedy: str
    column: str | None
    needed: str | None
    found: Annotated[str | None, Field(description="Cut to 200 characters.")]
    row: Annotated[
        Any, Field(description="Cells by column; the text of a row that has none; masked, the mask.")
    ]
    correctable: Annotated[bool, Field(description="False where the row as a whole is at fault.")]


class RejectList(BaseModel):
    """A page of rejects that are not corrected, in the order in which they were loaded."""

    rejects: list[RejectBody]
    next: str | None


class CorrectionsRequest(Strict):
    """Corrected cells of rejected rows."""

    csv: Annotated[
        str,
        Field(
            min_length=1,
            max_length=900_000,
            description="Header table,source_file,line,column,value; further columns are not read. A value that is as it was found, or "
            "masked, is passed over; an empty one is a missing value.",
        ),
    ]
