"""The web face attacked: wrong tokens, foreign names, endless bodies, hostile texts, GETs that must change nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest
import pytest_asyncio
from fastapi import FastAPI
from fastapi.routing import APIRoute
from psycopg import sql
from starlette.routing import Mount

from actions.proposal import Proposal, Source, TurnContext
from bot import core as core_module
from bot.channels.memory import MemoryChannel
from bot.guard import LARGEST_BODY
from bot.health import Health
from bot.queue import Queue
from bot.settings import Settings
from bot.square.app import create as square_app
from bot.square.network import SquareNetwork
from bot.square.town import Person, Town
from bot.web import create
from knowledge import store
from knowledge.entries import Entry, EntryKind
from tests.integration.journey.world import RecordingMemory, RecordingRoom, ScriptedAssistant, World

SECRET = "the-actions-own"
HOSTILE = '<script>alert(1)</script> <img src=x onerror=alert(2)> "><svg onload=alert(3)> {{7*7}} ${7*7}'


class HostileAssistant(ScriptedAssistant):
    """Its sources are what a careless import may hold."""

    async def propose(self, context: TurnContext) -> Proposal:
        bad = Source(entry_id="bad", kind="usage", title=HOSTILE, url="javascript:alert(4)")
        return (await super().propose(context)).model_copy(update={"sources": (bad,)})


@dataclass
class Face:
    """The web face of a process with a few turns in its record."""

    app: FastAPI
    http: httpx.AsyncClient
    world: World


@pytest_asyncio.fixture
async def face(database: str, tmp_path: Path) -> AsyncIterator[Face]:
    channel = MemoryChannel()
    settings = Settings.model_validate({"home": tmp_path, "database_url": database, "brand": HOSTILE})
    async with core_module.opened(settings, channels={"memory": channel}) as core:
        room, memory, assistant = RecordingRoom(), RecordingMemory(), HostileAssistant()
        journey = replace(core.journey, rooms=(room,), assistant=assistant, library=memory)
        core = core.with_journey(journey)
        app = create(core, Health(), SECRET)
        app.state.health.starting = False
        world = World(journey, channel, assistant, room, memory, database)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:3900") as http:
            yield Face(app, http, world)


@pytest.mark.parametrize("token", [None, "", "Bearer", "Bearer ", f"bearer {SECRET}", SECRET, f"Bearer {SECRET}x", "é"])
async def test_the_actions_are_for_our_rasa_alone(face: Face, token: str | None) -> None:
    headers = {} if token is None else {"Authorization": token.encode()}
    answer = await face.http.post("/actions", json={"next_action": "action_advise"}, headers=headers)
    assert answer.status_code == 401
    assert SECRET not in answer.text


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe"])
async def test_a_malformed_call_is_refused_in_words(face: Face, body: bytes) -> None:
    answer = await face.http.post("/actions", content=body, headers={"Authorization": f"Bearer {SECRET}"})
    assert answer.status_code == 400
    assert "JSON object" in answer.text


async def test_an_unknown_action_is_a_failure_in_words(face: Face) -> None:
    answer = await face.http.post(
        "/actions", json={"next_action": "action_delete_all"}, headers={"Authorization": f"Bearer {SECRET}"}
    )
    assert answer.status_code >= 400
    assert "Traceback" not in answer.text


async def test_endless_bodies_are_cut_off(face: Face) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 50 * LARGEST_BODY:
            sent += 65536
            yield b"x" * 65536

    headers = {"Authorization": f"Bearer {SECRET}"}
    assert (await face.http.post("/actions", content=endless(), headers=headers)).status_code == 413
    assert sent < 2 * LARGEST_BODY
    announced = await face.http.post("/actions", content=b"x" * (LARGEST_BODY + 1), headers=headers)
    assert announced.status_code == 413


@pytest.mark.parametrize("path", ["/desk", "/desk/knowledge", "/desk/health", "/metrics", "/"])
async def test_a_foreign_name_pointed_at_this_machine_gets_no_page(face: Face, path: str) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:3900", "[::2]:3900", ""):
        answer = await face.http.get(path, headers={"Host": host})
        assert answer.status_code == 400, host
        assert "GOODWORD_HOSTS" in answer.text
    for host in ("127.0.0.1:3900", "localhost", "[::1]:3900", "LOCALHOST:1"):
        assert (await face.http.get(path, headers={"Host": host})).status_code in (200, 307), host
    assert (await face.http.get("/healthz", headers={"Host": "probe.internal"})).status_code == 200


async def test_only_rasas_door_and_one_form_take_anything_but_get(face: Face) -> None:
    for route in face.app.routes:
        if isinstance(route, APIRoute):
            expected = {"POST"} if route.path in ("/actions", "/desk/disputes") else {"GET"}
            assert route.methods == expected, route.path
        else:
            assert isinstance(route, Mount) or "router" in type(route).__name__.lower(), route
    for path in ("/desk", "/desk/knowledge", "/desk/health", "/healthz", "/readyz", "/metrics"):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert (await face.http.request(method, path)).status_code == 405


async def test_no_get_changes_the_record(face: Face) -> None:
    face.world.channel.say("ben", "How do I hang a shelf?")
    await face.world.settle()
    before = _everything(face.world.url)
    for path in (
        "/",
        "/healthz",
        "/readyz",
        "/metrics",
        "/desk",
        "/desk/health",
        "/desk/knowledge",
        "/desk/knowledge?q=shelf",
        "/desk?approve=1",
        "/desk/knowledge?settled=1",
        "/desk/knowledge?settled=99999999999999999999",
        "/desk/disputes?choice=1:right&who=eve",
        "/desk/static/desk.css",
        "/actions",
        "/desk/static/../../web.py",
    ):
        assert (await face.http.get(path, follow_redirects=True)).status_code < 500, path
    assert _everything(face.world.url) == before


async def test_a_page_that_is_not_there_is_said_in_the_desks_own_words(face: Face) -> None:
    answer = await face.http.get("/desk/que")
    assert (answer.status_code, "There is no such page" in answer.text) == (404, True)
    assert (await face.http.get("/desk/static/desk.css")).headers["content-type"].startswith("text/css")


async def test_hostile_texts_stay_texts_on_every_page(face: Face) -> None:
    face.world.channel.say("<b>eve</b>", f"How do I do it? {HOSTILE}")
    face.world.channel.whisper("javascript:alert(5)", "psst")
    await face.world.settle()
    bad = Entry(
        id="bad", kind=EntryKind.ANSWER, title=HOSTILE, text=HOSTILE, question=HOSTILE, url="javascript:alert(6)"
    )
    core: core_module.Core = face.app.state.core
    async with core.transaction() as connection:
        await store.save(connection, [bad], encoder=core.encoder)
    face.app.state.health.add("<i>part</i>", _hostile_trouble)
    for path in ("/desk", "/desk/knowledge", "/desk/health", f"/desk/knowledge?q={HOSTILE}"):
        answer = await face.http.get(path)
        assert answer.status_code == 200
        page = answer.text
        for bait in (
            "<script",
            "<img src=x",
            "<svg onload",
            "<b>eve",
            "<i>part",
            'href="javascript:',
            "href='javascript:",
        ):
            assert bait not in page.lower(), (path, bait)
        assert "49" not in page or "{{7*7}}" in page
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


async def _hostile_trouble() -> str:
    return HOSTILE


async def test_without_a_database_pages_say_so_and_the_process_is_alive(face: Face) -> None:
    core: core_module.Core = face.app.state.core
    name = urlsplit(core.url).path.removeprefix("/")
    server = urlunsplit(urlsplit(core.url)._replace(path="/postgres"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        for path in ("/desk", "/desk/knowledge", "/metrics"):
            answer = await face.http.get(path)
            assert answer.status_code == 503
            assert "database" in answer.text
        assert (await face.http.get("/healthz")).status_code == 200
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))
    assert (await face.http.get("/desk")).status_code == 200


async def test_a_turn_of_a_channel_that_was_taken_away_breaks_no_page(face: Face) -> None:
    face.world.channel.say("ben", "How do I hang a shelf?")
    await face.world.settle()
    core: core_module.Core = face.app.state.core
    bare = replace(core, channels={}, journey=replace(core.journey, channels={}, queue=Queue(core.url)))
    face.app.state.core = bare
    assert (await face.http.get("/desk")).status_code == 200
    assert await bare.journey.waiting() == ()


async def test_the_square_posts_only_from_its_own_page_and_never_by_get(tmp_path: Path) -> None:
    async with SquareNetwork(tmp_path, brand=Person("holloway", "Holloway"), customers=[]) as network:
        town = Town(network.url)
        transport = httpx.ASGITransport(square_app(network.url, Person("holloway", "Holloway")))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:3910") as http:
            form = {"who": "Eve", "text": "hello", "key": "k"}
            for headers in (
                {"Origin": "https://evil.example"},
                {"Origin": "null"},
                {"Origin": "http://127.0.0.1:3911"},
                {"Sec-Fetch-Site": "cross-site"},
                {"Sec-Fetch-Site": "same-site"},
            ):
                assert (await http.post("/posts", data=form, headers=headers)).status_code == 403, headers
            assert (await http.post("/posts", data=form, headers={"Host": "evil.example"})).status_code == 400
            for path in ("/", "/threads", "/posts?who=Eve&text=hello", "/@eve/1"):
                assert (await http.get(path)).status_code in (200, 404, 405)
            assert await town.threads(10) == []
            posted = await http.post("/posts", data=form, headers={"Origin": "http://127.0.0.1:3910"})
            assert posted.status_code == 303
            assert len(await town.threads(10)) == 1
        await town.close()


def _everything(url: str) -> str:
    """All rows of all tables, the queue's too."""
    found = {}
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        for (table,) in tables:
            rows = connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))).fetchall()
            found[table] = sorted(row for (row,) in rows)
    return json.dumps(found)
