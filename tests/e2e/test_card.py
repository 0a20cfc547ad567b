"""The card on a phone: whoever decides sees post, reply and buttons at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Page

from bot.review import Card
from bot.slack.config import SlackConfig
from bot.slack.room import SlackRoom
from tests.e2e import axe
from tests.e2e.patient import patient
from tests.unit.slack import samples

pytestmark = pytest.mark.browser

#: From the top of the card to the lower edge of its buttons, and the height in which the messages scroll.
MEASURE = """() => {
  const button = [...document.querySelectorAll('button')].filter(b => b.textContent.trim() === 'Approve').at(-1);
  const row = button.closest('[data-block]');
  const author = [...document.querySelectorAll('a')].filter(a => a.textContent.trim() === '@jo').at(-1);
  const blocks = [...row.parentElement.querySelectorAll('[data-block]')];
  let list = button;
  while (!/(auto|scroll)/.test(getComputedStyle(list).overflowY)) list = list.parentElement;
  const end = row.getBoundingClientRect().bottom;
  return {
    fromAuthor: end - author.getBoundingClientRect().top,
    fromTop: end - blocks[0].getBoundingClientRect().top,
    room: list.clientHeight,
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}"""


#: The page loads pictures from this machine only; nothing listens here, the browser is given `SHELF`.
PICTURE = "http://127.0.0.1:9/shelf.png"
SHELF = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><rect width="400" height="300" fill="#d8d2c4"/>'
    '<rect x="60" y="170" width="280" height="24" fill="#8a5a2b"/></svg>'
)
LOADED = "() => [...document.querySelectorAll('.context > img, .thumb')].map(i => [i.alt, i.width, i.naturalWidth])"


async def shown(page: Page, card: Card) -> dict[str, Any]:
    await page.route(PICTURE, lambda route: route.fulfill(body=SHELF, content_type="image/svg+xml"))
    with patient() as sandbox:
        await SlackRoom.of(SlackConfig(sandbox.workspace.settings.bot_token, "reviews", base_url=sandbox.api)).post(
            card
        )
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.goto(f"{sandbox.address}/")
        await page.get_by_role("button", name="Approve").wait_for()
        measured: dict[str, Any] = await page.evaluate(MEASURE)
        measured["pictures"] = await page.evaluate(LOADED)
        assert await axe.blocking(page) == []
    print(measured)
    return measured


async def test_a_long_post_a_long_reply_and_the_buttons_fit_on_a_phone(page: Page) -> None:
    card = samples.full(posts=(samples.post(samples.full().posts[0].text, media_alts=()),), trouble="", claim=None)
    assert len(card.posts[0].text) == len("".join(card.reply.parts if card.reply else ())) == 500
    measured = await shown(page, card)
    assert measured["fromTop"] <= measured["room"], measured
    assert measured["sideways"] <= 0


async def test_with_a_picture_a_claim_trouble_and_a_failed_check_they_still_fit(page: Page) -> None:
    """500 characters of each, all at once."""
    full = samples.full()
    measured = await shown(page, replace(full, posts=(replace(full.posts[0], media_urls=(PICTURE,)),)))
    assert measured["pictures"] == [[samples.post().media_alts[0], 20, 400]]
    assert measured["fromTop"] <= measured["room"], measured
    assert measured["sideways"] <= 0


async def test_one_picture_beside_few_words_is_large_enough_to_see_what_is_in_it(page: Page) -> None:
    post = samples.post("What is this? It fell out of the wall.", media_urls=(PICTURE,))
    measured = await shown(page, samples.full(posts=(post,)))
    assert measured["pictures"] == [[post.media_alts[0], 88, 400]]
    assert measured["fromTop"] <= measured["room"], measured
    assert measured["sideways"] <= 0
