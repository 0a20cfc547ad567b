"""The modals: edit, write, reject, hand over, review, details, and the small ones that say something.

`private_metadata` carries what a submission decides on (turn and version) and where the card stands; only we can
set it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from actions.check_names import check_name
from actions.proposal import Check
from bot.cards.overview import EVERYTHING, Look
from bot.review import Card, CardPost, Place
from bot.slack import card as cards
from bot.slack import elements as el
from bot.slack import pictures, texts, why
from bot.slack.elements import INPUT_MAX, Block, Element, View
from bot.slack.sources import source_line

THREAD_SHOWN = 20
STEPS_SHOWN = 30
#: Characters of a post that stand above a form, so that nobody decides about the wrong one.
POST_SHOWN = 300


@dataclass(frozen=True)
class About:
    """What a modal is about: the version that a decision in it names, and the card's place (empty from Home). `home` is
    what the person looked at in Home, so that it is drawn as they left it."""

    turn_id: int
    version: int
    channel: str = ""
    message: str = ""
    home: str = ""

    @property
    def place(self) -> Place | None:
        """Where the card stands, if the modal was opened from one."""
        return Place(self.channel, self.message) if self.channel and self.message else None

    def dump(self) -> str:
        """As `private_metadata`."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def load(cls, metadata: str) -> About:
        """From `private_metadata`. Raises ValueError or TypeError where it is not ours."""
        return cls(**json.loads(metadata))


def about(card: Card, place: Place | None) -> About:
    """What a modal opened for this card is about."""
    return About(card.turn_id, card.version, *((place.channel, place.message) if place else ("", "")))


def look_of(metadata: str) -> Look:
    """What the person who opened this modal looked at in Home; everything where the modal is none of ours."""
    try:
        return Look.load(About.load(metadata).home)
    except (TypeError, ValueError):
        return EVERYTHING


def carrying(view: View, look: Look) -> View:
    """The modal with what the person looked at in Home, if it is about a turn."""
    if look == EVERYTHING or "private_metadata" not in view:
        return view
    return {**view, "private_metadata": replace(About.load(view["private_metadata"]), home=look.dump()).dump()}


def modal(title: str, blocks: list[Block], *, callback: str = "", submit: str = "", metadata: str = "") -> View:
    """A modal; with `submit` (the button's words) a form, whose `callback` names the handler."""
    view: View = {
        "type": "modal",
        "title": el.plain(title),
        "close": el.plain(texts.CANCEL if submit else texts.CLOSE),
        "blocks": blocks,
    }
    if callback:
        view["callback_id"] = callback
    if submit:
        view["submit"] = el.plain(submit)
    if metadata:
        view["private_metadata"] = metadata
    return view


def field(block_id: str, label: str, element: Element, *, optional: bool = False, hint: str = "") -> Block:
    """A field of a form, with its label. Its errors are shown at it, by `block_id`."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": el.plain(label),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = el.plain(hint)
    return block


def text_field(initial: str = "", *, focus: bool = False, listen: bool = False) -> Element:
    """A field for words. It sets no limit below Slack's own 3,000 characters, so that nothing pasted is cut: what is
    too long is said at the field. With `listen` we hear what is typed (its block needs `dispatch_action`)."""
    element: Element = {"type": "plain_text_input", "action_id": "text", "multiline": True}
    if initial := el.clean(initial)[:INPUT_MAX]:
        element["initial_value"] = initial
    if focus:
        element["focus_on_load"] = True
    if listen:
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    return element


def notice_blocks(sentence: str) -> list[Block]:
    """Why a form came back, on top of it; nothing where there is nothing to say."""
    return [el.section(f"⚠️ {el.escaped(sentence, 1000)}")] if sentence.strip() else []


def override_modal(card: Card, place: Place | None = None) -> View:
    """A lead lets a reply pass the checks that block it, and says why: the reply as it would go out stands above."""
    lines = [f"*{texts.OVERRIDES}*", *(cards.failed_line(check, card) for check in card.blocked_by)]
    blocks = [*cards.post_blocks(card, POST_SHOWN)]
    if card.reply is not None:
        blocks.append(cards.reply_block(card, cards.BUDGETS[0][1]))
    why = field("note", texts.FIELD_OVERRIDE, text_field(focus=True), hint=texts.HINT_OVERRIDE)
    blocks += [*el.contexts(lines[:8]), why]
    return modal(
        texts.TITLE_OVERRIDE, blocks, callback="override", submit=texts.OVERRIDE, metadata=about(card, place).dump()
    )


def review_modal(card: Card, notice: str = "", drawing: str = "") -> View:
    """The whole card with its buttons, for a reviewer who comes from Home."""
    drawn = cards.card(card, notice, drawing)
    return modal(texts.TITLE_REVIEW, drawn.blocks, callback="review", metadata=about(card, None).dump())


def details_modal(card: Card) -> View:
    """What the card folds away: the thread, sources in full, every check, other versions, what happened so far."""
    blocks = [author(card.posts[-1])] if card.posts else []
    blocks += el.contexts([*pictures.lines(card.posts, 1000), *why.details(card)])
    blocks += pictures.large(card.posts)
    if card.thread:
        blocks += [el.header(texts.THREAD), *_thread(card.thread)]
    blocks.append(el.header(texts.SOURCES))
    blocks += [el.section(source_line(card, source, 1500)) for source in card.sources[:10]] or [_nothing()]
    if card.checks:
        passed = [_passed(check) for check in card.checks if check.ok]
        failed = [cards.failed_line(check, card) for check in card.checks if not check.ok]
        if failed:
            blocks += [el.header(texts.FAILED), *_sections(failed)]
        if passed:
            blocks += [el.header(texts.PASSED), *_sections(passed)]
    if card.other_versions:
        blocks.append(el.header(texts.CANDIDATES))
        blocks += [
            el.rich(
                [
                    el.paragraph("", bold=texts.version_label(candidate.label)[:60]),
                    el.quote(candidate.text[:2500] or texts.NO_TEXT),
                ]
            )
            for candidate in card.other_versions[:3]
        ]
    blocks.append(el.header(texts.HISTORY))
    steps = [
        f"{el.moment(s.at)}  ·  {el.escaped(s.who, 60)}: {el.escaped(s.what, 200)}" for s in card.steps[-STEPS_SHOWN:]
    ]
    blocks += _sections(steps) or [_nothing()]
    return modal(texts.TITLE_DETAILS, blocks)


def author(post: CardPost) -> Block:
    """Who wrote a post, and when."""
    name, handle = el.escaped(post.author_name, 60), el.escaped(post.author_handle, 80)
    return el.context(f"*{name}*  {el.link(post.url, handle)}  ·  {el.moment(post.at)}")


def _thread(posts: Sequence[CardPost]) -> list[Block]:
    blocks: list[Block] = []
    for post in posts[-THREAD_SHOWN:]:
        blocks += [author(post), el.rich([el.quote(el.cut(post.text, 2000).strip() or texts.NO_TEXT)])]
    return blocks


def _passed(check: Check) -> str:
    # what a person typed has no source to name: then the note says whose words they are
    name = texts.WHOSE_WORDS if check.name == "sourced" and check.note.strip() else check_name(check.name)
    return f"✓ {el.escaped(name, 60)}{_note(check.note)}"


def _note(note: str) -> str:
    return f": {el.escaped(note, 150)}" if note.strip() else ""


def _nothing() -> Block:
    return el.context(texts.NOTHING_YET)


def _sections(lines: Sequence[str]) -> list[Block]:
    return [el.section(text) for text in el.packed(lines)]


def message_modal(sentence: str, typed: str = "") -> View:
    """A sentence, and what was typed so that it is not lost."""
    blocks = [el.section(el.escaped(sentence, 2000) or texts.FAILED_HERE)]
    if typed.strip():
        blocks += [el.context(texts.YOU_WROTE), el.rich([el.quote(typed)])]
    return modal(texts.TITLE_NOTICE, blocks)
