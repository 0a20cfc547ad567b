"""`goodword doctor` on real parts: what is fine, what is wrong and how to mend it, and that it changes nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine, insert

from bot import postgres_folder
from bot.model_stand_in.app import StandIn
from bot.model_stand_in.app import create as create_model
from bot.nlu import environment
from bot.postgres import folder, sqlalchemy_url
from bot.record.places import PUBLISHING
from bot.record.tables import switches
from bot.sandbox.running import RunningSandbox
from bot.square.network import SquareNetwork
from knowledge.entries import Entry, EntryKind, EntryStatus
from knowledge.stored import row_of
from knowledge.tables import entries
from tests.integration.conftest import HOME, Serve
from tests.integration.service.command_line import PASSWORD, Goodword, Ran

Report = dict[str, dict[str, str]]


def report(ran: Ran) -> Report:
    return {found["part"]: found for found in json.loads(ran.out)["findings"]}


def everything(folder: Path) -> dict[str, str]:
    """All files below a folder, with modes and hashes."""
    return {
        str(path.relative_to(folder)): f"{path.stat().st_mode} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def learned(database: str, *, due: bool = False) -> None:
    """One live entry, and publishing switched on."""
    review = datetime(2026, 1, 3, tzinfo=UTC) if due else None
    entry = Entry(
        id="shelf", kind=EntryKind.USAGE, title="Shelf", text="Use a plug.", status=EntryStatus.LIVE, review_at=review
    )
    engine = create_engine(sqlalchemy_url(database))
    with engine.begin() as connection:
        connection.execute(insert(entries).values(**row_of(entry, "hash", None), version=1))
        connection.execute(insert(switches).values(name=PUBLISHING, on=True, who="Lea"))
    engine.dispose()


def with_rasa(home: Path) -> None:
    """A home whose environment for Rasa looks as the set-up leaves it."""
    python = home / "rasa-env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (home / "rasa-env" / environment.STAMP).write_text(hashlib.sha256(environment.LOCK.read_bytes()).hexdigest())


def answering(parts: dict[str, str]) -> FastAPI:
    app = FastAPI()

    @app.get("/readyz")
    async def readyz() -> dict[str, Any]:
        return {"ready": set(parts.values()) == {"ok"}, "parts": parts}

    return app


def test_all_that_is_well(
    goodword: Goodword,
    tmp_path: Path,
    database: str,
    sandbox: RunningSandbox,
    network: SquareNetwork,
    serve: Serve,
) -> None:
    with_rasa(tmp_path / "home")
    learned(database, due=True)
    given = sandbox.workspace.settings
    service = serve(answering({"database": "ok", "slack": "ok"}))
    model = StandIn()
    before = everything(tmp_path)
    variables = {
        "database_url": database,
        "port": service.rsplit(":", 1)[1],
        "leads": '["U1"]',
        "slack_bot_token": given.bot_token,
        "slack_app_token": given.app_token,
        "slack_base_url": sandbox.api,
        "mastodon_url": network.url,
        "mastodon_token": network.brand_token,
        "llm_base_url": f"{serve(create_model(model))}/v1",
        "llm_model": model.model,
        "llm_api_key": model.key,
    }
    ran = goodword("doctor", "--json", **variables)
    found = report(ran)
    wrong = {part: it["says"] for part, it in found.items() if it["standing"] == "wrong"}
    assert wrong == {}
    assert ran.status == 0
    assert "1 live entries (1 usage); 1 due for review, the oldest since 2026-01-03" in found["Knowledge"]["says"]
    assert "with pgvector, up to date" in found["Database"]["says"]
    assert found["Publishing"]["says"].startswith("switched on since")
    assert found["Slack scopes"]["standing"] == "ok"
    assert "database, slack" in found["Service"]["says"]
    for secret in (given.bot_token, given.app_token, network.brand_token):
        assert secret not in ran.out + ran.err
    for_people = goodword("doctor", **variables)
    assert for_people.status == 0
    assert "workspace Holloway Tools, as @goodword" in for_people.out
    assert everything(tmp_path) == before
    assert not any(channel.messages for channel in sandbox.workspace.channels.values())


def test_what_is_wrong_says_how_to_mend_it(
    goodword: Goodword, database: str, sandbox: RunningSandbox, serve: Serve, network: SquareNetwork
) -> None:
    given = sandbox.workspace.settings
    sandbox.workspace.settings = replace(given, scopes=given.scopes - {"users:read", "groups:history"})
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from the future'")
    service = serve(answering({"database": "ok", "rasa": "Rasa does not answer"}))
    ran = goodword(
        "doctor",
        "--json",
        database_url=database,
        port=service.rsplit(":", 1)[1],
        slack_bot_token=given.bot_token,
        slack_app_token=given.bot_token,
        slack_channel="nowhere",
        slack_base_url=sandbox.api,
        mastodon_url=network.url,
        mastodon_token=PASSWORD,
        llm_base_url="http://127.0.0.1:9/v1",
        llm_model="m",
        llm_api_key=PASSWORD,
    )
    assert ran.status == 1
    found = report(ran)
    wrong = {part: f"{it['says']} | {it['mend']}" for part, it in found.items() if it["standing"] == "wrong"}
    for part, words in {
        "Rasa": "make setup",
        "Database": "a newer Goodword",
        "Service": "rasa: Rasa does not answer",
        "Slack scopes": "missing: groups:history, users:read",
        "Slack socket": "it is a bot token",
        "Slack channel": "no channel “nowhere”",
        "Mastodon": "access token",
        "Language model": "does not answer",
    }.items():
        assert words in wrong.pop(part), part
    assert wrong == {}
    assert found["Knowledge"]["standing"] == "off"


def test_tokens_that_slack_does_not_know_and_a_database_that_is_away(
    goodword: Goodword, sandbox: RunningSandbox
) -> None:
    ran = goodword(
        "doctor",
        "--json",
        database_url=f"postgresql://u:{PASSWORD}@127.0.0.1:1/x",
        slack_bot_token="xoxb-123456789012-of-nobody",
        slack_app_token="xapp-1-123456789012-of-nobody",
        slack_base_url=sandbox.api,
    )
    found = report(ran)
    assert "invalid_auth" in found["Slack token"]["says"]
    assert "invalid_auth" in found["Slack socket"]["says"]
    assert "PostgreSQL does not answer" in found["Database"]["says"]
    assert ran.status == 1


@pytest.mark.parametrize("written", ["", "brand = \n"])
def test_an_empty_folder_is_told_what_to_do_and_stays_empty(goodword: Goodword, tmp_path: Path, written: str) -> None:
    if written:
        (tmp_path / "goodword.toml").write_text(written)
    ran = goodword("doctor", port="0")
    assert ran.status == 1
    assert ("docs/settings.md" if written else "make setup") in ran.out
    assert sorted(path.name for path in tmp_path.iterdir()) == (["goodword.toml"] if written else [])


def test_a_paused_installation_says_by_whom(goodword: Goodword, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("INSERT INTO switches (name, \"on\", who) VALUES ('publishing', false, 'Anna')")
    found = report(goodword("doctor", "--json", database_url=database, port="0"))
    assert found["Publishing"]["standing"] == "off"
    assert found["Publishing"]["says"].startswith("paused since")
    assert found["Publishing"]["says"].endswith(", by Anna")
    assert "nobody in Slack can resume publishing" in found["Leads"]["says"]
    led = report(goodword("doctor", "--json", database_url=database, port="0", leads='["U1"]'))
    assert led["Leads"]["standing"] == "ok"
    assert "no entry is live" in found["Knowledge"]["says"]


def test_the_embedded_server_is_found_where_it_runs_and_not_started_where_it_does_not(
    postgres: str, tmp_path: Path
) -> None:
    found = postgres_folder.address(folder(HOME))
    assert found is not None
    with psycopg.connect(found) as connection, psycopg.connect(postgres) as other:
        started = "SELECT pg_postmaster_start_time()"
        assert connection.execute(started).fetchone() == other.execute(started).fetchone()
    assert postgres_folder.address(folder(tmp_path)) is None
