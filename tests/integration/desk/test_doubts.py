"""What reviewers doubt, on the desk: seen, and settled by POST from its own page on this machine, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.rules import ruling
from bot.rules.team_rules import TeamRules
from knowledge.entries import EntryStatus
from knowledge.results import Query, SearchResult
from tests.integration.desk.doubting import ORIGIN, Doubting, doubting

RIGHT, RETIRE = {"choice": "1:right", "who": "Olga"}, {"choice": "1:retired", "who": "Olga"}


class Desk(Doubting):
    """The desk as a program asks it."""

    http: httpx.AsyncClient

    async def post(self, form: dict[str, str], **headers: str) -> httpx.Response:
        return await self.http.post("/desk/disputes", data=form, headers={"Origin": ORIGIN} | headers)

    async def knowledge(self) -> str:
        answer = await self.http.get("/desk/knowledge")
        assert answer.status_code == 200
        return answer.text


@pytest_asyncio.fixture
async def desk(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with doubting(database, tmp_path, **getattr(request, "param", {})) as made:
        transport = httpx.ASGITransport(made.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as http:
            found = Desk(made.app, made.world)
            found.http = http
            yield found


async def test_it_shows_the_entry_who_doubts_it_why_and_whose_it_is(desk: Desk) -> None:
    page = await desk.knowledge()
    assert page.count("data-doubted=") == 1
    for shown in (
        "Wall plugs",
        "Mia",
        "<b>wrong</b>",
        "<b>outdated</b>",
        "Grey ones spin.",
        "Its owner: Olga",
        "just now",
        "Use a grey plug.",
        "How do I hang shelf 1?",
    ):
        assert shown in page, shown
    assert "One entry is doubted" in (await desk.http.get("/desk")).text


@pytest.mark.parametrize(("form", "then", "said"), [(RIGHT, "live", "in use again"), (RETIRE, "retired", "retired")])
async def test_a_click_settles_it_with_a_name_and_says_so(
    desk: Desk, form: dict[str, str], then: str, said: str
) -> None:
    answer = await desk.post(form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/knowledge?settled=1#doubted")
    assert (await desk.status(), (await desk.dispute()).settled_by) == (then, "Olga (at the desk)")
    page = (await desk.http.get("/desk/knowledge?settled=1")).text
    assert said in page
    assert "data-doubted=" not in page
    late = await desk.post(RIGHT if form is RETIRE else RETIRE)
    assert late.status_code == 303
    assert await desk.status() == then
    assert "doubted" not in await desk.knowledge()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:3911"},
        {"Host": "evil.example"},
    ],
)
async def test_a_form_of_another_page_changes_nothing(desk: Desk, headers: dict[str, str]) -> None:
    assert (await desk.post(RIGHT, **headers)).status_code in (400, 403)
    for site in ("cross-site", "same-site"):
        answer = await desk.http.post("/desk/disputes", data=RIGHT, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 403
    assert await desk.status() is EntryStatus.DISPUTED


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"choice": "1:right", "who": "  "}, 422, "Say who you are"),
        ({"choice": "1:right", "who": "O" * 61}, 422, "60 characters"),
        ({"choice": "1:delete", "who": "Olga"}, 422, "out of date"),
        ({"choice": "9999999999999:right", "who": "Olga"}, 422, "out of date"),
        ({"choice": "x", "who": "<b>Olga"}, 422, "&lt;b&gt;Olga"),
        ({}, 422, "out of date"),
        ({"choice": "77:right", "who": "Olga"}, 404, "no such page"),
    ],
)
async def test_what_cannot_be_done_is_said_and_changes_nothing(
    desk: Desk, form: dict[str, str], status: int, said: str
) -> None:
    answer = await desk.post(form)
    assert (answer.status_code, said in answer.text) == (status, True)
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert await desk.status() is EntryStatus.DISPUTED


@pytest.mark.parametrize("desk", [{"hosts": ["desk.holloway.example"]}, {"host": "0.0.0.0"}], indirect=True)
async def test_where_others_reach_the_desk_it_only_shows(desk: Desk) -> None:
    page = await desk.knowledge()
    assert "goodword knowledge disputes 1 --right" in page
    assert 'method="post"' not in page
    assert (await desk.post(RIGHT)).status_code == 422
    assert await desk.status() is EntryStatus.DISPUTED


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "Via"])
async def test_what_a_proxy_passes_on_settles_nothing(desk: Desk, name: str) -> None:
    assert (await desk.post(RIGHT, **{name: "192.0.2.7"})).status_code == 422
    page = (await desk.http.get("/desk/knowledge", headers={name: "192.0.2.7"})).text
    assert 'method="post"' not in page
    assert await desk.status() is EntryStatus.DISPUTED


class Rather:
    """A library that is rather sure of whatever it finds."""

    async def search(self, query: Query) -> SearchResult:
        return SearchResult(usage=(), answers=(), confidence=0.9, why="")


async def test_who_searches_sees_what_was_found_measured_by_the_teams_own_threshold(desk: Desk) -> None:
    async with desk.world.journey.engine.begin() as connection:
        await ruling.put_into_force(connection, TeamRules(threshold=0.93), desk.world.journey.rules, who="Anna")
    desk.app.state.core = replace(desk.app.state.core, library=Rather())
    page = (await desk.http.get("/desk/knowledge?q=grey+plug")).text
    assert "below 93 % nothing is drafted" in page
    assert "data-doubted=" not in page
