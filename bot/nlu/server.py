"""The life of the Rasa server: started, adopted after a kill, given a new model, stopped."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import yaml
from rich.console import Console

from bot.nlu.adoption import Running, end, read, write
from bot.nlu.rasa_process import code_version, variables
from bot.ticking import ticking
from knowledge.errors import GoodwordError

#: Seconds until Rasa has to answer: it imports for 5 to 10, longer on a busy machine.
_PATIENCE = 180.0

#: Bytes of log after which a start begins a new file.
_LOG_LIMIT = 5_000_000


class RasaFailed(GoodwordError):
    """Rasa did not start, or would not take a model; what it said last is in the message."""

    code = "rasa_failed"


class RasaServer:
    """One Rasa server on loopback, whose files lie in `home`/rasa. Its process outlives a killed Goodword.

    `python` is that of Rasa's environment, `action_url` where Goodword answers Rasa's action calls; `action_token`, if
    given, is sent there as bearer.
    """

    def __init__(
        self, home: Path, python: Path, embedding_path: Path, action_url: str, *, action_token: str = "", port: int = 0
    ) -> None:
        """`port` 0 takes a free one."""
        self.home = home.absolute()
        self._place = self.home / "rasa"
        self._python = python
        self._embedding_path = embedding_path
        self._action_url = action_url
        self._action_token = action_token
        self._port = port
        self._running: Running | None = None
        self._process: subprocess.Popen[bytes] | None = None  # only where we started it

    @property
    def url(self) -> str:
        """Where it answers. Raises RasaFailed before the start."""
        return f"http://127.0.0.1:{self._now().port}"

    @property
    def token(self) -> str:
        """The bearer token of its turn channel, as kept in a file that only we can read."""
        return self._token_file.read_text().strip()

    @property
    def pid(self) -> int | None:
        """Its process, while there is one."""
        return self._running.pid if self._running else None

    @property
    def model(self) -> Path | None:
        """The model that is in."""
        return Path(self._running.model) if self._running else None

    async def start(self, model: Path, *, console: Console | None = None) -> None:
        """Serve `model`: adopt the server that a killed Goodword left, else start one, and wait until it answers.

        Raises:
            RasaFailed: it ended or did not answer in time.
        """
        self._place.mkdir(parents=True, exist_ok=True)
        if await self._adopt(model):
            return
        self._write_settings()
        self._running = self._spawn(model)
        write(self._record, self._running)
        try:
            await self._wait(console or Console(stderr=True))
        except BaseException:
            await self.stop()
            raise

    async def swap(self, model: Path) -> None:
        """Put another model in; turns are answered by the old one until the new one is ready.

        Raises:
            RasaFailed: Rasa does not answer, or cannot load it (the old one stays in).
        """
        running = self._now()
        async with self._client(timeout=_PATIENCE) as client:
            try:
                response = await client.put("/webhooks/turn/model", json={"path": _absolute(model)})
            except httpx.HTTPError as error:
                raise RasaFailed(f"Rasa took no new model: {type(error).__name__}") from error
        if response.status_code != 200:
            raise RasaFailed(f"Rasa could not load {model.name}: {response.text[:300]}", hint="train it anew")
        self._running = replace(running, model=_absolute(model))
        write(self._record, self._running)

    async def healthy(self) -> str | None:
        """None where it answers with a model in, else a sentence saying what is wrong."""
        if not self._running:
            return "Rasa was not started"
        if not self._running.is_alive():
            return f"Rasa has ended; {self.log} says why"
        return None if await self._model_in() else "Rasa runs but does not answer"

    async def stop(self) -> None:
        """End it with all its children, whether we started or adopted it. Twice does no harm."""
        running = self._running or read(self._record)
        self._running = None
        if running:
            await asyncio.to_thread(end, running)
        if self._process:
            self._process.wait()
            self._process = None
        self._record.unlink(missing_ok=True)

    async def _adopt(self, model: Path) -> bool:
        left = read(self._record)
        if not left:
            return False
        self._running = left
        wanted = (code_version(), self._action_url, self._embedding_path.as_posix(), self._port or left.port)
        fits = (left.code, left.action_url, left.embedding_path, left.port) == wanted
        if fits and left.is_alive() and self._same_action_token() and await self._model_in():
            if left.model != _absolute(model):
                await self.swap(model)
            return True
        await self.stop()
        return False

    def _spawn(self, model: Path) -> Running:
        port = self._port or _free_port()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        command = [str(self._python), "-m", "goodword_rasa", "run", "--model", _absolute(model)]
        command += ["--interface", "127.0.0.1", "--port", str(port)]
        command += ["--credentials", str(self._credentials), "--endpoints", str(self._endpoints)]
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches us alone, and its whole group can be ended.
            self._process = subprocess.Popen(
                command,
                cwd=self._place,
                env=variables(self.home, self._embedding_path),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return Running(
            pid=self._process.pid,
            created=psutil.Process(self._process.pid).create_time(),
            port=port,
            model=_absolute(model),
            code=code_version(),
            action_url=self._action_url,
            embedding_path=self._embedding_path.as_posix(),
        )

    async def _wait(self, console: Console) -> None:
        began = time.monotonic()
        with ticking(console, "Rasa is starting (5 to 10 seconds)"):
            while (answering := await self._model_in()) is None:
                if not self._now().is_alive():
                    said = f"Rasa ended while starting. It said:\n{self._last_words()}"
                    raise RasaFailed(said, hint=f"see {self.log}")
                if time.monotonic() - began > _PATIENCE:
                    raise RasaFailed(f"Rasa did not answer within {_PATIENCE:.0f} seconds", hint=f"see {self.log}")
                await asyncio.sleep(0.25)
        if not answering:  # it loads the model before it listens, and goes on without when it cannot
            raise RasaFailed(
                f"Rasa could not load {self._now().model}. It said:\n{self._last_words()}",
                hint=f"remove that file and start again: it is trained anew; {self.log} says more",
            )

    async def _model_in(self) -> str | None:
        """The name of the model that answers, empty where it answers without one, None where nothing answers."""
        try:
            async with self._client(timeout=5.0) as client:
                response = await client.get("/webhooks/turn/health")
            return str(response.json()["model"] or "") if response.status_code == 200 else None
        except (httpx.HTTPError, OSError, ValueError, KeyError, TypeError):
            return None

    def _client(self, timeout: float) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=timeout, trust_env=False)

    def _write_settings(self) -> None:
        _write_private(self._token_file, secrets.token_urlsafe(32))
        credentials = {"goodword_rasa.turn.TurnChannel": {"token_file": str(self._token_file)}}
        _write_private(self._credentials, yaml.safe_dump(credentials))
        _write_private(self._endpoints, self._endpoint_settings())

    def _endpoint_settings(self) -> str:
        endpoint: dict[str, object] = {"url": self._action_url}
        if self._action_token:
            endpoint["headers"] = {"Authorization": f"Bearer {self._action_token}"}
        return yaml.safe_dump(
            {"action_endpoint": endpoint, "tracker_store": {"type": "goodword_rasa.trackers.TurnTrackers"}}
        )

    def _same_action_token(self) -> bool:
        return self._endpoints.exists() and self._endpoints.read_text() == self._endpoint_settings()

    def _now(self) -> Running:
        if not self._running:
            raise RasaFailed("Rasa was not started", hint="this is a bug in Goodword: please report it")
        return self._running

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return "\n".join(f"  {line}" for line in lines[-8:])

    @property
    def _record(self) -> Path:
        return self._place / "server.json"

    @property
    def _token_file(self) -> Path:
        return self._place / "token"

    @property
    def _credentials(self) -> Path:
        return self._place / "credentials.yml"

    @property
    def _endpoints(self) -> Path:
        return self._place / "endpoints.yml"

    @property
    def log(self) -> Path:
        """What it says goes there; a start begins a new file when it is long."""
        return self.home / "logs" / "rasa.log"


def _absolute(path: Path) -> str:
    return str(path.absolute())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write_private(path: Path, text: str) -> None:
    """A file that nobody else can read, not even for the moment before its mode is set."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
