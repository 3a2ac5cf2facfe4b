"""The small served bank over a socket from this process, with a clock that a test turns: what a date decides is the same on every day."""

import http.client
import json
import threading
import time

import served_bank
import uvicorn

from zhike.workbench.app import with_workbench

_STARTS_WITHIN = 300


class LiveThread:
    """Interface, workbench and customers' pages of a `served_bank.Served`; stop it, or use it in a ``with``."""

    def __init__(self, folder):
        self.bank = served_bank.Served(folder)
        self._server = uvicorn.Server(
            uvicorn.Config(with_workbench(self.bank.app), port=0, log_level="error", access_log=False)
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + _STARTS_WITHIN
        while not self._server.started:
            assert self._thread.is_alive()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def ask(self, method, path, body=None, *, staff=None, purpose="service"):
        """Ask as a member of staff, or as nobody; return status and parsed body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {**self.bank.headers(staff, purpose), "Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        content = json.loads(answer.read())
        connection.close()
        return answer.status, content

    def stop(self):
        self._server.should_exit = True
        self._thread.join()
        self.bank.close()

    def __enter__(self):
        return self

    def __exit__(self, *_problem):
        self.stop()
