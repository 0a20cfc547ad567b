"""The lines of App Home: a turn that waits, and a reply that went out."""

from __future__ import annotations

from collections.abc import Sequence

from actions.proposal import ProposalKind
from bot.cards.overview import Gone, Row
from bot.review import Publishing
from bot.slack import elements as el
from bot.slack import home_texts, texts
from bot.slack.elements import Block
from bot.states import OUT, State


def listed(rows: Sequence[Row], me: str, list_name: str) -> list[Block]:
    """Turns that wait, each under a line: on a phone a row is several lines high. The same turn may stand in two
    lists: their names keep the blocks apart."""
    return [block for row in rows for block in (el.divider(), *_waiting(row, me, list_name))]


def _waiting(row: Row, me: str, list_name: str) -> list[Block]:
    mark = "" if row.state is State.SILENT else home_texts.LANE_MARK.get(row.lane, "")
    words = f"“{el.escaped(row.words, 140)}”" if row.words.strip() else texts.NO_TEXT
    who = f"{mark} *{el.escaped(row.author_name, 60)}*: {words}".strip()
    # one action id for all: the value says which; Slack wants ids to be unique only within a block
    carries, name = f"{row.turn_id}:{row.version}", row.author_name
    if row.state is State.SILENT:
        button = el.button(texts.DRAFT_ONE, "draft_one", carries, label=texts.LABEL_DRAFT_ONE.format(name=name))
    else:
        button = el.button(texts.REVIEW, "review", carries, label=texts.LABEL_REVIEW.format(name=name))
    lines = [f"⚠️ {el.escaped(row.trouble, 150)}"] if row.trouble.strip() else []
    lines.append("  ·  ".join(_facts(row, me)))
    section = el.section(who, accessory=button, block_id=f"{list_name}-{row.turn_id}")
    return [section, el.context(*lines)]


def _facts(row: Row, me: str) -> list[str]:
    silent = row.state is State.SILENT  # what all of a list have in common is not said of each
    kind = texts.KIND[ProposalKind(row.kind)] if row.kind in set(ProposalKind) and not silent else ""
    facts = [f"*{kind}*"] if kind else []
    if held := _held(row, me):
        facts.insert(0, f"*{held}*")
    if silent:
        facts += [el.escaped(row.reason, 150)] if row.reason.strip() else []
    elif row.drafted:
        facts.append(texts.confidence(row.confidence))
    else:
        facts.append(home_texts.NOT_DRAFTED)
    if row.priority is not None and not silent:
        facts.append(home_texts.POINTS.format(total=row.priority.total))
    facts.append(el.moment(row.heard_at))
    if row.outcome.strip() and not silent:
        facts.append(el.escaped(row.outcome, 100))
    if row.shares:
        facts.append(home_texts.ALSO_ABOUT.format(count=row.shares))
    if el.is_web(row.url):
        facts.append(el.link(row.url, texts.OPEN_POST))
    return facts


def _held(row: Row, me: str) -> str:
    """Who has it in hand, if anybody."""
    if row.snoozed_until is not None:
        return home_texts.PUT_OFF.format(until=el.moment(row.snoozed_until))
    if row.claimed_until is not None and row.holder_id == me:
        return home_texts.YOU_HAVE_IT.format(until=el.moment(row.claimed_until))
    name = el.escaped(row.holder, 60)
    if row.claimed_until is not None:
        return home_texts.HAS_IT.format(name=name)
    if row.holder_id == me:
        return home_texts.WITH_YOU
    return home_texts.HANDED_TO.format(name=name) if name else ""


def switch(publishing: Publishing, *, lead: bool) -> list[Block]:
    """Whether approved replies go out, who said so and when, and the button that changes it: anyone pauses, a lead
    resumes."""
    if publishing.on:
        said, button = home_texts.SWITCH_ON, el.button(home_texts.PAUSE, "pause", "pause", style="danger")
    elif publishing.quiet:
        said, button = home_texts.SWITCH_QUIET, el.button(home_texts.START, "resume", "resume", style="primary")
    else:
        said, button = home_texts.SWITCH_OFF, el.button(home_texts.RESUME, "resume", "resume", style="primary")
    facts = [said]
    if publishing.by:
        facts.append(texts.BY.format(name=el.escaped(publishing.by, 60)))
    if publishing.since is not None:
        facts.append(el.moment(publishing.since))
    if publishing.on or lead:
        return [el.section("  ·  ".join(facts), accessory=button, block_id="switch")]
    return [el.section("  ·  ".join(facts), block_id="publishing")]


def went(gone: Sequence[Gone]) -> list[Block]:
    """What somebody approved, and how it went, a paragraph each."""
    return [el.section(text.rstrip()) for text in el.packed([f"{_went(one)}\n" for one in gone])]


def _went(one: Gone) -> str:
    who = f"*{el.escaped(one.author_name, 60)}*: “{el.escaped(one.words, 80)}”"
    became = home_texts.WENT.get(one.state, str(one.state))
    facts = [f"*{el.link(one.permalink, became)}*" if one.permalink else f"*{became}*"]
    if one.state in OUT:
        facts.append(home_texts.ATTAINED.get(one.attained, one.attained))
    elif one.trouble.strip():
        facts.append(el.escaped(one.trouble, 120))
    return f"{who}\n{'  ·  '.join([*facts, el.moment(one.at)])}"
