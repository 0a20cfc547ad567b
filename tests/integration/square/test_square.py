"""The town square's page over a real network: what a person does there, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from bot.channels.mastodon import MastodonChannel
from bot.reply import Visibility
from bot.square import app as square_app
from bot.square.app import create
from bot.square.network import SquareNetwork
from bot.square.town import Person, Town

BRAND = Person("holloway", "Holloway Tools")


@pytest.fixture
async def page(network: SquareNetwork, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setattr(square_app, "FRESH_FOR", -1.0)
    transport = httpx.ASGITransport(create(network.url, BRAND, [Person("ben", "Ben Okafor")]))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


def form(who: Person | str, text: str, **more: str) -> dict[str, str]:
    return {"who": who if isinstance(who, str) else who.name, "text": text, "key": "", **more}


async def test_somebody_new_posts_and_the_brand_s_reply_appears(
    page: httpx.AsyncClient, channel: MastodonChannel, person: Person
) -> None:
    cursor = (await channel.listen(None)).cursor
    sent = await page.post("/posts", data=form(person, "How do I hang a <b>shelf</b>?"))
    assert sent.status_code == 303
    (heard,) = (await channel.listen(cursor)).posts
    assert sent.headers["location"] == f"/#post-{heard.native_id}"
    assert heard.text == "@holloway How do I hang a <b>shelf</b>?"
    assert heard.author_name == person.name
    shown = (await page.get("/")).text
    assert "How do I hang a &lt;b&gt;shelf&lt;/b&gt;?" in shown
    assert f'id="post-{heard.native_id}"' in shown
    assert f'value="{person.name}"' in shown  # remembered for the next post

    await channel.publish(
        f"@{person.handle} Use plugs for {person.name}.",
        parent=heard.native_id,
        visibility=Visibility.PUBLIC,
        key=person.handle,
    )
    board = (await page.get("/threads")).text
    assert f"Use plugs for {person.name}." in board
    assert re.search(rf'class="post depth-1 by-brand"[^>]*>(?:(?!<li).)*Use plugs for {person.name}', board, re.DOTALL)


async def test_a_reply_on_the_page_continues_the_thread(
    page: httpx.AsyncClient, channel: MastodonChannel, town: Town, person: Person
) -> None:
    post = await town.post(person, "@holloway how?")
    await page.post("/posts", data=form("Ben Okafor", "@holloway same here", reply_to=post, thread=post))
    thread = await channel.thread(post)
    assert [(said.author_name, said.parent) for said in thread] == [(person.name, None), ("Ben Okafor", post)]
    assert thread[1].author_handle == "ben"  # the sample person's account, not a new one


async def test_sending_a_form_twice_posts_once(
    page: httpx.AsyncClient, channel: MastodonChannel, person: Person
) -> None:
    cursor = (await channel.listen(None)).cursor
    for text in ("once", "once", "twice"):
        await page.post("/posts", data=form(person, text) | {"key": f"key-{person.handle}"})
    assert [post.text for post in (await channel.listen(cursor)).posts] == ["@holloway once", "@holloway twice"]


@pytest.mark.parametrize(
    ("who", "text", "trouble"),
    [
        ("", "hello", "Say who you are"),
        ("x" * 41, "hello", "40 characters"),
        ("Holloway", "hello", "speaks for itself"),
        ("HOLLOWAY TOOLS", "hello", "speaks for itself"),
        ("Anna", "  ", "Write something"),
        ("Anna", " @holloway ", "Write something"),
        ("Anna", "y" * 491, "1 character too long"),
    ],
)
async def test_what_cannot_be_posted_is_said_and_kept(
    page: httpx.AsyncClient, channel: MastodonChannel, who: str, text: str, trouble: str
) -> None:
    cursor = (await channel.listen(None)).cursor
    answer = await page.post("/posts", data=form(who, text))
    assert answer.status_code == 422
    assert trouble in answer.text
    assert text.strip() in answer.text
    assert (await channel.listen(cursor)).posts == ()


async def test_a_reply_that_cannot_be_posted_stays_in_its_box(
    page: httpx.AsyncClient, town: Town, person: Person
) -> None:
    post = await town.post(person, "@holloway how?")
    answer = await page.post("/posts", data=form(person, "z" * 600, reply_to=post, thread=post))
    assert answer.status_code == 422
    box = answer.text.split(f'data-thread="{post}"')[1].split("</article>")[0]
    assert "open" in box.split("<details")[1].split(">")[0]
    assert "z" * 600 in box
    assert "z" * 600 not in answer.text.split('class="board"')[0]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_forms_of_other_pages_are_turned_away(
    page: httpx.AsyncClient, channel: MastodonChannel, headers: dict[str, str]
) -> None:
    cursor = (await channel.listen(None)).cursor
    assert (await page.post("/posts", data=form("Anna", "hello"), headers=headers)).status_code == 403
    assert (await channel.listen(cursor)).posts == ()


async def test_our_own_form_is_taken(page: httpx.AsyncClient, person: Person) -> None:
    headers = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}
    assert (await page.post("/posts", data=form(person, "hello"), headers=headers)).status_code == 303


async def test_a_foreign_name_for_this_machine_gets_nothing(page: httpx.AsyncClient) -> None:
    assert (await page.get("/", headers={"Host": "evil.example"})).status_code == 400


async def test_reading_changes_nothing(page: httpx.AsyncClient) -> None:
    assert (await page.get("/posts", params=form("Anna", "hello"))).status_code == 405
    policy = (await page.get("/")).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_private_details_are_not_shown(page: httpx.AsyncClient, town: Town, person: Person) -> None:
    post = await town.post(person, "@holloway write to anna@example.org or call +44 20 7946 0958")
    for path in ("/", "/threads", f"/@{person.handle}/{post}"):
        shown = (await page.get(path)).text
        assert "[email]" in shown
        assert "anna@example.org" not in shown
        assert "7946 0958" not in shown


async def test_what_is_not_public_is_not_shown(
    network: SquareNetwork, page: httpx.AsyncClient, town: Town, person: Person
) -> None:
    headers = {"Authorization": f"Bearer {await town.token(person)}"}
    async with httpx.AsyncClient(base_url=network.url, headers=headers, trust_env=False) as http:
        body = {"status": f"secret of {person.name}", "visibility": "direct"}
        private = (await http.post("/api/v1/statuses", data=body)).raise_for_status().json()["id"]
    assert f"secret of {person.name}" not in (await page.get("/")).text
    answer = await page.get(f"/@{person.handle}/{private}")
    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_nothing_new_is_said_in_one_line(page: httpx.AsyncClient, town: Town, person: Person) -> None:
    await town.post(person, "@holloway one")
    first = await page.get("/threads")
    assert (await page.get("/threads", headers={"If-None-Match": first.headers["etag"]})).status_code == 304
    await town.post(person, "@holloway two")
    assert (await page.get("/threads", headers={"If-None-Match": first.headers["etag"]})).status_code == 200


async def test_a_permalink_leads_to_the_thread(
    page: httpx.AsyncClient, channel: MastodonChannel, town: Town, person: Person
) -> None:
    post = await town.post(person, "@holloway how?")
    part = await channel.publish("So.", parent=post, visibility=Visibility.UNLISTED, key=person.handle)
    answer = await page.get(httpx.URL(part.permalink).path)
    assert answer.status_code == 200
    assert "@holloway how?" in answer.text
    assert "So." in answer.text
    assert (await page.get("/@nobody/123")).status_code == 404
    assert (await page.get("/@nobody/" + "9" * 40)).status_code == 404


async def test_an_old_thread_comes_back_with_a_new_reply(
    page: httpx.AsyncClient, channel: MastodonChannel, town: Town, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.square.town.PAGE", 5)
    monkeypatch.setattr("bot.square.town.PAGES", 1)
    old = await town.post(person, f"@holloway the old question of {person.name}")
    for n in range(6):
        await town.post(person, f"@holloway newer {n}")
    assert "the old question" not in (await page.get("/threads")).text
    await channel.publish("At last.", parent=old, visibility=Visibility.PUBLIC, key=person.handle)
    board = (await page.get("/threads")).text
    assert board.index(f"the old question of {person.name}") < board.index("newer 5")


async def test_the_network_being_away_is_said(free_port: Callable[[], int]) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    transport = httpx.ASGITransport(create(address, BRAND))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        assert (await client.get("/threads")).status_code == 503
        for answer in (await client.get("/"), await client.post("/posts", data=form("Anna", "my long question"))):
            assert answer.status_code == 503
            assert "does not answer" in answer.text
        assert "my long question" in answer.text
