"""The card: what stands on it, in which order, and that Slack takes it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from actions.proposal import Check, Writing
from bot.reply import Reply
from bot.review import Override
from bot.slack import card as cards
from bot.states import DECIDABLE, State
from tests.unit.slack import samples

SHAPES = samples.every_shape()


def said(blocks: list[dict[str, Any]]) -> str:
    """All text of some blocks, in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(node["text"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(blocks)
    return "\n".join(found)


def actions(blocks: list[dict[str, Any]]) -> list[str]:
    return [element["action_id"] for block in blocks if block["type"] == "actions" for element in block["elements"]]


@pytest.mark.parametrize("shape", SHAPES)
def test_slack_takes_every_card(shape: str) -> None:
    drawn = cards.card(SHAPES[shape])
    for block in drawn.blocks:
        parsed = Block.parse(json.loads(json.dumps(block)))
        assert parsed is not None
        assert parsed.to_dict()["type"] == block["type"]
    ids = [block["block_id"] for block in drawn.blocks if "block_id" in block]
    assert len(ids) == len(set(ids))
    assert len(drawn.blocks) <= 50
    assert drawn.text.strip()


def test_the_reply_stands_there_exactly_as_it_would_be_sent_with_its_count() -> None:
    hostile = "@jo *not bold* <!channel> & _so_ https://holloway.example/x?a=1&b=2 :smile:\n- Anna"
    card = samples.card(reply=Reply((hostile,), channel="mastodon", parent="1"), length=212)
    block = next(block for block in cards.card(card).blocks if block.get("block_id") == "reply")
    heading, reply = block["elements"]
    assert "".join(element["text"] for element in heading["elements"]) == "Reply  ·  212 / 500  ·  very sure, 82 %"
    assert "".join(element["text"] for element in reply["elements"]) == hostile
    assert {element["type"] for element in reply["elements"]} == {"text", "link"}
    assert [e["url"] for e in reply["elements"] if e["type"] == "link"] == ["https://holloway.example/x?a=1&b=2"]


def test_reads_from_the_post_to_the_buttons_and_only_then_sources() -> None:
    drawn = cards.card(samples.card()).blocks
    kinds = [block["type"] for block in drawn]
    assert kinds == ["context", "rich_text", "context", "rich_text", "actions", "context"]
    text = said(drawn)
    order = [
        "Jo Smith",
        "third weekend",
        "Picture>: A shelf",
        "484 / 500",
        "82 %",
        "Approve",
        "About",
        "Why it is here",
    ]
    order += ["Hang a heavy shelf on plasterboard", "6 months old", "1 month old", "All 9 checks passed"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_buttons_carry_turn_and_version_and_approve_asks_nothing_more() -> None:
    row = next(block for block in cards.card(samples.card(version=3)).blocks if block["type"] == "actions")["elements"]
    assert [element["action_id"] for element in row] == ["approve", "edit", "reject", "more"]
    assert {element["value"] for element in row[:3]} == {"12:3"}
    assert row[0]["style"] == "primary"
    assert "confirm" not in row[0]
    offers = [option["value"] for option in row[3]["options"]]
    assert {offer.split(":", 1)[1] for offer in offers} == {"12:3"}
    assert {"details:12:3", "versions:12:3", "hand_over:12:3"} <= set(offers)


def test_the_row_of_buttons_has_another_name_only_where_a_line_of_its_menu_was_chosen() -> None:
    before = samples.card(steps=())
    happened = (before, replace(before, version=2), replace(before, steps=samples.card().steps))
    assert {_row(cards.card(one).blocks) for one in happened} == {"actions"}
    assert len({_row(cards.card(before, drawing=drawing).blocks) for drawing in ("", "x", "y")}) == 3


def _row(blocks: list[dict[str, Any]]) -> str:
    return next(str(block["block_id"]) for block in blocks if block["type"] == "actions")


def test_failed_checks_stand_above_the_buttons_the_blocking_first_and_then_approve_is_missing() -> None:
    drawn = cards.card(SHAPES["failed"]).blocks
    text = said(drawn)
    assert text.index("private details") < text.index("tone") < text.index("Reject")
    assert "must be mended" in text
    assert "1 check passed" in text
    assert actions(drawn) == ["edit", "reject", "more"]
    assert actions(cards.card(SHAPES["warned"]).blocks) == ["approve", "edit", "reject", "more"]


def test_of_a_persons_own_words_it_is_said_what_was_looked_at() -> None:
    checks = tuple(Check(name=name, ok=name != "tone") for name in ("sourced", "length", "no_private_detail", "tone"))
    assert "✓ 3 checks passed: length, private details" in said(
        cards.card(samples.card(checks=checks, written_by="Robin")).blocks
    )
    drafted = said(cards.card(samples.card(checks=checks)).blocks)
    assert "✓ 3 checks passed" in drafted
    assert "checks passed:" not in drafted


def test_where_nothing_is_drafted_one_can_write() -> None:
    drawn = cards.card(samples.undrafted()).blocks
    assert actions(drawn) == ["write", "reject", "more"]
    text = said(drawn)
    assert "None of the entries answers this." in text
    assert "Nearest sources" in text
    assert "18 %" in text
    assert "checks" not in text


@pytest.mark.parametrize("state", sorted(set(State) - DECIDABLE))
def test_what_is_decided_has_no_buttons_but_who_and_when(state: State) -> None:
    drawn = cards.card(samples.card(state=state, decided="approved", decided_by="Robin", decided_at=samples.AT)).blocks
    assert actions(drawn) == (["undo", "more"] if state is State.APPROVED else ["more"])
    assert "by Robin" in said(drawn)
    assert f"<!date^{int(samples.AT.timestamp())}^" in said(drawn)


def test_what_is_published_links_to_the_reply() -> None:
    assert "<https://square.example/@holloway/77|see the reply>" in said(cards.card(samples.published()).blocks)


def test_trouble_comes_first_and_an_edited_reply_says_by_whom() -> None:
    drawn = cards.card(SHAPES["trouble"]).blocks
    assert "The post was deleted. Reject it." in drawn[0]["elements"][0]["text"]
    assert "approve" in actions(drawn)
    assert "*Edited* by Robin" in said(cards.card(SHAPES["edited"]).blocks)


def test_a_long_post_is_cut_and_leads_to_itself() -> None:
    block = cards.card(samples.card(posts=(samples.post("word " * 2000),))).blocks[1]
    *_, more = block["elements"][0]["elements"]
    assert more == {"type": "link", "url": "https://square.example/@jo/1", "text": "open the post"}
    assert "…" in said([block])
    assert len(said([block])) < 1700


def test_a_reply_that_cannot_be_shown_in_full_cannot_be_approved_here() -> None:
    long = samples.card(reply=Reply(("x " * 5000,), channel="forum", parent="1"), body="x " * 5000, limit=20_000)
    drawn = cards.card(long).blocks
    assert actions(drawn) == ["reject", "more"]
    assert "too long to be shown" in said(drawn)


def test_the_text_alone_tells_first_what_is_wanted_and_then_all_of_it() -> None:
    card = samples.card(posts=(samples.post("How do I hang a shelf & more?"),))
    text = cards.card(card).text
    wanted = "Please decide on a reply to Jo Smith on Mastodon. They wrote: “How do I hang a shelf &amp; more?” "
    assert text.startswith(wanted + "Suggested reply (very sure, 82 %): “@jo You can hang 25 kg")
    assert text.endswith("Approve, edit or reject?")
    undrafted = cards.card(samples.undrafted()).text
    assert undrafted.startswith("Please write to Jo Smith on Mastodon.")
    assert "Nothing is drafted: None of the entries answers this." in undrafted
    published = cards.card(samples.published()).text
    assert published.startswith("Published, and kept as knowledge by Robin: Jo Smith on Mastodon.")
    failed = cards.card(SHAPES["failed"]).text
    assert failed.startswith("Please mend a reply to Jo Smith")
    assert failed.endswith("2 checks failed. Edit or reject?")
    assert cards.card(SHAPES["trouble"]).text.startswith("Please look at the reply to Jo Smith on Mastodon: The post")


def test_no_checks_is_not_all_passed() -> None:
    assert "No checks were made" in said(cards.card(samples.card(checks=())).blocks)
    assert "All 2 checks passed" in said(cards.card(samples.card(checks=(Check(name="a", ok=True),) * 2)).blocks)


def test_whether_a_model_wrote_it_is_said_below_the_reply_and_why_its_draft_was_not_used() -> None:
    written = said(cards.card(samples.card(writing=Writing(model="m-7", used=True, calls=1))).blocks)
    assert "✍️ Written by m-7 from the sources below" in written
    unused = Writing(model="m-7", used=False, note="it was <empty>", calls=1)
    assert "The draft of m-7 was not used: it was &lt;empty&gt;" in said(
        cards.card(samples.card(writing=unused)).blocks
    )
    spent = Writing(model="m-7", used=False, note="this hour's calls are spent")
    assert "Not written: this hour's calls are spent" in said(cards.card(samples.card(writing=spent)).blocks)


def test_of_a_reviewers_own_words_no_model_is_named() -> None:
    edited = samples.card(writing=Writing(model="m-7", used=True, calls=1), written_by="Robin")
    assert "m-7" not in said(cards.card(edited).blocks)


def test_each_part_of_a_long_reply_is_shown_as_it_is_sent() -> None:
    reply = Reply(("@jo 1/2 First.", "@jo 2/2 Then."), channel="mastodon", parent="1")
    drawn = said(cards.card(samples.card(reply=reply, body="First. Then.", parts=3)).blocks)
    assert (
        drawn.index("Part 1 of 2") < drawn.index("1/2 First.") < drawn.index("Part 2 of 2") < drawn.index("2/2 Then.")
    )


BLOCKED = (Check(name="no_private_detail", ok=False, note="holds a private detail", blocking=True),)


def test_override_is_offered_where_a_check_blocks_and_there_are_leads() -> None:
    assert "override" in actions(cards.card(samples.card(checks=BLOCKED, has_leads=True)).blocks)
    assert "approve" not in actions(cards.card(samples.card(checks=BLOCKED, has_leads=True)).blocks)
    assert "override" not in actions(cards.card(samples.card(checks=BLOCKED)).blocks)
    assert "override" not in actions(cards.card(samples.card(has_leads=True)).blocks)
    too_long = (*BLOCKED, Check(name="length", ok=False, note="700 of 500", blocking=True))
    assert "override" not in actions(cards.card(samples.card(checks=too_long, has_leads=True)).blocks)


def test_an_override_stands_on_the_card_with_its_reason() -> None:
    drawn = cards.card(samples.card(checks=BLOCKED, has_leads=True, override=Override("Mia", "a *press* address")))
    assert {"approve", "edit", "reject"} <= set(actions(drawn.blocks))
    assert "override" not in actions(drawn.blocks)
    assert "Mia let it pass: a" in said(drawn.blocks)
    assert "*press*" not in said(drawn.blocks)
    assert "must be mended" not in said(drawn.blocks)
