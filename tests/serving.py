"""A web application on a free loopback port, in a thread of the test's."""

from __future__ import annotations

import threading
from typing import Any

import uvicorn

from tests.waiting import until


class Serving:
    """A context manager; entering it gives the base address."""

    def __init__(self, app: Any) -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> str:
        self._thread.start()
        until(lambda: self._server.started)
        host, port = self._server.servers[0].sockets[0].getsockname()
        return f"http://{host}:{port}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
