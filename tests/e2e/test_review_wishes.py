"""A draft wished for in words, with a language model connected: from the menu of the card to the next draft on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from actions import endpoint
from actions.language import language_of
from actions.proposal import Proposal, TurnContext
from actions.writer import EndpointWriter
from bot.model_stand_in.app import StandIn, create
from bot.rules.rules import Rules
from knowledge.results import Hit
from tests.e2e import axe
from tests.integration.conftest import Serve, serve
from tests.integration.slack.world import Review, reviewing
from tests.unit.actions.conftest import FixedSearcher, entry, hit
from tests.unit.actions.test_endpoint import _payload

__all__ = ["entry", "hit", "serve"]  # fixtures

pytestmark = pytest.mark.browser

ASK = "How do I hang a shelf on brick?"
WISH = "Say first how deep the hole has to be."


@dataclass
class WritingAssistant:
    """The actions as Rasa would call them, with a language model once it is connected."""

    searcher: FixedSearcher
    writer: EndpointWriter | None = None
    asked: list[TurnContext] = field(default_factory=list)

    async def propose(self, context: TurnContext) -> Proposal:
        self.asked.append(context)
        answer = await endpoint.run(endpoint.executor(self.searcher, self.writer), _payload(context))
        return Proposal.model_validate(answer["responses"][0]["custom"]["proposal"])


@pytest.fixture
async def review(database: str) -> AsyncIterator[Review]:
    language_of("In the service drafting has loaded this model long before somebody types.")
    async with reviewing(database, Rules(brand="Holloway", undo=timedelta(0), calls_per_hour=10)) as found:
        yield found


async def test_the_next_draft_is_written_as_was_wished_in_words(
    page: Page,
    review: Review,
    serve: Serve,
    hit: Callable[..., Hit],
) -> None:
    stand_in = StandIn()
    url = f"{serve(create(stand_in))}/v1"
    assistant = WritingAssistant(FixedSearcher(usage=(hit(),)))
    review.journey.assistant = assistant
    await review.say("noor", ASK)
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{review.sandbox.address}/?channel=reviews&user=anna")
    card = page.locator("article.message").first
    approve = card.get_by_role("button", name="Approve the reply")
    await expect(approve).to_be_visible()
    await expect(card).not_to_contain_text("Written by stand-in-1")

    assistant.writer = EndpointWriter(url, stand_in.model, stand_in.key, 5.0)
    try:
        await card.get_by_label("More…").select_option(label="Draft it anew")
        form = page.get_by_role("dialog", name="Draft it anew")
        await form.get_by_label("As I say below").check()
        await form.get_by_role("button", name="Draft anew").click()
        await expect(form.get_by_text("Please say in a few words how it should differ.")).to_be_visible()
        await form.get_by_role("textbox").fill(WISH)
        assert await axe.sideways(page) == 0
        assert await axe.blocking(page) == []
        await form.get_by_role("button", name="Draft anew").click()
        await expect(form).to_have_count(0)
        await expect(card).to_contain_text("Written by stand-in-1 from the sources below")
        await expect(approve).to_be_visible()
        assert [one.wish_words for one in assistant.asked] == ["", WISH]
        assert WISH in stand_in.asked[-1]["messages"][0]["content"]
        assert review.channel.published == ()
        await approve.click()
        await expect(card).to_contain_text("Published")
        (reply,) = review.channel.published
        assert "Drill 50 mm deep with a 6 mm masonry bit." in reply.text
    finally:
        await assistant.writer.aclose()
