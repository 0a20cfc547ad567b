"""A claim that lapsed while somebody filled in a form: the form comes back once, with all that was given in it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from actions.language import language_of
from bot.rules.rules import Group, Rules
from bot.states import State
from tests.integration.slack.conftest import ANNA, REVIEWS, TOM
from tests.integration.slack.person import Json, Person, said
from tests.integration.slack.world import Review, reviewing
from tests.waiting import until

LAPSED = "Your time on this one ran out at"
#: What is given in each form, in an order in which each can be decided after the one before.
FORMS = {
    "redraft": {"wish": "shorter"},
    "snooze": {"until": "2h"},
    "edit": {"body": "Use two grey plugs."},
    "hand_over": {"person": TOM, "note": "Which plug holds 20 kg?"},
    "reject": {"reason": "tone", "note": "Less brisk, please."},
}
BUTTONS = ("edit", "reject")


@pytest.fixture
def rules() -> Rules:
    return Rules(brand="Holloway", reviewers=frozenset({ANNA, TOM}), groups=(Group("workshop", frozenset({TOM})),))


async def test_what_was_given_stands_in_every_form_that_comes_back(database: str, rules: Rules) -> None:
    language_of("In the service drafting has loaded this model long before somebody types.")
    async with (
        reviewing(database, rules) as review,
        httpx.AsyncClient(base_url=review.sandbox.address, timeout=10, trust_env=False) as http,
    ):
        anna = Person(http, ANNA, REVIEWS)
        await review.say("ben", "How do I hang a heavy shelf on plasterboard?")
        for form, given in FORMS.items():
            claim = f"claim:{await _turn(review)}"
            message = (await anna.until(lambda messages, claim=claim: messages and claim in str(messages[0])))[0]
            turn = claim.removeprefix("claim:")
            await anna.click(message, "more", claim)
            await anna.until(lambda messages: "Anna Reyes is on it until" in said(messages[0]))
            if form in BUTTONS:
                await anna.click(message, form, turn)
            else:
                await anna.click(message, "more", f"{form}:{turn}")
            await anna.view()
            await _lapse(review)
            await anna.submit(**given)
            back = await anna.view()
            assert LAPSED in said(back), form
            assert _holds(back) | given == _holds(back), form
            assert (await anna.submit(**given))["ok"], form
        assert await anna.open_view() is None
        await anna.until(lambda messages: "Less brisk, please." in said(messages[0]))


async def _turn(review: Review) -> str:
    """The turn and its version, once nothing is being drafted."""

    async def look() -> str | None:
        async with review.journey.engine.connect() as connection:
            found = (await connection.execute(text("SELECT id, version, state FROM turns"))).one()
        return f"{found.id}:{found.version}" if found.state in (State.ASKED, State.HANDED_OVER) else None

    return await until(look, "nothing is being drafted")


async def _lapse(review: Review) -> None:
    async with review.journey.engine.begin() as connection:
        await connection.execute(text("UPDATE turns SET claimed_until = now() - interval '1 minute'"))


def _holds(view: Json) -> dict[str, str]:
    """What stands in the fields of a form, by their blocks."""
    return {block["block_id"]: _value(block["element"]) for block in view["blocks"] if block["type"] == "input"}


def _value(element: dict[str, Any]) -> str:
    option = element.get("initial_option") or {}
    return str(element.get("initial_value") or element.get("initial_user") or option.get("value") or "")
