"""The demo's social network: mastodon-mock as a process of its own, whose town stays between runs."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from bot.square.town import Person, Town
from knowledge.errors import GoodwordError

#: It answers within two seconds on an idle machine.
LONGEST_START = 60.0


class NetworkFailed(GoodwordError):
    """The demo's network did not start."""

    code = "network_failed"


class SquareNetwork:
    """Starts and stops mastodon-mock on 127.0.0.1 and gives the brand and the customers their accounts.

    `folder` keeps the town (database, media, log, the brand's token). `port` None takes any free one. `public_address`
    (`127.0.0.1:8080`) is where permalinks lead: the town square's. However the program that started it ends, the
    process ends too, so none is ever left over.

        async with SquareNetwork(folder, brand=Person("holloway", "Holloway Tools")) as network:
            MastodonChannel(network.url, network.brand_token)
    """

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        brand: Person,
        customers: Sequence[Person] = (),
        public_address: str | None = None,
    ) -> None:
        self.brand = brand
        self.customers = tuple(customers)
        self.port = port or _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "network.log"
        self._folder = folder
        self._public_address = public_address or f"127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> SquareNetwork:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    @property
    def brand_token(self) -> str:
        """The access token of the brand's account: made once, kept in the folder, readable by its owner only."""
        path = self._folder / "brand.token"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(32))
        return path.read_text()

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    async def start(self) -> None:
        """Start and wait until it answers; the accounts are there then. Raises NetworkFailed."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        config = self._folder / "network.toml"
        config.write_text(self._config())
        config.chmod(0o600)  # it holds the brand's token
        # -P: its own folder is not searched for modules. Our settings and tokens are none of its business.
        program = [sys.executable, "-P", str(Path(__file__).with_name("network_process.py"))]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("GOODWORD_", "SLACK_"))
        }
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 (it returns at once)
                [
                    *program,
                    "serve",
                    "--config",
                    str(config),
                    "--host",
                    "127.0.0.1",
                    "--port",
                    str(self.port),
                    "--log-level",
                    "warning",
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,  # Ctrl-C reaches whoever started it, who stops it in good order
            )
        try:
            await self._wait()
            town = Town(self.url)
            try:
                for customer in self.customers:
                    await town.token(customer)
            finally:
                await town.close()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop the process, within some five seconds. Stopping twice is fine."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 5)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)
        if process.stdin is not None:
            process.stdin.close()

    async def _wait(self) -> None:
        """Until the process answers and knows our token: another program on the port does not."""
        until = time.monotonic() + LONGEST_START
        headers = {"Authorization": f"Bearer {self.brand_token}"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=2.0, trust_env=False) as http:
            while self.running and time.monotonic() < until:
                try:
                    if (await http.get("/api/v1/accounts/verify_credentials")).status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.1)
        why = "it ended at once" if not self.running else f"it did not answer within {LONGEST_START:.0f} s"
        raise NetworkFailed(
            f"the demo's social network did not start on port {self.port}: {why}",
            hint=f"the port may be taken: choose another; the log is {self.log}",
        )

    def _config(self) -> str:
        """mastodon-mock's settings. JSON strings are TOML strings, so nothing has to be escaped by hand."""
        quoted = {
            "domain": json.dumps(self._public_address),
            "database": json.dumps(str(self._folder / "town.sqlite")),
            "media": json.dumps(str(self._folder / "media")),
            "handle": json.dumps(self.brand.handle),
            "name": json.dumps(self.brand.name),
            "token": json.dumps(self.brand_token),
        }
        return _CONFIG.format(**quoted)


_CONFIG = """\
title = "The town square"
domain = {domain}
url_scheme = "http"
media_storage_path = {media}

[database]
path = {database}

[[seed.accounts]]
username = {handle}
display_name = {name}
access_token = {token}
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
