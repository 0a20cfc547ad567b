"""Take the pictures of what a reviewer sees in Slack: cards in every state, each modal, Home and the digest, on a desk
(1280 pixels wide) and on a phone (390).

`.venv/bin/python -m tools.review_screens` needs nothing that runs: it starts a sandbox, posts made-up cards in it
through the real app, clicks, looks whether anything sticks out or keeps somebody from using the page, and writes to
docs/screens.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.cards.overview import Digest, Look, Overview
from bot.review import Card, Claim, Reviewer, Step
from bot.sandbox.running import RunningSandbox
from bot.slack.app import create
from bot.slack.config import SlackConfig
from bot.slack.room import SlackRoom
from bot.slack.serve import SocketMode
from bot.states import State
from tests.e2e import axe
from tests.e2e.browser import find
from tests.integration.slack.desk import MemoryDesk
from tests.unit.slack import samples
from tools.screens import OUT

WIDTHS = (1280, 390)
#: The window of a phone, and a desk's; a picture of a card is as tall as it needs.
HEIGHTS = {1280: 900, 390: 844}


class Desk(MemoryDesk):
    """A desk whose Home is full."""

    async def overview(self, person: Reviewer, look: Look) -> Overview:
        """A page of turns of every kind."""
        return samples.overview(look=look)


@dataclass
class Scene:
    """A page on the review channel with one card, and what stands behind it."""

    page: Page
    desk: Desk
    room: SlackRoom
    address: str

    @property
    def card(self) -> Locator:
        """The card."""
        return self.page.locator("article.message").first

    @property
    def dialog(self) -> Locator:
        """The modal that is open."""
        return self.page.get_by_role("dialog")

    async def click(self, name: str) -> None:
        """Click a button that opens a modal."""
        await self.card.get_by_role("button", name=name).click()
        await expect(self.dialog).to_be_visible()

    async def more(self, label: str) -> None:
        """Choose a line of the menu that opens a modal."""
        await self.card.get_by_role("combobox").select_option(label=label)
        await expect(self.dialog).to_be_visible()


#: What the posts' pictures show; the browser is given it for an address on this machine, where nothing listens.
PICTURE = "http://127.0.0.1:9/shelf.png"
DRAWN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480" width="640" height="480">'
    '<rect width="640" height="480" fill="#efebe3"/><rect y="380" width="640" height="100" fill="#b98f63"/>'
    '<g transform="rotate(-24 320 250)"><rect x="130" y="235" width="380" height="34" rx="4" fill="#7d5230"/></g>'
    '<g stroke="#8d9299" stroke-width="14" stroke-linecap="round">'
    '<path d="M120 420h34M226 438h34M404 416h34M500 442h34"/></g>'
    '<g fill="#5d5750"><circle cx="210" cy="120" r="8"/><circle cx="430" cy="120" r="8"/></g></svg>'
)


def _seen(card: Card) -> Card:
    """The card with pictures that can be seen here."""
    posts = tuple(replace(post, media_urls=(PICTURE,) * len(post.media_alts)) for post in card.posts)
    return replace(card, posts=posts)


Then = Callable[[Scene], Awaitable[None]]


async def _nothing(scene: Scene) -> None:
    return None


def _button(name: str) -> Then:
    async def click(scene: Scene) -> None:
        await scene.click(name)

    return click


def _line(label: str) -> Then:
    async def choose(scene: Scene) -> None:
        await scene.more(label)

    return choose


async def _too_long(scene: Scene) -> None:
    await scene.click("Edit")
    field = scene.dialog.get_by_role("textbox")
    await field.fill(f"{samples.BODY} Send me your password, please.")
    await expect(scene.dialog).to_contain_text("too many")
    await scene.dialog.get_by_role("button", name="Save").click()
    await expect(scene.dialog.locator(".error:not(:empty)").first).to_be_visible()


async def _thread(scene: Scene) -> None:
    place = await scene.room.find(12)
    assert place is not None
    await scene.room.tell(place, 12, STEPS)
    await scene.page.get_by_text("1 reply").first.click()


async def _digest(scene: Scene) -> None:
    silent = samples.row(state=State.SILENT, kind="no_reply", reason="Small talk: nothing is asked.")
    await scene.room.post_digest(Digest(date(2026, 3, 14), (silent, replace(silent, turn_id=13)), 2))
    await expect(scene.page.get_by_text("Draft one").first).to_be_visible()


async def _home(scene: Scene) -> None:
    await scene.page.goto(f"{scene.address}/home?user=anna")
    await expect(scene.page.get_by_role("button", name="Review").first).to_be_visible()


STEPS = (
    Step(samples.AT, "Jo Smith", "posted", 1),
    Step(samples.AT + timedelta(seconds=4), "Goodword", "drafted a reply. An article covers this.", 2),
    Step(samples.AT + timedelta(seconds=5), "Goodword", "asked the reviewers in Slack", 3),
    Step(samples.AT + timedelta(minutes=3), "Tom Okafor", "edited the reply", 4),
    Step(samples.AT + timedelta(minutes=4), "Anna Reyes", "approved the reply", 5),
)


def scenes() -> dict[str, tuple[Card, Then]]:
    """Every picture by its name: the card, and what is done before it is taken."""
    soon = datetime.now(UTC) + timedelta(minutes=25)
    drafted = samples.card(has_model=True, lane="deep", priority=samples.full().priority, uses=samples.full().uses)
    approved = {"decided": "approved", "decided_by": "Anna Reyes", "decided_at": samples.AT}
    undrafted = samples.undrafted(lane="deep", priority=samples.full().priority)
    return {
        "card-drafted": (drafted, _nothing),
        "card-undrafted": (undrafted, _nothing),
        "card-picture": (replace(undrafted, posts=(samples.post("What is this? It fell out of my wall."),)), _nothing),
        "card-undo": (replace(drafted, state=State.APPROVED, goes_out_at=soon, **approved), _nothing),
        "card-published": (samples.published(steps=STEPS), _nothing),
        "card-failed": (replace(drafted, checks=samples.FAILED, has_leads=True), _nothing),
        "card-shared": (replace(drafted, shares=(13, 14)), _nothing),
        "card-full": (samples.full(claim=Claim(Reviewer("U0TOMOKAFOR", "Tom Okafor"), soon)), _nothing),
        "card-thread": (samples.published(steps=STEPS), _thread),
        "modal-edit": (drafted, _button("Edit")),
        "modal-edit-too-long": (drafted, _too_long),
        "modal-write": (undrafted, _button("Write")),
        "modal-reject": (drafted, _button("Reject")),
        "modal-override": (replace(drafted, checks=samples.FAILED, has_leads=True), _button("Override")),
        "modal-versions": (drafted, _line("Other versions")),
        "modal-redraft": (drafted, _line("Draft it anew")),
        "modal-details": (samples.full(steps=STEPS), _line("Details")),
        "modal-hand-over": (drafted, _line("Hand over")),
        "modal-put-off": (drafted, _line("Put off")),
        "modal-correct": (samples.published(steps=STEPS, deletable=True), _line("Correct in public")),
        "modal-withdraw": (samples.published(steps=STEPS, deletable=True), _line("Withdraw")),
        "home": (drafted, _home),
        "digest": (samples.published(steps=STEPS), _digest),
    }


async def main() -> None:
    """Take those that are named as arguments, or all."""
    OUT.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    path = find()
    if path is None:
        raise SystemExit("No Chromium was found: `make test` sees to it, or set CHROMIUM.")
    arguments = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=arguments)
        for name, (card, then) in scenes().items():
            if not wanted or name in wanted:
                async with _scene(browser, _seen(card)) as scene:
                    await then(scene)
                    for width in WIDTHS:
                        await _take(scene.page, OUT / f"slack-{name}-{width}.png", width)
        await browser.close()


@asynccontextmanager
async def _scene(browser: Browser, card: Card) -> AsyncIterator[Scene]:
    page = await browser.new_page(viewport={"width": WIDTHS[0], "height": HEIGHTS[WIDTHS[0]]})
    await page.route(PICTURE, lambda route: route.fulfill(body=DRAWN, content_type="image/svg+xml"))
    with RunningSandbox() as sandbox:
        given = sandbox.workspace.settings
        config = SlackConfig(given.bot_token, "reviews", app_token=given.app_token, base_url=sandbox.api)
        room, desk = SlackRoom.of(config), Desk(card)
        desk.leads = {"U0ANNAREYES"}
        socket = SocketMode(create(config, desk, room), config)
        await socket.start()
        try:
            await room.post(card)
            await page.goto(f"{sandbox.address}/?channel=reviews&user=anna")
            yield Scene(page, desk, room, sandbox.address)
        finally:
            await page.close()
            await socket.stop()


async def _take(page: Page, path: Path, width: int) -> None:
    """As tall as what scrolls needs, so that nothing is cut off; says what is wrong with the page."""
    await page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    await page.wait_for_timeout(400)
    grows = "() => Math.max(0, ...[...document.querySelectorAll('*')].map(e => e.scrollHeight - e.clientHeight))"
    await page.set_viewport_size(
        {"width": width, "height": min(2400, HEIGHTS[width] + int(await page.evaluate(grows)))}
    )
    await page.wait_for_timeout(300)
    wrong = await axe.blocking(page)
    if sideways := await axe.sideways(page):
        wrong.append(f"{sideways} pixels stick out")
    await page.screenshot(path=path, animations="disabled")
    print(path.name, *wrong, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
