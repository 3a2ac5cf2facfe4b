"""Bring the schema of an older store up to a later version with Alembic, inside a transaction that somebody else begins and ends.

There is no way back: a store is brought back from its backup instead.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from zhike.adapters.store.schema import VERSION

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["MIGRATIONS", "migrate", "released"]

MIGRATIONS: Final = Path(__file__).with_name("migrations")


def released() -> tuple[str, ...]:
    """Return every version that has a migration to it, oldest first."""
    return tuple(script.revision for script in _scripts().walk_revisions())[::-1]


def migrate(connection: Connection, revision: str) -> None:
    """Do every step from the noted version to a later one, and note that.

    Parameters
    ----------
    connection : Connection
        With a transaction begun; both back ends undo changes of tables with everything else.
    revision : str
        The version wanted.
    """
    context = MigrationContext.configure(connection, opts={"version_table": VERSION.name})
    scripts, operations = _scripts(), Operations(context)
    steps = list(scripts.iterate_revisions(revision, context.get_current_revision() or "base"))
    for step in reversed(steps):
        # The operations are given, as Alembic's own `op` is one for all threads of a process.
        step.module.upgrade(operations)
    context.stamp(scripts, revision)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS)])
