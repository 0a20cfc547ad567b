"""Editing and writing a reply: the modal, and what stands below its field while somebody types.

Slack tells of what is typed, a little after the last key. The count and the checks below the field are then drawn anew;
the field itself keeps its ids, so that nothing typed is lost. For each modal one drawing is under way at most, and the
newest text wins.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import structlog

from actions.proposal import Candidate, Check
from bot.review import Card, Place, Reviewer, RoomUnavailable
from bot.slack import card as cards
from bot.slack import elements as el
from bot.slack import modals, pictures, texts
from bot.slack.clicks import Click, Clicks
from bot.slack.elements import Block, View
from bot.slack.modals import About
from bot.slack.sources import sources_lines
from bot.slack.workspace import calling, error_word
from knowledge.errors import GoodwordError

log = structlog.get_logger("goodword.slack")

#: The block of the field, on which errors are shown and whose keys we hear of.
FIELD = "body"
#: Of so many open modals it is remembered how they look.
OPEN_KEPT = 500
VERSIONS_SHOWN = 3


@dataclass(frozen=True)
class Live:
    """What is known of a text that is being typed: its length as it would be sent, the limit, and its checks."""

    length: int
    limit: int
    checks: tuple[Check, ...]


def edit_modal(card: Card, place: Place | None = None, *, typed: str | None = None, notice: str = "") -> View:
    """Edit the drafted reply. `typed` is kept in the field in place of the draft; `notice` says why it came back."""
    if typed is None:
        live = Live(card.length, card.limit, card.checks)
        return _form(card, modals.about(card, place), "edit", card.body, notice, live)
    return _form(card, modals.about(card, place), "edit", typed, notice, None)


def write_modal(card: Card, place: Place | None = None, *, typed: str = "", notice: str = "") -> View:
    """Write a reply where nothing was drafted."""
    return _form(card, modals.about(card, place), "write", typed, notice, None)


def again(card: Card, place: Place | None, typed: str, notice: str) -> View:
    """The form once more with what was typed, because of what `notice` says."""
    build = write_modal if card.reply is None else edit_modal
    return build(card, place, typed=typed, notice=notice)


def _form(card: Card, about: About, callback: str, body: str, notice: str, live: Live | None) -> View:
    words = modals.text_field(body, focus=True, listen=True)
    typing = modals.field(FIELD, texts.FIELD_BODY, words, hint=texts.hint_body(card.limit, card.parts))
    typing["dispatch_action"] = True
    blocks = [
        *modals.notice_blocks(notice),
        *cards.post_blocks(card, modals.POST_SHOWN),
        *el.contexts(pictures.lines(card.posts)),
        typing,
        *(below(live, card) if live is not None else []),
        *_others(card, body),
        *el.contexts(sources_lines(card, 3)),
    ]
    title = texts.TITLE_WRITE if callback == "write" else texts.TITLE_EDIT
    return modals.modal(title, blocks, callback=callback, submit=texts.SAVE, metadata=about.dump())


def below(live: Live, card: Card) -> list[Block]:
    """The count against the limit, then the checks that fail, then how many pass."""
    over = live.length - live.limit
    count = texts.TOO_MANY_CHARACTERS if over > 0 else texts.CHARACTERS
    said = count.format(length=live.length, limit=live.limit, over=over)
    failed = sorted(
        (one for one in live.checks if not one.ok and one.name != "length"), key=lambda one: not one.blocking
    )
    lines = [f"{'❌' if over > 0 else '✓'} *{said}*"]
    lines += [cards.failed_line(check, card, typing=True) for check in failed[:6]]
    if any(check.ok for check in live.checks):
        lines.append(cards.passed_line(live.checks, typed=True))
    return [{**block, "block_id": f"below-{n}"} for n, block in enumerate(el.contexts(lines))]


def _others(card: Card, body: str) -> list[Block]:
    """The other drafted versions, to copy from."""
    others = [one for one in card.candidates if one.text.strip() not in ("", body.strip())][:VERSIONS_SHOWN]
    if not others:
        return []
    return [el.context(f"*{texts.COPY_FROM}*"), *(_other(one) for one in others)]


def _other(candidate: Candidate) -> Block:
    return el.rich([el.paragraph("", bold=texts.version_label(candidate.label)), el.quote(candidate.text[:1200])])


@dataclass
class _Open:
    """A modal in which somebody types. `hash` is the view's as we last drew it, `newest` what is to be drawn next."""

    hash: str = ""
    newest: dict[str, Any] | None = None
    busy: bool = field(default=False)


class Typing:
    """Draws what stands below the field, as somebody types."""

    def __init__(self, clicks: Clicks) -> None:
        self._clicks = clicks
        self._open: dict[str, _Open] = {}

    async def typed(self, body: dict[str, Any]) -> None:
        """Something was typed. Returns once the newest text is drawn, or at once where another call draws it."""
        view_id = str(body["view"]["id"])
        modal = self._open.setdefault(view_id, _Open())
        while len(self._open) > OPEN_KEPT:
            del self._open[next(iter(self._open))]
        modal.newest = body
        if modal.busy:
            return
        modal.busy = True
        try:
            while (newest := modal.newest) is not None:
                modal.newest = None
                await self._draw(modal, newest)
        finally:
            modal.busy = False

    async def _draw(self, modal: _Open, body: dict[str, Any]) -> None:
        view, clicks = body["view"], self._clicks
        about = About.load(view["private_metadata"])
        typed = el.clean(str(body["actions"][0].get("value") or "")).strip()
        card = await clicks.desk.card(about.turn_id)
        if card is None:
            return
        reviewer = await clicks.workspace.reviewer(body["user"]["id"])
        drawn = _form(
            card, about, view["callback_id"], "", _moved(card, about), await self._live(card, typed, reviewer)
        )
        _keep_field(drawn, view)
        for known in dict.fromkeys((modal.hash, str(view["hash"]))):
            if not known:
                continue
            try:
                with calling("views.update"):
                    shown = await clicks.workspace.web.views_update(view_id=view["id"], view=drawn, hash=known)
                modal.hash = str(shown["view"]["hash"])
                return
            except RoomUnavailable as error:
                if error.retry_after is not None:
                    await asyncio.sleep(error.retry_after)
                    modal.newest = modal.newest or body
                    return
                if error_word(error.__cause__) != "hash_conflict":  # closed meanwhile, or sent
                    return

    async def _live(self, card: Card, typed: str, reviewer: Reviewer) -> Live | None:
        if not typed:
            return None
        return Live(*await self._clicks.desk.check(card.turn_id, typed, reviewer))


def _moved(card: Card, about: About) -> str:
    """What has happened since the form was opened: it is said while there is still time to copy."""
    if not cards.decidable(card):
        return texts.decided_meanwhile(card.state, card.decided_by)
    return texts.NEWER_WHILE_TYPING if card.version != about.version else ""


def _keep_field(drawn: View, view: dict[str, Any]) -> None:
    """The field exactly as it stands there: Slack keeps what was typed where nothing of the field changes."""
    standing = next((block for block in view["blocks"] if block.get("block_id") == FIELD), None)
    if standing is None:
        return
    element = next(block for block in drawn["blocks"] if block.get("block_id") == FIELD)["element"]
    if initial := standing["element"].get("initial_value"):
        element["initial_value"] = initial


async def kindly(typing: Typing, body: dict[str, Any]) -> None:
    """Draw; where that fails nothing is lost, and the next key tries again."""
    try:
        await typing.typed(body)
    except GoodwordError as error:
        log.warning("could not draw the count", why=str(error))
    except (KeyError, ValueError, TypeError):
        log.warning("typed in a form that is not ours")


async def edit(clicks: Clicks, click: Click) -> None:
    """Open the modal to edit the drafted reply."""
    await clicks.open(click, edit_modal)


async def write(clicks: Clicks, click: Click) -> None:
    """Open the modal to write a reply where none was drafted."""
    await clicks.open(click, write_modal)
