"""Claim, put off, hand over, reject with the source at fault, settle: each with clicks in the sandbox's page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from playwright.async_api import Locator, Page, ViewportSize, expect

from actions.language import language_of
from actions.proposal import ProposalKind
from bot.learning import StoredKnowledge
from bot.rules.rules import Group, Rules
from knowledge import store
from knowledge.entries import Entry, EntryKind, EntryStatus
from tests.e2e import axe
from tests.integration.journey.world import ScriptedAssistant
from tests.integration.knowledge.conftest import WordEncoder
from tests.integration.slack.world import Review, reviewing

pytestmark = pytest.mark.browser

ANNA, TOM, MIA = "U0ANNAREYES", "U0TOMOKAFOR", "U0MIALINDQV"
PHONE: ViewportSize = {"width": 390, "height": 844}
ASK = "How do I hang a heavy shelf on plasterboard?"


@pytest.fixture
async def review(database: str) -> AsyncIterator[Review]:
    """Anna and Tom decide, Tom leads; what replies rest on is Tom's."""
    language_of("In the service drafting has loaded this model long before somebody types.")
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


async def fine(page: Page) -> None:
    """Nothing sticks out, nothing keeps anybody from using it."""
    assert await axe.sideways(page) == 0
    assert await axe.blocking(page) == []


def direct(review: Review, user: str) -> str:
    """Where Goodword writes to this person directly."""
    return next(channel.id for channel in review.sandbox.workspace.channels.values() if channel.partner == user)


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


async def test_put_off_until_later_and_taken_up_again(page: Page, review: Review) -> None:
    await page.set_viewport_size(PHONE)
    await sees(page, review, ANNA)
    await more(page, "Put off")
    form = dialog(page, "Put off")
    await expect(form).to_contain_text(ASK)
    await expect(form.get_by_label("In 30 minutes")).to_be_checked()
    await fine(page)
    own = form.get_by_label("Or a moment of your own")
    await own.fill("2024-01-02T09:00")
    await form.get_by_role("button", name="Put off").click()
    await expect(form.get_by_text("That moment has passed: choose a later one.")).to_be_visible()
    await fine(page)
    await own.fill("")
    await form.get_by_label("Tomorrow at 9:00").check()
    await form.get_by_role("button", name="Put off").click()
    await expect(form).to_have_count(0)
    card = page.locator("article.message").first
    await expect(card).to_contain_text("Put off until")
    await fine(page)
    await more(page, "Take it up again now")
    await expect(card).not_to_contain_text("Put off until")
    await expect(page.get_by_label("More…").locator("option", has_text="Take it up")).to_have_count(0)

    # Until a moment of one's own: it wins over the ones to choose from.
    then = (datetime.now() + timedelta(days=3)).replace(hour=11, minute=5, second=0, microsecond=0)
    await more(page, "Put off")
    await own.fill(f"{then:%Y-%m-%dT%H:%M}")
    await form.get_by_role("button", name="Put off").click()
    await expect(form).to_have_count(0)
    await expect(card).to_contain_text("Put off until")
    async with review.journey.engine.connect() as connection:
        kept = (await connection.exec_driver_sql("SELECT snoozed_until FROM turns")).scalar_one()
    assert kept == then.astimezone()


async def test_handed_to_a_person_who_writes_it(page: Page, review: Review) -> None:
    assert isinstance(review.journey.assistant, ScriptedAssistant)
    review.journey.assistant.kinds["drill"] = ProposalKind.HAND_OFF  # nothing is drafted
    await review.say("cleo", "Which drill did you use there?")
    await page.set_viewport_size(PHONE)
    await sees(page, review, ANNA)
    card = page.locator("article.message").filter(has_text="Which drill")
    await card.get_by_label("More…").select_option(label="Hand over")
    form = dialog(page, "Hand over")
    await expect(form).to_contain_text("Which drill did you use there?")
    await fine(page)
    await form.get_by_label("A person").select_option(label="Mia Lindqvist")
    await form.get_by_label("Or a group").select_option(label="workshop")
    await form.get_by_role("textbox").fill("You were there.")
    await form.get_by_role("button", name="Hand over").click()
    await expect(form.get_by_text("Please choose a person or a group, not both.")).to_be_visible()
    await fine(page)
    await form.get_by_label("Or a group").select_option(value="")
    await form.get_by_role("button", name="Hand over").click()
    await expect(form).to_have_count(0)
    await expect(card).to_contain_text("Anna Reyes handed this to Mia Lindqvist")
    await fine(page)

    await sees(page, review, MIA, direct(review, MIA))
    letter = page.locator("article.message").first
    await expect(letter).to_contain_text("Anna Reyes asks you to look at what Cleo wrote")
    await expect(letter).to_contain_text("You were there.")
    await expect(letter).to_contain_text("Which drill did you use there?")
    await fine(page)
    await letter.get_by_role("button", name="Write it").click()
    form = dialog(page, "Write a reply")
    await expect(form.get_by_role("textbox")).to_be_focused()
    await fine(page)
    await form.get_by_role("textbox").fill("The small cordless one.")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_have_count(0)
    await expect(letter).to_contain_text("What Cleo wrote is not with you any more. Thank you for looking.")
    await expect(letter.get_by_role("link", name="see its card")).to_be_visible()
    await fine(page)

    await sees(page, review, ANNA)  # and only a reviewer lets it out
    await expect(card).to_contain_text("The small cordless one.")
    await card.get_by_role("button", name="Approve").click()
    await expect(card.get_by_role("button", name="Approve")).to_have_count(0)


async def test_handed_to_a_group_of_whom_one_gives_it_back(page: Page, review: Review) -> None:
    await page.set_viewport_size(PHONE)
    await sees(page, review, ANNA)
    card = page.locator("article.message").first
    await more(page, "Hand over")
    form = dialog(page, "Hand over")
    await form.get_by_label("Or a group").select_option(label="workshop")
    await form.get_by_role("textbox").fill("Which plug holds 20 kg?")
    await form.get_by_role("button", name="Hand over").click()
    await expect(form).to_have_count(0)
    await expect(card).to_contain_text("Anna Reyes handed this to workshop")

    await sees(page, review, MIA, direct(review, MIA))
    letter = page.locator("article.message").first
    await expect(letter.get_by_role("button", name="Edit")).to_be_visible()  # something is drafted
    await fine(page)
    await letter.get_by_role("button", name="Give it back").click()
    await expect(letter).to_contain_text("is not with you any more. Thank you for looking.")
    await expect(letter.get_by_role("button", name="Give it back")).to_have_count(0)
    await fine(page)
    await sees(page, review, ANNA)
    await expect(card).not_to_contain_text("handed this to")
    await expect(card.get_by_role("button", name="Approve")).to_be_visible()


async def status(review: Review) -> EntryStatus:
    async with review.journey.engine.connect() as connection:
        entry = await store.get(connection, "plugs")
    assert entry is not None
    return entry.status


@pytest.mark.parametrize(
    ("button", "said", "then"),
    [
        ("It is right", "Tom Okafor says that it is right: it is in use again.", EntryStatus.LIVE),
        ("Retire it", "Tom Okafor has retired it.", EntryStatus.RETIRED),
    ],
)
async def test_rejected_with_the_source_at_fault_and_its_owner_settles_it(
    page: Page, review: Review, button: str, said: str, then: EntryStatus
) -> None:
    await page.set_viewport_size(PHONE)
    await sees(page, review, ANNA)
    card = page.locator("article.message").first
    await card.get_by_role("button", name="Reject").click()
    form = dialog(page, "Reject")
    await expect(form).to_contain_text(ASK)
    await fine(page)
    await form.get_by_role("textbox").fill("Grey ones spin.")
    await form.get_by_role("combobox").select_option(label="It is wrong")
    await expect(form.get_by_label("Wall plugs")).not_to_be_checked()  # the only one, but it is for a person to say
    await form.get_by_role("button", name="Reject").click()
    await expect(form.locator(".error:not(:empty)").first).to_be_visible()
    assert await status(review) is EntryStatus.LIVE
    await form.get_by_label("Wall plugs").check()
    await expect(form.get_by_role("textbox")).to_have_value("Grey ones spin.")
    await fine(page)
    await form.get_by_role("button", name="Reject").click()
    await expect(form).to_have_count(0)
    await expect(card).to_contain_text("Rejected")
    assert await status(review) is EntryStatus.DISPUTED

    await sees(page, review, TOM, direct(review, TOM))
    letter = page.locator("article.message").first
    await expect(letter).to_contain_text("Anna Reyes thinks that “Wall plugs” is wrong.")
    await expect(letter).to_contain_text("Grey ones spin.")
    await expect(letter).to_contain_text("Use a grey plug.")
    await fine(page)
    await letter.get_by_role("button", name="Edit").click()
    await expect(page.get_by_role("dialog")).to_contain_text("goodword knowledge edit plugs")
    await fine(page)
    await page.get_by_role("dialog").get_by_role("button", name="Close").first.click()
    await letter.get_by_role("button", name=button).click()
    await expect(letter).to_contain_text(said)
    await expect(letter.get_by_role("button", name=button)).to_have_count(0)
    await expect(letter.get_by_role("link", name="see its card")).to_be_visible()
    await fine(page)
    assert await status(review) is then
