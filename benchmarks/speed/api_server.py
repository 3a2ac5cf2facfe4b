"""The server of benchmarks/speed/api.py: Zhike's own, with an endpoint beside that does nothing."""

import sys

import uvicorn
from starlette.responses import Response

from zhike.api.server import app_from_environment


def app():
    application = app_from_environment()

    @application.post("/empty")
    async def empty():
        return Response(b"{}", media_type="application/json")

    return application


if __name__ == "__main__":
    port, workers = map(int, sys.argv[1:])
    uvicorn.run("api_server:app", factory=True, port=port, workers=workers, loop="uvloop", http="httptools", log_level="warning",
                access_log=False, server_header=False, date_header=False)  # fmt: skip
