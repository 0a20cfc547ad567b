"""Whatever people write: it stays text, and Slack takes it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from actions.proposal import Candidate, Check, ProposalKind, Source
from bot.cards.letters import Disputed, HandedOver
from bot.cards.overview import Overview
from bot.cards.showing import TOLD_AT_ONCE
from bot.record.disputes import Dispute
from bot.reply import Reply
from bot.review import Card, CardPost, HandOver, RejectReason, Step, Version
from bot.slack import (
    afterwards,
    disputes,
    editing,
    handing_over,
    home,
    letters,
    modals,
    redrafting,
    snoozing,
    thread,
    versions,
)
from bot.slack import card as cards
from bot.slack import elements as el
from bot.states import State
from knowledge.entries import Entry, EntryKind
from tests.unit.slack import samples
from tests.unit.slack.samples import AT

BITS = (
    *("<!channel>", "<@U1>", "<https://evil.example|bank>", "&lt;", "&", "*", "_", "~", "`", "|", ">", "\n", " "),
    *("https://x.example/a?b=1&c=2", "javascript:alert(1)", "😀", "é", "漢字", "x" * 400, "word " * 900, "& " * 900),
    *("\u202e", "\x00", "\ud800", "\r\n", "a"),
)
TEXT = st.lists(st.sampled_from(BITS), max_size=6).map("".join)
URL = st.one_of(st.none(), TEXT, TEXT.map(lambda text: f"https://x.example/{text}"))
#: The only markup that we write ourselves.
OURS = re.compile(r"<!date\^\d+\^\{date_short_pretty\} \{time\}\|[^<>]*>|<https?://[^\s<>|]*\|[^<>|]*>")

posts = st.builds(
    CardPost,
    author_name=TEXT,
    author_handle=TEXT,
    text=TEXT,
    at=st.just(AT),
    url=URL,
    by_us=st.booleans(),
    media_alts=st.lists(TEXT, max_size=2).map(tuple),
    media_urls=st.lists(TEXT.map(lambda text: f"https://x.example/{text}"), max_size=3).map(tuple),
)
sources = st.builds(
    Source,
    entry_id=st.just("e"),
    kind=st.just("usage"),
    title=TEXT,
    url=URL,
    quote=TEXT,
    created_at=st.sampled_from([None, AT - timedelta(days=3), AT + timedelta(days=3)]),
    written_by=st.sampled_from(["human", "assistant"]),
)
checks = st.builds(Check, name=TEXT, ok=st.booleans(), note=TEXT, blocking=st.booleans())
replies = st.lists(TEXT, min_size=1, max_size=4).map(lambda parts: Reply(tuple(parts), channel="m", parent="1"))


def many(one: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, max_size=most).map(tuple)


hostile = st.builds(
    Card,
    turn_id=st.integers(1, 2**62),
    version=st.integers(1, 9999),
    state=st.sampled_from(State),
    channel=TEXT,
    brand=TEXT,
    posts=many(posts, 4),
    thread=many(posts, 3),
    outcome=TEXT,
    kind=st.sampled_from(ProposalKind),
    reason=TEXT,
    reason_text=TEXT,
    confidence=st.floats(0, 1),
    reply=st.one_of(st.none(), replies),
    body=TEXT,
    length=st.integers(0, 9999),
    limit=st.integers(1, 9999),
    candidates=many(st.builds(Candidate, label=TEXT, text=TEXT), 4),
    sources=many(sources, 5),
    checks=many(checks, 8),
    heard_at=st.just(AT),
    decided=TEXT,
    decided_by=TEXT,
    decided_at=st.sampled_from([None, AT]),
    published=many(TEXT, 3),
    trouble=TEXT,
    handed=st.one_of(st.none(), st.builds(HandOver, to=TEXT, by=TEXT, at=st.just(AT), note=TEXT)),
    rests_on=many(TEXT.filter(bool), 3).map(lambda keys: tuple(dict.fromkeys(keys))),
    steps=many(st.builds(Step, at=st.just(AT), who=TEXT, what=TEXT), 4),
)


def labels(node: Any) -> list[str]:
    """Every mrkdwn text there is."""
    if isinstance(node, dict):
        mine = [node["text"]] if node.get("type") == "mrkdwn" else []
        return mine + [text for value in node.values() for text in labels(value)]
    return [text for item in node for text in labels(item)] if isinstance(node, list) else []


def assert_only_our_markup(blocks: list[dict[str, Any]]) -> None:
    for label in labels(blocks):
        rest = OURS.sub("", label)
        assert not {"<", ">"} & set(rest), label
        assert not re.search(r"&(?!amp;|lt;|gt;)", rest), label
        assert label.strip()
        assert len(label) <= 3000


def assert_slack_takes(blocks: list[dict[str, Any]]) -> None:
    for block in blocks:
        parsed = Block.parse(json.loads(json.dumps(block)))
        assert parsed is not None
        parsed.to_dict()
        assert '"text": ""' not in json.dumps(block)
    json.dumps(blocks, ensure_ascii=False).encode()  # no lone surrogate is left
    assert_only_our_markup(blocks)


@settings(max_examples=40, deadline=None)
@given(hostile)
def test_any_card_stays_text_and_within_the_limits(card: Card) -> None:
    drawn = cards.card(card)
    assert_slack_takes(drawn.blocks)
    assert el.size(drawn.blocks) <= cards.CARD_MAX
    assert len(drawn.blocks) <= 50
    assert len(drawn.text) <= 4000
    assert "<" not in drawn.text
    drawn.text.encode()


def hostile_overview(card: Card, text: str) -> Overview:
    said = {"author_name": card.outcome or text, "words": text[:140], "trouble": text, "outcome": card.outcome}
    rows = tuple(replace(row, **said, url=text, holder=text, reason=text) for row in samples.every_row())
    went = tuple(samples.gone(state=state, permalink=text, words=text[:140], trouble=text) for state in State)
    listed = (text,) if text else ()
    return samples.overview(team=rows, mine=rows, went=went, languages=listed, channels=listed)


@settings(max_examples=25, deadline=None)
@given(hostile, TEXT)
def test_any_modal_stays_text_and_within_the_limits(card: Card, typed: str) -> None:
    views = [
        editing.edit_modal(card),
        editing.edit_modal(card, typed=typed, notice=typed),
        editing.write_modal(card, typed=typed),
        disputes.reject_modal(card, reason=RejectReason.WRONG, note=typed, notice=typed),
        handing_over.hand_over_modal(card, ["workshop"], note=typed, notice=typed),
        snoozing.snooze_modal(card),
        modals.details_modal(card),
        modals.review_modal(card, typed),
        modals.message_modal(typed or "x", typed),
        home.home(hostile_overview(card, typed), me="U1", notice=typed),
    ]
    for view in views:
        assert_slack_takes(view["blocks"])
        View(**json.loads(json.dumps(view))).to_dict()
        assert len(json.dumps(view)) < 250_000


@settings(max_examples=25, deadline=None)
@given(hostile, TEXT)
def test_any_letter_stays_text_and_within_the_limits(card: Card, words: str) -> None:
    entry = Entry("plugs", EntryKind.USAGE, words, words, url=words)
    dispute = Dispute(1, words, card.turn_id, "wrong", words, words, AT, words, None, None)
    settled = replace(dispute, settled="right")
    for told in (HandedOver(card), *(Disputed(one, entry, card, unreached=words) for one in (dispute, settled))):
        drawn = letters.letter(told, words)
        assert_slack_takes(drawn.blocks)
        assert el.size(drawn.blocks) <= cards.CARD_MAX
        assert "<" not in drawn.text


@given(st.one_of(TEXT, st.text()), st.integers(2, 300))
def test_escaping_keeps_to_its_limit_and_never_cuts_an_entity(text: str, limit: int) -> None:
    out = el.escaped(text, limit)
    assert len(out) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;)", out)
    assert not set("<>*~`|\n") & set(out)


@given(st.one_of(TEXT, st.text()))
def test_text_as_written_is_neither_lost_nor_changed(text: str) -> None:
    shown = "".join(element["text"] for element in el.words(text))
    assert shown == el.clean(text)


@settings(max_examples=25, deadline=None)
@given(hostile, TEXT)
def test_any_modal_of_what_comes_after_stays_text_and_within_the_limits(card: Card, text: str) -> None:
    reply = Reply((text, text), channel="m", parent="1")
    failed = (Check(name=text, ok=False, note=text, blocking=True),)
    found = [Version(n, text, reply, 9, 500, failed, stands=not n) for n in range(3)]
    for view in (
        versions.versions_modal(card, found),
        redrafting.redraft_modal(card),
        modals.override_modal(card),
        afterwards.withdraw_modal(card),
        afterwards.correct_modal(card),
    ):
        assert_slack_takes(view["blocks"])
        View(**json.loads(json.dumps(view))).to_dict()
        assert len(view["blocks"]) <= 100


@settings(max_examples=25, deadline=None)
@given(TEXT, TEXT)
def test_as_many_steps_as_are_told_at_once_fit_a_message(who: str, what: str) -> None:
    drawn = thread.told([Step(at=AT, who=who, what=what * 9, id=n) for n in range(TOLD_AT_ONCE)])
    assert_slack_takes(drawn.blocks)
    assert el.size(drawn.blocks) <= cards.CARD_MAX
    assert "<" not in drawn.text


@given(TEXT)
def test_a_sentence_that_is_told_mentions_nobody(text: str) -> None:
    assert not {"<", ">"} & set(el.harmless(text))
