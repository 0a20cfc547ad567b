"""The card on a phone: whoever decides sees post, reply and buttons at once."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from bot.reply import Reply
from bot.sandbox.running import RunningSandbox
from bot.slack.config import SlackConfig
from bot.slack.room import SlackRoom
from tests.unit.slack import samples

pytestmark = pytest.mark.browser

#: From the author's line to the lower edge of the buttons, and the height in which the messages scroll.
MEASURE = """() => {
  const buttons = [...document.querySelectorAll('button')].filter(b => b.textContent.trim() === 'Approve').at(-1);
  const author = [...document.querySelectorAll('a')].filter(a => a.textContent.trim() === '@jo').at(-1);
  let list = buttons;
  while (!/(auto|scroll)/.test(getComputedStyle(list).overflowY)) list = list.parentElement;
  return {
    card: buttons.getBoundingClientRect().bottom - author.getBoundingClientRect().top,
    room: list.clientHeight,
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}"""


async def test_a_long_post_a_long_reply_and_the_buttons_fit_on_a_phone(page: Page) -> None:
    text = f"{samples.POST_500} {samples.POST_500}"[:500]
    reply = f"@jo@square.example {samples.BODY} {samples.BODY}"[:500]
    card = samples.card(
        posts=(samples.post(text, media_alts=()),), reply=Reply((reply,), channel="mastodon", parent="1"), length=500
    )
    with RunningSandbox() as sandbox:
        await SlackRoom.of(SlackConfig(sandbox.workspace.settings.bot_token, "reviews", base_url=sandbox.api)).post(
            card
        )
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.goto(f"{sandbox.address}/")
        await page.get_by_role("button", name="Approve").wait_for()
        measured = await page.evaluate(MEASURE)
    assert len(text) == len(reply) == 500
    assert measured["card"] <= measured["room"], measured
    assert measured["sideways"] <= 0
