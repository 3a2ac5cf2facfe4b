"""A real PostgreSQL server of the machine's own packages, in a temporary folder over a unix socket."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

_FOLDERS = Path("/usr/lib/postgresql")
_NOBODY = {"user": "nobody", "group": "nogroup", "extra_groups": []}


def found_programs():
    """Return the folder of the newest server's programs, None where there is none."""
    folders = [folder / "bin" for folder in _FOLDERS.glob("*") if (folder / "bin" / "initdb").exists()]
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


class PostgresServer:
    """One server; data and socket lie in a folder of its own, with a short path as sockets need."""

    def __init__(self):
        self.programs = found_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="zhike-pg-"))
        self.data = self.folder / "data"
        # The server refuses to run as root.
        self._as = _NOBODY if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(self.folder, "nobody", "nogroup")
        options = ["--no-sync", "--no-instructions", "-A", "trust", "-U", "zhike", "-E", "UTF8", "--locale=C"]
        self._call("initdb", "-D", str(self.data), *options)
        self._process = None

    def _call(self, program, *words):
        words = [str(self.programs / program), *words]
        subprocess.run(words, check=True, capture_output=True, cwd=self.folder, **self._as)

    def start(self):
        settings = [
            "-c",
            "fsync=off",
            "-c",
            "listen_addresses=",
            "-c",
            f"unix_socket_directories={self.folder}",
        ]
        words = [str(self.programs / "postgres"), "-D", str(self.data), *settings]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(words, stdout=log, stderr=log, cwd=self.folder, **self._as)
        deadline = time.monotonic() + 120
        while True:
            try:
                psycopg.connect(self.dsn()).close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self.folder / "log").read_text("utf-8")
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                return

    def stop(self, how=signal.SIGINT):
        """Stop the server: SIGINT ends all sessions in order, SIGQUIT as a crash would."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=120)
            self._process = None

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder)

    def dsn(self):
        return f"host={self.folder} user=zhike dbname=postgres"

    def url(self, schema):
        return f"postgresql://zhike@/postgres?host={self.folder}&options=-csearch_path%3D{schema}"

    def run(self, statement):
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []
