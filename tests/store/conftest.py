"""A ledger on every back end: each test that asks for `house` or `store` runs on SQLite and on PostgreSQL."""

import itertools
import shutil
from contextlib import contextmanager

import pytest
from running_postgres import running_postgres

_NUMBERS = itertools.count(1)


class House:
    """Where a test's ledger is kept: opens it as often as asked, and looks at it from outside."""

    def __init__(self, kind, place, keys):
        self.kind, self.place, self.keys = kind, place, keys
        self._opened = []

    def open(self, **options):
        from zhike.adapters.store import open_store

        store = open_store(self.place, options.pop("keys", self.keys), **options)
        self._opened.append(store)
        return store

    @property
    def backend(self):
        """The back end of the store opened last."""
        return self._opened[-1].workings.backend

    @property
    def engine(self):
        """SQLAlchemy's engine of the store opened last."""
        return self.backend.engine

    @contextmanager
    def outside(self):
        """Yield a connection past the store, as an intruder or an auditor has."""
        connection = self.engine.raw_connection()
        try:
            yield connection.dbapi_connection
        finally:
            connection.close()

    def close(self):
        for store in self._opened:
            store.close()


@pytest.fixture(scope="session")
def postgres():
    """A server for the whole run; tests of PostgreSQL skip where its packages are not installed."""
    yield from running_postgres()


@contextmanager
def sqlite_house(folder):
    house = House("sqlite", folder / "ledger.db", folder / "ledger.keys")
    try:
        yield house
    finally:
        house.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_house(server, folder):
    schema = f"t{next(_NUMBERS)}"
    server.run(f"CREATE SCHEMA {schema}")
    house = House("postgresql", server.url(schema), folder / "ledger.keys")
    house.schema, house.server = schema, server
    try:
        yield house
    finally:
        house.close()
        server.run(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request, tmp_path):
    """A place for one ledger, on either back end."""
    folder = tmp_path / "ledger"
    folder.mkdir()
    if request.param == "sqlite":
        with sqlite_house(folder) as found:
            yield found
    else:
        with postgres_house(request.getfixturevalue("postgres"), folder) as found:
            yield found


@pytest.fixture
def store(house):
    """An open ledger."""
    return house.open()


@pytest.fixture
def lite(tmp_path):
    """A place for one ledger on SQLite, for what only its files can show."""
    folder = tmp_path / "ledger"
    folder.mkdir()
    with sqlite_house(folder) as found:
        yield found
