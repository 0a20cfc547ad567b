"""A reviewer in a browser: every way to decide on a card, clicked through the sandbox with the real app behind it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Locator, Page, expect

from bot.review import Card, Verb, Wish
from bot.slack.app import create
from bot.slack.config import SlackConfig
from bot.slack.room import SlackRoom
from bot.slack.serve import SocketMode
from tests.e2e import axe
from tests.e2e.patient import patient
from tests.integration.slack.desk import MemoryDesk
from tests.unit.slack import samples

pytestmark = pytest.mark.browser


@dataclass
class Reviewing:
    """A page on the review channel, and the desk behind it."""

    page: Page
    desk: MemoryDesk
    room: SlackRoom

    async def post(self, card: Card) -> None:
        self.desk.cards[card.turn_id] = card
        await self.room.post(card)

    @property
    def card(self) -> Locator:
        return self.page.locator("article.message").last

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    async def click(self, name: str) -> None:
        await self.card.get_by_role("button", name=name).click()

    async def more(self, label: str) -> None:
        await self.card.get_by_role("combobox").select_option(label=label)

    async def decided(self, words: str) -> None:
        await expect(self.card).to_contain_text(words)

    async def fine(self) -> None:
        """Nothing sticks out, nothing keeps anybody from using it."""
        assert await axe.sideways(self.page) == 0
        assert await axe.blocking(self.page) == []


@pytest.fixture
async def reviewing(page: Page) -> AsyncIterator[Reviewing]:
    with patient() as sandbox:
        given = sandbox.workspace.settings
        config = SlackConfig(given.bot_token, "reviews", app_token=given.app_token, base_url=sandbox.api)
        room, desk = SlackRoom.of(config), MemoryDesk()
        socket = SocketMode(create(config, desk, room), config)
        await socket.start()
        try:
            await page.set_viewport_size({"width": 390, "height": 844})
            await page.goto(f"{sandbox.address}/?channel=reviews&user=anna")
            yield Reviewing(page, desk, room)
        finally:
            await socket.stop()


async def test_the_menu_shows_no_line_as_chosen_once_its_form_has_opened(reviewing: Reviewing) -> None:
    menu = reviewing.card.get_by_role("combobox")
    await reviewing.post(samples.card())
    for _ in range(2):
        await reviewing.more("Details")
        await expect(reviewing.dialog).to_contain_text("What happened")
        await reviewing.dialog.get_by_role("button", name="Close").first.click()
        await expect(reviewing.dialog).to_have_count(0)
        await expect(menu).to_have_value("")


async def test_edited_with_a_live_count_another_version_taken_and_approved(reviewing: Reviewing) -> None:
    desk, dialog = reviewing.desk, reviewing.dialog
    await reviewing.post(samples.card())
    await reviewing.click("Edit")
    field = dialog.get_by_role("textbox")
    await expect(field).to_be_focused()
    await expect(dialog).to_contain_text("484 of 500 characters")
    await expect(dialog).to_contain_text("Other versions, to copy from")
    await reviewing.fine()

    await field.fill("x" * 480)
    await expect(dialog).to_contain_text("510 of 500 characters: 10 too many.")
    assert await field.input_value() == "x" * 480  # what was drawn anew below took nothing from it
    await dialog.get_by_role("button", name="Save").click()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(dialog.locator(".error").first).to_have_text("510 of 500 characters: 10 too many.")
    assert desk.decisions == []
    await field.fill("Find the wooden studs first.")
    await expect(dialog).to_contain_text("58 of 500 characters")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    await reviewing.decided("Find the wooden studs first.")

    await reviewing.more("Other versions")
    await expect(dialog).to_contain_text("Shorter")
    await expect(dialog).to_contain_text("sounds curt")
    await reviewing.fine()
    await dialog.get_by_role("button", name="Use this version: Shorter").click()
    await expect(dialog).to_contain_text("Find the studs first.")
    await dialog.get_by_role("button", name="Close").first.click()
    await expect(dialog).to_have_count(0)
    await reviewing.click("Approve")
    await reviewing.decided("Approved")
    assert [made.verb for made in desk.decisions] == [Verb.EDIT, Verb.CHOOSE, Verb.APPROVE]
    assert desk.decisions[-1].version == desk.decisions[-2].version + 1


async def test_written_where_nothing_was_drafted_and_looked_at_in_detail(reviewing: Reviewing) -> None:
    dialog = reviewing.dialog
    thread = (samples.post("Has anyone a good drill?", media_alts=()),)
    await reviewing.post(samples.undrafted(thread=thread, priority=samples.full().priority, lane="deep"))
    await reviewing.more("Details")
    await expect(dialog).to_contain_text("Priority 49 = need 20 + reach 10 + can be answered 16 + wait 3")
    await expect(dialog).to_contain_text("Has anyone a good drill?")
    await reviewing.fine()
    await dialog.get_by_role("button", name="Close").first.click()
    await reviewing.click("Write")
    await dialog.get_by_role("textbox").fill("We do not know yet; we will ask the workshop.")
    await expect(dialog).to_contain_text("75 of 500 characters")
    await dialog.get_by_role("button", name="Save").click()
    await reviewing.decided("We do not know yet")
    await reviewing.click("Approve")
    await reviewing.decided("Approved")
    assert [made.verb for made in reviewing.desk.decisions] == [Verb.WRITE, Verb.APPROVE]


async def test_a_question_instead_or_another_draft_with_words_of_ones_own(reviewing: Reviewing) -> None:
    desk, dialog = reviewing.desk, reviewing.dialog
    await reviewing.post(samples.card(has_model=True))
    await reviewing.more("Draft it anew")
    await dialog.get_by_role("button", name="Draft anew").click()
    await expect(dialog.locator(".error").first).to_have_text(re.compile("choose|field", re.IGNORECASE))
    await dialog.get_by_label("As I say below").check()
    await dialog.get_by_role("textbox").fill("Name the anchors first.")
    await reviewing.fine()
    await dialog.get_by_role("button", name="Draft anew").click()
    await reviewing.decided("Being drafted anew")

    await reviewing.post(samples.card(turn_id=13))
    await expect(reviewing.card.get_by_role("button", name="Approve")).to_be_visible()
    await reviewing.more("Ask instead")
    await reviewing.decided("Being drafted anew")
    assert [(made.turn_id, made.wish, made.note) for made in desk.decisions] == [
        (12, Wish.WORDS, "Name the anchors first."),
        (13, Wish.ASK, ""),
    ]


async def test_rejected_with_a_reason(reviewing: Reviewing) -> None:
    dialog = reviewing.dialog
    await reviewing.post(samples.card())
    await reviewing.click("Reject")
    await dialog.get_by_role("combobox").first.select_option(label="The tone is off")
    await dialog.get_by_role("textbox").first.fill("Less brisk, please.")
    await reviewing.fine()
    await dialog.get_by_role("button", name="Reject").click()
    await reviewing.decided("Rejected")
    assert reviewing.desk.decisions[0].note == "Less brisk, please."
