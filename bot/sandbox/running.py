"""A sandbox on a port of this machine, in a thread of its own with its own event loop."""

from __future__ import annotations

import socket
import threading
import time

import uvicorn

from bot.sandbox.app import create
from bot.sandbox.workspace import Workspace
from knowledge.errors import GoodwordError


class PortTaken(GoodwordError):
    """The sandbox cannot listen where it was told to."""

    code = "port_taken"


class RunningSandbox:
    """`with RunningSandbox() as sandbox:` serves on 127.0.0.1. `address` has no final slash; port 0: any free one."""

    def __init__(self, workspace: Workspace | None = None, *, port: int = 0) -> None:
        self.workspace = workspace or Workspace()
        self._listening = _listen(port)
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        # Socket Mode connections stay open for as long as the app lives: do not wait for them at the end.
        config = uvicorn.Config(
            create(self.workspace),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
            ws_ping_interval=None,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._listening],), name="sandbox", daemon=True)

    @property
    def api(self) -> str:
        """What to give `WebClient(base_url=…)`."""
        return f"{self.address}/api/"

    def start(self) -> RunningSandbox:
        """Serve, and return once requests are taken."""
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise PortTaken("the sandbox ended while starting", hint="see the lines above for the reason")
            time.sleep(0.01)
        return self

    def stop(self) -> None:
        """End it and wait for its thread."""
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._listening.close()

    def __enter__(self) -> RunningSandbox:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        hint = "stop what listens there, or choose another port"
        raise PortTaken(f"the sandbox cannot listen on 127.0.0.1:{port}: {error.strerror}", hint=hint) from error
    return listening
