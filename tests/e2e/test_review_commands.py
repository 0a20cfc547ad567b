"""The slash command and the shortcuts, typed and clicked in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from bot.slack.app import create
from bot.slack.config import SlackConfig
from bot.slack.room import SlackRoom
from bot.slack.serve import SocketMode
from knowledge.entries import Entry, EntryKind, EntryStatus
from tests.e2e.axe import blocking, sideways
from tests.e2e.patient import patient
from tests.integration.slack.desk import MemoryDesk
from tests.unit.slack import samples

pytestmark = pytest.mark.browser

TOM = "U0TOMOKAFOR"


@dataclass
class Team:
    """A sandbox with the app connected, and the desk behind it."""

    address: str
    desk: MemoryDesk

    def as_(self, person: str) -> str:
        return f"{self.address}/?channel=reviews&user={person}"


@pytest.fixture
async def team() -> AsyncIterator[Team]:
    with patient() as sandbox:
        given = sandbox.workspace.settings
        config = SlackConfig(given.bot_token, "reviews", app_token=given.app_token, base_url=sandbox.api)
        desk, room = MemoryDesk(samples.card()), SlackRoom.of(config)
        desk.leads = {TOM}
        socket = SocketMode(create(config, desk, room), config)
        await socket.start()
        yield Team(sandbox.address, desk)
        await socket.stop()


async def types(page: Page, line: str) -> None:
    box = page.get_by_label("Message #reviews")
    await box.fill(line)
    await box.press("Enter")


async def test_the_command_answers_whoever_types_it(page: Page, team: Team) -> None:
    team.desk.entries = [Entry(id="plugs", kind=EntryKind.USAGE, title="Wall plugs", text="Use plugs for brick.")]
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(team.as_("anna"))
    await types(page, "/goodword status")
    await expect(page.get_by_text("Approved replies go out.")).to_be_visible()
    await types(page, "/goodword search plugs")
    await expect(page.get_by_text("Use plugs for brick.")).to_be_visible()
    await types(page, "/goodword notice Dust bags are late until tomorrow 18:00")
    await expect(page.get_by_text("Noted until")).to_be_visible()
    await types(page, "/goodword pause")
    await expect(page.get_by_text("Publishing is paused")).to_be_visible()
    await types(page, "/goodword resume")
    await expect(page.get_by_text("only a lead resumes it")).to_be_visible()
    assert await blocking(page) == []
    assert await sideways(page) == 0
    await types(page, "/goodword next")
    await expect(page.get_by_role("dialog", name="Review").get_by_role("button", name="Approve")).to_be_visible()


async def test_a_link_is_drafted_from_the_lightning_menu(page: Page, team: Team) -> None:
    await page.goto(team.as_("anna"))
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Draft reply to this link").click()
    dialog = page.get_by_role("dialog", name="Draft a reply")
    await dialog.get_by_label("Link of the post").fill("https://square.example/gone")
    await dialog.get_by_role("button", name="Draft it").click()
    await expect(dialog.get_by_text("No post was found there")).to_be_visible()
    await dialog.get_by_label("Link of the post").fill("https://square.example/@jo/1")
    await dialog.get_by_role("button", name="Draft it").click()
    await expect(page.get_by_text("A reply is being drafted")).to_be_visible()
    assert [url for url, _ in team.desk.heard] == ["https://square.example/@jo/1"]


async def test_an_answer_is_kept_from_a_messages_menu_and_made_live_by_an_editor(page: Page, team: Team) -> None:
    await page.goto(team.as_("anna"))
    await types(page, "Resin anchors hold in a crumbling wall.")
    await page.get_by_role("button", name="Menu of the message").last.click()
    await page.get_by_role("menuitem", name="Add answer to knowledge").click()
    dialog = page.get_by_role("dialog", name="Add to knowledge")
    await expect(dialog.get_by_label("The answer")).to_have_value("Resin anchors hold in a crumbling wall.")
    await dialog.get_by_label("What is it an answer to?").fill("What holds in a crumbling wall?")
    await dialog.get_by_role("button", name="Keep as draft").click()
    await expect(page.get_by_text("an editor makes it live")).to_be_visible()
    (kept,) = team.desk.entries
    assert kept.status is EntryStatus.DRAFT

    await page.goto(team.as_("tom"))
    await page.get_by_role("button", name="Make this answer live").click()
    await expect(page.get_by_text("Live since Tom Okafor said so").last).to_be_visible()
    assert team.desk.entries[0].status is EntryStatus.LIVE
