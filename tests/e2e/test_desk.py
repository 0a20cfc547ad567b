"""The desk in a browser: what is doubted is seen and settled, by keyboard too, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.service import serve
from knowledge.entries import EntryStatus
from tests.e2e.axe import blocking, sideways
from tests.integration.desk.doubting import Doubting, doubting

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Desk:
    """Where it stands, and the record behind it."""

    address: str
    behind: Doubting


@pytest.fixture
async def desk(database: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with doubting(database, tmp_path) as behind, AsyncExitStack() as stack:
        port = await serve(behind.app, "127.0.0.1", 0, stack)
        yield Desk(f"http://127.0.0.1:{port}/desk", behind)


async def test_what_is_doubted_is_settled_with_two_clicks_and_a_name(desk: Desk, page: Page) -> None:
    await page.goto(desk.address)
    await page.get_by_role("link", name="See it").click()
    doubted = page.get_by_role("article", name="Wall plugs")
    await expect(doubted).to_contain_text("Mia thinks it is wrong")
    await expect(doubted).to_contain_text("Tom thinks it is outdated")
    for width in (1280, 390):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await blocking(page) == []
        assert await sideways(page) == 0

    name = page.get_by_label("Your name")
    await doubted.get_by_role("button", name="Retire it").click()
    await expect(name).to_be_focused()  # the browser asks for it first
    await name.fill("Olga")
    await name.press("Enter")  # which of the buttons would that have been?
    await expect(name).to_have_value("Olga")
    assert await desk.behind.status() is EntryStatus.DISPUTED

    await doubted.get_by_role("button", name="It is right (Wall plugs)").click()
    await expect(page.get_by_role("status")).to_contain_text("“Wall plugs”: it is right, and in use again, says Olga")
    await expect(page.get_by_text("Nothing else is doubted.")).to_be_visible()
    assert await desk.behind.status() is EntryStatus.LIVE
    assert await blocking(page) == []
