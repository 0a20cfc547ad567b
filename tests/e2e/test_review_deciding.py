"""Claim, put off, hand over, reject with the source at fault, settle: each with clicks in the sandbox's page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from bot.learning import StoredKnowledge
from bot.rules import Group, Rules
from knowledge import store
from knowledge.entries import Entry, EntryKind
from tests.integration.knowledge.conftest import WordEncoder
from tests.integration.slack.world import Review, reviewing

pytestmark = pytest.mark.browser

ANNA, TOM, MIA = "U0ANNAREYES", "U0TOMOKAFOR", "U0MIALINDQV"
ASK = "How do I hang a heavy shelf on plasterboard?"


@pytest.fixture
async def review(database: str) -> AsyncIterator[Review]:
    """Anna and Tom decide, Tom leads; what replies rest on is Tom's."""
    rules = Rules(
        brand="Holloway",
        reviewers=frozenset({ANNA, TOM}),
        leads=frozenset({TOM}),
        groups=(Group("workshop", frozenset({MIA})),),
        undo=timedelta(0),
    )
    async with reviewing(database, rules, StoredKnowledge(WordEncoder())) as found:
        entry = Entry("plugs", EntryKind.USAGE, "Wall plugs", "Use a grey plug.", owner=TOM, source="handbook")
        async with found.journey.engine.begin() as connection:
            await store.save(connection, [entry], encoder=WordEncoder())
        await found.say("ben", ASK)
        yield found


async def sees(page: Page, review: Review, user: str, channel: str = "reviews") -> None:
    await page.goto(f"{review.sandbox.address}/?channel={channel}&user={user}")


async def more(page: Page, line: str) -> None:
    """Choose a line of the card's menu."""
    await page.get_by_label("More…").select_option(label=line)


def dialog(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog", name=name)


async def test_one_takes_it_on_and_another_is_told(page: Page, review: Review) -> None:
    await sees(page, review, ANNA)
    await more(page, "I am on it")
    await expect(page.get_by_text("Anna Reyes is on it until")).to_be_visible()
    await sees(page, review, TOM)
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_text("(you can take it over after that)")).to_be_visible()
    await page.get_by_role("button", name="Edit").click()  # not even the form opens
    await expect(page.get_by_text("(you can take it over after that)")).to_have_count(2)
    await more(page, "Nobody is on it any more")  # a lead gives it back
    await expect(page.get_by_text("Anna Reyes is on it until").first).not_to_contain_text("🙋")
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("button", name="Approve")).to_have_count(0)
