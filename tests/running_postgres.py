"""A PostgreSQL server for a fixture; tests on it skip where its packages are not installed."""

import pytest


def running_postgres():
    """Yield a server; remove it afterwards."""
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")
    from postgres_server import PostgresServer, found_programs

    if found_programs() is None:
        pytest.skip("no PostgreSQL server on this machine: /usr/lib/postgresql/*/bin is absent")
    server = PostgresServer()
    server.start()
    yield server
    server.remove()
