"""The town square in a browser: posting, watching the reply arrive, on a desk and on a phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import httpx
import pytest
import uvicorn
from playwright.async_api import Page, expect

from bot.channels.mastodon import MastodonChannel
from bot.reply import Visibility
from bot.square.app import create
from bot.square.network import SquareNetwork
from bot.square.town import Person, Town
from tests.e2e.axe import blocking, sideways
from tests.waiting import PATIENCE

pytestmark = pytest.mark.browser

BRAND = Person("holloway", "Holloway Tools")


@dataclass(frozen=True)
class Square:
    """The open square: its address, the brand's account, and the town behind it."""

    address: str
    channel: MastodonChannel
    town: Town


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SquareNetwork]:
    running = SquareNetwork(tmp_path_factory.mktemp("town"), brand=BRAND)
    asyncio.run(running.start())
    yield running
    asyncio.run(running.stop())


@pytest.fixture
async def square(network: SquareNetwork) -> AsyncIterator[Square]:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:  # an empty town for each test
        (await http.post(f"{network.url}/api/v1/_mock/reset")).raise_for_status()
    customers = [Person.named("Ben Okafor"), Person.named("Cleo Marsh")]
    config = uvicorn.Config(create(network.url, BRAND, customers), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    channel, town = MastodonChannel(network.url, network.brand_token), Town(network.url)
    try:
        yield Square(f"http://127.0.0.1:{port}/", channel, town)
    finally:
        channel.close()
        await town.close()
        server.should_exit = True
        await serving


async def reply(square: Square, text: str, to: str) -> None:
    await square.channel.publish(text, parent=to, visibility=Visibility.PUBLIC, key=text)


async def test_a_reply_appears_and_nothing_typed_is_lost(page: Page, square: Square) -> None:
    await page.goto(square.address)
    await expect(page.get_by_test_id("quiet")).to_be_visible()
    await page.get_by_test_id("post-as").fill("Anna Bell")
    await page.get_by_test_id("post-text").fill("How do I hang a <i>heavy</i> mirror?")
    await page.get_by_test_id("post-send").click()
    thread = page.get_by_test_id("thread")
    await expect(thread.get_by_test_id("text")).to_have_text("@holloway How do I hang a <i>heavy</i> mirror?")
    await expect(page.get_by_test_id("post-as")).to_have_value("Anna Bell")

    await thread.get_by_test_id("reply-open").click()
    await thread.get_by_test_id("reply-text").fill("@holloway it weighs 18")
    await page.get_by_test_id("post-text").fill("@holloway and another thing")
    (heard,) = (await square.channel.listen(None)).posts
    await reply(square, "@anna_bell Into the studs, if you can.", heard.native_id)
    await square.town.post(Person.named("Ben Okafor"), "@holloway my drill smokes")

    answer = page.locator("[data-testid=reply][data-by-brand]")
    await expect(answer).to_contain_text("Into the studs, if you can.")
    await expect(answer).to_contain_text("answers here")
    await expect(page.get_by_test_id("thread")).to_have_count(2)
    mine = page.locator(f"[data-thread='{heard.native_id}']")
    await expect(mine.get_by_test_id("reply-text")).to_have_value("@holloway it weighs 18")
    await expect(page.get_by_test_id("post-text")).to_have_value("@holloway and another thing")

    await mine.get_by_test_id("reply-text").press_sequentially(" kg")
    await mine.get_by_test_id("reply-send").click()
    mine = page.locator(f"[data-thread='{heard.native_id}']")
    await expect(mine.get_by_test_id("reply")).to_have_count(2)
    posts = await square.channel.thread(heard.native_id)
    assert [post.author_name for post in posts] == ["Anna Bell", "Holloway Tools", "Anna Bell"]
    assert posts[2].text == "@holloway it weighs 18 kg"
    assert posts[2].parent == posts[1].native_id  # what was newest when it was sent, not when the page was opened


async def test_letters_are_counted_as_the_server_counts_them(page: Page, square: Square) -> None:
    await page.goto(square.address)
    count = page.locator("#text-count")
    await page.get_by_test_id("post-text").fill("@holloway see https://example.org/" + "a" * 100)
    await expect(count).to_have_text("463 characters left")
    await page.get_by_test_id("post-text").fill("👩‍🔧" * 491)
    await expect(count).to_have_text("1 character too many")
    await page.get_by_test_id("post-as").fill("Anna Bell")
    await page.get_by_test_id("post-send").click()
    await expect(page.get_by_test_id("trouble")).to_contain_text("1 character too long")
    await expect(page.get_by_test_id("post-text")).to_have_value("👩‍🔧" * 491)


@pytest.mark.parametrize("width", [1280, 390])
async def test_everybody_can_use_it(page: Page, square: Square, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 900})
    await page.goto(square.address)
    assert await blocking(page) == []
    post = await square.town.post(
        Person.named("Anna Bell"), "@holloway " + "unbroken" * 20 + " https://example.org/" + "long/" * 30
    )
    for n in range(5):
        await reply(square, f"Answer {n} " + "w" * 120, post)
        post = (await square.channel.thread(post))[-1].native_id
    await page.goto(square.address)
    await page.get_by_test_id("reply-open").click()
    assert await blocking(page) == []
    assert await sideways(page) == 0
    await page.goto(f"{square.address}@holloway/{post}")
    await expect(page.get_by_test_id("reply")).to_have_count(5)
    assert await blocking(page) == []
    assert await sideways(page) == 0
