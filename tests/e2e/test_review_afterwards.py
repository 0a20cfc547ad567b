"""After an approval, clicked in a real browser on a real journey: undo, correct in public, withdraw, and a pause.

Only Rasa and the social network are stood in for: the record, the queue, the Bolt app and the sandbox are what the
service runs with.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from actions.language import language_of
from bot import switching
from bot.background import in_background
from bot.channels.memory import MemoryChannel
from bot.journey import Journey
from bot.postgres import sqlalchemy_url
from bot.queue import Queue
from bot.review import Reviewer
from bot.review_desk import JourneyDesk
from bot.rules.rules import Rules
from bot.slack.app import create
from bot.slack.config import SlackConfig
from bot.slack.room import SlackRoom
from bot.slack.serve import SocketMode
from tests.e2e.axe import blocking
from tests.e2e.patient import patient
from tests.integration.conftest import database, postgres, template  # noqa: F401 (fixtures)
from tests.integration.journey.world import RecordingMemory, RecordingRoom, ScriptedAssistant, World, publishing_on
from tests.waiting import until

pytestmark = pytest.mark.browser

ASK = "How do I hang a shelf on plasterboard?"
RIGHT = "Sorry, that plug is too small: take one of 10 mm."


@dataclass
class Reviewing:
    """A world whose cards stand in a sandbox, with its worker at work."""

    world: World
    desk: JourneyDesk
    sandbox: str


@pytest.fixture
async def reviewing(database: str) -> AsyncIterator[Reviewing]:  # noqa: F811 (the fixture)
    language_of(
        "Drafting has looked at many words like these before."
    )  # in the service drafting has loaded the model long before somebody types
    async with AsyncExitStack() as stack:
        engine = create_async_engine(sqlalchemy_url(database))
        stack.push_async_callback(engine.dispose)
        sandbox = stack.enter_context(patient())
        given = sandbox.workspace.settings
        config = SlackConfig(given.bot_token, "reviews", app_token=given.app_token, base_url=sandbox.api)
        queue, channel, memory = Queue(database), MemoryChannel(), RecordingMemory()
        room, desk = SlackRoom.of(config), JourneyDesk()
        rules = Rules(brand="Holloway", undo=timedelta(seconds=60), leads=frozenset({"U0LEA"}))
        journey = Journey(engine, queue, {"memory": channel}, (room,), ScriptedAssistant(), memory, rules)
        queue.bind(journey)
        desk.journey = journey
        await stack.enter_async_context(queue.app.open_async())
        await publishing_on(engine)
        socket = SocketMode(create(config, desk, room), config)
        await socket.start()
        stack.push_async_callback(socket.stop)
        in_background(stack, "worker", queue.work)
        world = World(journey, channel, ScriptedAssistant(), RecordingRoom(), memory, database)
        yield Reviewing(world, desk, sandbox.address)


async def test_undo_then_correct_then_withdraw(page: Page, reviewing: Reviewing) -> None:
    world = reviewing.world
    world.channel.say("ben", ASK)
    await world.listen()
    await page.goto(f"{reviewing.sandbox}/?channel=reviews&user=anna")
    card = page.locator("article.message").filter(has_text=ASK).first

    # Approved, and thought better of it.
    await card.get_by_role("button", name=re.compile("^Approve")).click()
    await expect(card).to_contain_text("goes out at")
    assert await blocking(page) == []
    await card.get_by_role("button", name=re.compile("^Undo")).click()
    await expect(card.get_by_role("button", name=re.compile("^Approve"))).to_be_visible()
    await expect(card).not_to_contain_text("goes out at")
    assert world.channel.published == ()

    # Approved for good.
    world.journey.rules = replace(world.journey.rules, undo=timedelta(0))
    await card.get_by_role("button", name=re.compile("^Approve")).click()
    await expect(card).to_contain_text("Published")
    await expect(card.get_by_role("button", name=re.compile("^Undo"))).to_have_count(0)
    [wrong] = world.channel.published

    # It was wrong: a correction under it, approved by itself.
    await choose(card, "Correct in public")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text(wrong.text.splitlines()[0])
    assert await blocking(page) == []
    await dialog.get_by_role("textbox").fill(RIGHT)
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    correction = page.locator("article.message").filter(has_text="This corrects, in public").first
    await expect(correction).to_contain_text(RIGHT)
    assert len(world.channel.published) == 1
    await correction.get_by_role("button", name=re.compile("^Approve")).click()
    await until(lambda: len(world.channel.published) == 2)
    second = world.channel.published[1]
    assert second.parent == wrong.native_id
    assert RIGHT in second.text
    assert world.channel.published[0] == wrong
    await expect(correction).to_contain_text("Published")

    # And the wrong one is taken back after all, with a reason: what stands under it first.
    await page.reload()
    await choose(correction, "Withdraw")
    await dialog.get_by_role("textbox").fill("Both go.")
    await dialog.get_by_role("button", name="Withdraw").click()
    await expect(dialog).to_have_count(0)
    await expect(correction).to_contain_text("Taken back")
    card = page.locator("article.message").filter(has_text=ASK).first
    await choose(card, "Withdraw")
    await expect(dialog).to_contain_text(wrong.text.splitlines()[0])
    await dialog.get_by_role("textbox").fill("The plug would not hold.")
    await dialog.get_by_role("button", name="Withdraw").click()
    await expect(dialog).to_have_count(0)
    await expect(card).to_contain_text("Taken back")
    assert world.channel.published == ()
    assert world.memory.retired == {"answer-1", "answer-2"}


async def test_what_is_approved_while_publishing_is_paused_says_that_it_waits(page: Page, reviewing: Reviewing) -> None:
    world = reviewing.world
    world.journey.rules = replace(world.journey.rules, undo=timedelta(0))
    await reviewing.desk.pause(Reviewer("U0TOM", "Tom"))
    world.channel.say("ben", ASK)
    await world.listen()
    await page.goto(f"{reviewing.sandbox}/?channel=reviews&user=anna")
    card = page.locator("article.message").filter(has_text=ASK).first
    await card.get_by_role("button", name=re.compile("^Approve")).click()
    await expect(card).to_contain_text("Waits: publishing is paused by Tom")
    await expect(card.get_by_role("button", name=re.compile("^Undo"))).to_be_visible()
    assert await reviewing.desk.resume(Reviewer("U0TOM", "Tom")) == switching.NOT_A_LEAD
    assert await reviewing.desk.resume(Reviewer("U0LEA", "Lea")) == switching.RESUMED
    await expect(card).to_contain_text("Published")
    assert len(world.channel.published) == 1
    async with world.journey.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM publications"))).scalar_one() == 1


async def choose(card: Locator, line: str) -> None:
    """Choose a line of the card's menu."""
    select = card.locator("select")
    await expect(select.locator("option", has_text=line)).to_have_count(1)
    await select.select_option(label=line)
