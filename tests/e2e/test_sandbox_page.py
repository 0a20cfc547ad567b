"""The sandbox's page in a real browser: a person clicks, types and reads as in Slack, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.running import RunningSandbox
from bot.sandbox.workspace import Settings, Workspace
from tests.e2e.axe import blocking, sideways
from tests.integration.sandbox.review_app import card, review_app
from tests.waiting import PATIENCE


@pytest.fixture
async def client() -> AsyncIterator[AsyncWebClient]:
    """A sandbox with a Bolt app connected; gives the app's client, which knows the address."""
    # It waits as long as a busy machine may take: these are tests of its page.
    with RunningSandbox(Workspace(Settings(ack_seconds=PATIENCE, trigger_seconds=PATIENCE))) as sandbox:
        settings = sandbox.workspace.settings
        client = AsyncWebClient(token=settings.bot_token, base_url=sandbox.api)
        handler = AsyncSocketModeHandler(review_app(client, settings.signing_secret), settings.app_token)
        await handler.connect_async()
        yield client
        await handler.close_async()


async def opened(page: Page, client: AsyncWebClient, path: str = "/?channel=reviews&user=anna") -> None:
    await page.goto(client.base_url.removesuffix("/api/") + path)


async def test_a_person_approves_a_card(page: Page, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="#reviews", text="A card", blocks=card())
    await opened(page, client)
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_text("Thank you")).to_be_visible()
    await expect(page.get_by_text("Only visible to you")).to_be_visible()
    await expect(page.get_by_role("button", name="Approve")).to_have_count(0)


async def test_a_form_shows_its_error_at_the_field_and_closes_when_it_is_right(
    page: Page, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="#reviews", text="A card", blocks=card(drafted=False))
    await opened(page, client)
    await page.get_by_role("button", name="Write").click()
    dialog = page.get_by_role("dialog", name="Write the reply")
    field = dialog.get_by_label("Reply")
    await expect(field).to_be_focused()
    await field.fill("We guarantee it")
    # What comes in meanwhile takes nothing from who is typing.
    await client.chat_postMessage(channel="#reviews", text="Something else happens")
    await expect(page.get_by_text("Something else happens")).to_be_attached()
    await expect(field).to_have_value("We guarantee it")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_text("We promise nothing that no entry backs.")).to_be_visible()
    await expect(field).to_have_attribute("aria-invalid", "true")
    assert await blocking(page) == []
    await field.fill("Use a wall plug")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_text("Use a wall plug")).to_be_visible()


async def test_the_keyboard_is_enough(page: Page, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="#reviews", text="A card", blocks=card(drafted=False))
    await opened(page, client)
    write = page.get_by_role("button", name="Write")
    await write.focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    for _ in range(8):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.querySelector('#modal').contains(document.activeElement)")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(write).to_be_focused()
    more = page.get_by_role("button", name="More actions")
    await more.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Hide")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(more).to_be_focused()


async def test_a_message_half_written_survives_what_comes_in(page: Page, client: AsyncWebClient) -> None:
    await opened(page, client)
    box = page.get_by_label("Message #reviews")
    await box.fill("half a thou")
    await client.chat_postMessage(channel="#reviews", text="A card", blocks=card())
    await expect(page.get_by_role("button", name="Approve")).to_be_visible()
    await expect(box).to_have_value("half a thou")
    await box.press_sequentially("ght")
    await box.press("Enter")
    await expect(page.get_by_text("half a thought")).to_be_visible()
    await expect(box).to_have_value("")


@pytest.mark.parametrize("width", [1280, 390])
async def test_everybody_can_use_it_at_any_width(page: Page, client: AsyncWebClient, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 844})
    posted = await client.chat_postMessage(channel="#reviews", text="A card", blocks=card())
    await client.chat_postMessage(channel="#reviews", text="x" * 300, thread_ts=posted["ts"])
    for path in ("/?channel=reviews&user=anna", f"/?channel=reviews&thread={posted['ts']}", "/home"):
        await opened(page, client, path)
        await expect(page.get_by_role("button", name="Approve").last).to_be_visible()
        assert await blocking(page) == []
        assert await sideways(page) == 0


async def test_a_command_is_offered_sent_and_answered(page: Page, client: AsyncWebClient) -> None:
    await opened(page, client)
    box = page.get_by_label("Message #reviews")
    await box.press_sequentially("/good")
    await expect(page.get_by_text("See what waits")).to_be_visible()
    await box.press_sequentially("word status")
    await box.press("Enter")
    await expect(page.get_by_text("You asked: status")).to_be_visible()
    await expect(page.get_by_text("All see this")).to_be_visible()
    await expect(box).to_have_value("")
    await box.fill("/nonsense now")
    await box.press("Enter")
    await expect(page.get_by_text("/nonsense is not a command here.")).to_be_visible()
    await expect(box).to_have_value("/nonsense now")


async def test_shortcuts_stand_beside_the_message_field_and_in_a_messages_menu(
    page: Page, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="#reviews", text="Use a wall plug")
    await opened(page, client)
    menu = page.get_by_role("button", name="Menu of the message")
    await menu.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Kept: Use a wall plug")).to_be_visible()
    await expect(menu.first).to_be_focused()
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Draft reply to this link").click()
    await expect(page.get_by_role("dialog", name="Write the reply")).to_be_visible()


async def test_a_deleted_message_is_gone(page: Page, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="#reviews", text="Not for long")
    await opened(page, client)
    await page.get_by_role("button", name="Menu of the message").click()
    await page.get_by_role("menuitem", name="Delete message").click()
    await expect(page.get_by_text("Not for long")).to_have_count(0)


async def test_what_is_typed_stays_while_the_app_changes_the_window(page: Page, client: AsyncWebClient) -> None:
    await opened(page, client)
    box = page.get_by_label("Message #reviews")
    await box.fill("/goodword form")
    await box.press("Enter")
    dialog = page.get_by_role("dialog", name="All fields")
    field = dialog.get_by_label("Reply")
    await expect(field).to_be_focused()
    await dialog.get_by_label("Reason", exact=True).select_option("outdated")
    await field.press_sequentially("Use a wal plug")
    await expect(dialog.get_by_text("14 characters").first).to_be_visible()
    for _ in range(5):
        await page.keyboard.press("ArrowLeft")
    await page.keyboard.type("l")
    await expect(dialog.get_by_text("15 characters").first).to_be_visible()
    # The app has redrawn the hint of this very field: text, caret and focus are where they were.
    await page.keyboard.type("!")
    await expect(field).to_have_value("Use a wall! plug")
    await expect(dialog.get_by_text("16 characters").first).to_be_visible()
    await expect(dialog.get_by_label("Reason", exact=True)).to_have_value("outdated")
    # Another block_id is another field: it starts with what the app gave it.
    await field.fill("reset")
    await expect(dialog.get_by_label("Reply")).to_have_value("From the start")


@pytest.mark.parametrize("width", [1280, 390])
async def test_every_field_and_the_faults_can_be_used_at_any_width(
    page: Page, client: AsyncWebClient, width: int
) -> None:
    await page.set_viewport_size({"width": width, "height": 844})
    await opened(page, client)
    box = page.get_by_label("Message #reviews")
    await box.fill("/goodword form")
    await box.press("Enter")
    dialog = page.get_by_role("dialog", name="All fields")
    await expect(dialog).to_be_visible()
    assert await blocking(page) == []
    assert await sideways(page) == 0
    await dialog.get_by_role("checkbox", name="Anna Reyes").check()
    await dialog.get_by_label("Most an hour").fill("99")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_text("Must be at most 50.")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await opened(page, client, "/faults?user=anna")
    await expect(page.get_by_text("Nothing goes wrong.")).to_be_visible()
    assert await blocking(page) == []
    assert await sideways(page) == 0
    await page.get_by_role("button", name="Set", exact=True).first.click()
    await expect(page.get_by_text("1 ×")).to_be_visible()
    await page.get_by_role("button", name="Clear all").click()
    await expect(page.get_by_text("Nothing goes wrong.")).to_be_visible()
    await page.get_by_role("button", name="Archive", exact=True).click()
    await expect(
        page.get_by_text("#general is archived.").or_(page.get_by_text("#reviews is archived."))
    ).to_be_visible()
