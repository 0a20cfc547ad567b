"""Settings of a rehearsal on the tests' own PostgreSQL, with channels and Slack that only count who calls."""

from __future__ import annotations

import fcntl
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from pydantic import SecretStr
from rich.console import Console

from bot.nlu import environment
from bot.settings import ROOT, Settings
from tests.integration.conftest import HOME, Serve, share_models

SAMPLE = ROOT / "data" / "sample"


class Outside:
    """Slack and a social network that keep each request they get."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.app = FastAPI()

        @self.app.middleware("http")
        async def keep(request: Request, call_next):  # type: ignore[no-untyped-def]
            self.requests.append(f"{request.method} {request.url.path}")
            return await call_next(request)


@pytest.fixture(autouse=True)
def one_at_a_time() -> Iterator[None]:
    """These tests look for what a rehearsal leaves behind: in another process's they would see each other's."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "rehearsing").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture(scope="session")
def home() -> Path:
    """Kept between runs, so that only the first one trains."""
    place = HOME / "rehearsals"
    place.mkdir(parents=True, exist_ok=True)
    environment.ensure(HOME.parent)
    share_models(place / "rehearsal")
    link = place / "rasa-env"
    if not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(HOME.parent / "rasa-env", target_is_directory=True)
    return place


@pytest.fixture
def settings(home: Path, database: str, outside: Outside, serve: Serve) -> Settings:
    """Everything is connected that could publish."""
    url = serve(outside.app)
    return Settings(
        home=home,
        database_url=SecretStr(database),
        mastodon_url=url,
        mastodon_token=SecretStr("token"),
        slack_base_url=f"{url}/api/",
        slack_bot_token=SecretStr("xoxb-test"),
        slack_signing_secret=SecretStr("secret"),
    )


@pytest.fixture
def console() -> Console:
    """A terminal whose words can be read: `console.file.getvalue()`."""
    return Console(file=io.StringIO(), width=200)
