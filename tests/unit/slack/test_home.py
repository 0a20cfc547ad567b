"""App Home as it is drawn: within Slack's limits, and saying what a person needs to choose the next one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.cards.overview import EVERYTHING, MINE_SHOWN, Look
from bot.review import Publishing
from bot.sandbox.blocks import view_body
from bot.slack.home import closed_home, for_leads, home
from bot.slack.home_rows import switch
from bot.states import State
from tests.integration.slack.person import said
from tests.unit.slack.samples import AT, every_row, gone, overview, row


def menu(view: dict[str, Any], name: str) -> dict[str, Any]:
    (filters,) = [block for block in view["blocks"] if block.get("block_id", "").startswith("filters-")]
    found: dict[str, Any] = next(one for one in filters["elements"] if one["action_id"] == f"home_{name}")
    return found


def buttons(view: dict[str, Any]) -> dict[str, str]:
    rows = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    return {one["action_id"]: one["value"] for row in rows for one in row if one["type"] == "button"}


def test_the_fullest_page_is_one_that_slack_takes() -> None:
    long = "a word " * 400
    rows = tuple(
        replace(row, turn_id=number, words=long[:140], trouble=long, outcome=long, author_name=long)
        for number, row in enumerate(every_row() * 2)
    )
    full = overview(
        team=rows,
        mine=rows[:MINE_SHOWN],
        mine_in_all=14,
        matching=5000,
        went=tuple(gone(words=long[:140], author_name=long) for _ in range(10)),
        channels=tuple(f"channel {number}" for number in range(150)),
        look=Look("deep", "elsewhere", "fr", "advise", 7),
    )
    above = [*switch(Publishing(True, by=long, since=AT), lead=True), for_leads()]
    view = home(full, me="U0ANNA", above=above, notice=long)
    view_body(view, kinds=("home",))
    assert len(view["blocks"]) <= 100


@pytest.mark.parametrize("one", every_row(), ids=lambda row: f"{row.state} {row.turn_id}")
def test_every_kind_of_row_is_taken(one: Any) -> None:
    view_body(home(overview(team=(one,), mine=(one,)), me="U0ANNA"), kinds=("home",))


def test_who_has_what() -> None:
    text = said(home(overview(), me="U0ANNA"))
    for words in ("Tom is on it", "you, until", "with Workshop", "handed to you", "put off until"):
        assert words in text
    assert "and 3 more about the same thing" in text
    assert "44 points" in text
    assert "nothing drafted" in text
    assert "*10* are waiting  ·  🔴 1 urgent  ·  🔵 8 deep  ·  ⚪ 1 light" in text


def test_what_is_looked_at_stands_in_the_view_and_nowhere_else() -> None:
    look = Look(lane="urgent", channel="mastodon", language="de", kind="advise", page=2)
    view = home(overview(look=look, matching=70), me="U1")
    assert Look.load(view["private_metadata"]) == look
    assert {name: menu(view, name)["initial_option"]["value"] for name in ("lane", "kind", "language", "channel")} == {
        "lane": "lane:urgent",
        "channel": "channel:mastodon",
        "language": "language:de",
        "kind": "kind:advise",
    }
    assert buttons(view) == {"home_all": "all", "home_page": "2", "home_previous": "1", "home_next": "3"}


def test_the_menus_show_what_holds_after_show_all() -> None:
    ids = [
        home(overview(look=look), me="U1")["blocks"] for look in (Look(), Look(page=1), Look("urgent"), Look("deep"))
    ]
    named = [next(one["block_id"] for one in blocks if "filters-" in one.get("block_id", "")) for blocks in ids]
    assert named[0] == named[1]
    assert len(set(named)) == 3  # Slack keeps what was chosen in a block that it has seen before


def test_a_filter_of_which_nothing_waits_any_more_can_still_be_changed() -> None:
    view = home(overview(look=Look(language="pl", channel="bluesky"), team=(), matching=0), me="U1")
    assert menu(view, "language")["initial_option"]["value"] == "language:pl"
    assert menu(view, "channel")["initial_option"]["value"] == "channel:bluesky"
    assert "Nothing passes these filters" in said(view)
    view_body(view, kinds=("home",))


def test_the_first_and_the_last_page() -> None:
    first = home(overview(matching=45), me="U1")
    assert "1 to 10 of 45" in said(first)
    assert set(buttons(first)) == {"home_page", "home_next"}
    last = home(overview(matching=45, look=Look(page=2)), me="U1")
    assert set(buttons(last)) == {"home_all", "home_page", "home_previous"} - {"home_all"}
    assert "home_next" not in buttons(home(overview(matching=20), me="U1"))


def test_what_came_of_my_approvals() -> None:
    went = (
        gone(),
        gone(state=State.WITHHELD, permalink=None, trouble="The post was deleted."),
        gone(attained="not_attained"),
        gone(state=State.CLOSED, attained="unknown"),
        gone(state=State.WITHDRAWN, permalink=None),
    )
    text = said(home(overview(went=went), me="U1"))
    for words in (
        "is published>*  ·  it worked",
        "*was held back*  ·  The post was deleted.",
        "it did not help",
        "nobody said whether it worked",
        "was taken back",
    ):
        assert words in text
    assert "What you approved" not in said(home(overview(went=()), me="U1"))


def test_nothing_waits() -> None:
    view = home(overview(team=(), matching=0, lanes={}, went=(), languages=(), channels=()), me="U1")
    assert "Have a cup of tea" in said(view)
    view_body(view, kinds=("home",))
    view_body(closed_home("Ask a lead."), kinds=("home",))


def test_what_no_reply_was_proposed_for_can_be_drafted_from_home() -> None:
    silent = row(state=State.SILENT, kind="no_reply", reason="This looks like spam.")
    view = home(overview(team=(silent,), look=Look(kind="no_reply")), me="U1")
    assert "No reply was proposed" in said(view)
    assert "This looks like spam." in said(view)
    sections = [block for block in view["blocks"] if block.get("accessory")]
    assert sections[0]["accessory"]["action_id"] == "draft_one"


@pytest.mark.parametrize("text", ["", "x", "[]", "7", '{"page":-3}', '{"page":"2","lane":3,"x":1}'])
def test_whatever_else_a_view_carries_counts_for_nothing(text: str) -> None:
    assert Look.load(text) == EVERYTHING


def test_a_look_comes_back_as_it_was() -> None:
    look = Look(lane="light", kind="clarify", page=3)
    assert Look.load(look.dump()) == look
    assert json.loads(EVERYTHING.dump()) == {}
