"""The drafted versions beside one another, each as it would be sent, and the button that takes one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.proposal import Check
from bot.review import Card, Place, Verb, Version
from bot.slack import card as cards
from bot.slack import elements as el
from bot.slack import modals, texts
from bot.slack.clicks import Click, Clicks
from bot.slack.elements import Block, View


async def versions(clicks: Clicks, click: Click) -> None:
    """Open the modal with all versions."""

    async def build(card: Card, place: Place | None) -> View:
        return versions_modal(card, await clicks.desk.versions(card.turn_id), place)

    await clicks.open(click, build)


async def choose(clicks: Clicks, click: Click) -> None:
    """Take the version whose button was clicked; the modal then shows the card with it, ready to be approved."""
    verdict = await clicks.decide(click, Verb.CHOOSE, candidate=int(click.chosen))
    if verdict is None:
        return
    await clicks.show(click, verdict.card, verdict.sentence)
    if click.card is not None:
        await clicks.redraw(replace(click, view_id="", place=click.card), verdict.card)


def versions_modal(card: Card, found: Sequence[Version], place: Place | None = None) -> View:
    """Each version with how it differs, its count, the checks it fails, and a button to take it."""
    blocks: list[Block] = [*cards.post_blocks(card, modals.POST_SHOWN)]
    for version in found:
        blocks += [el.divider(), *_version(card, version)]
    if not found:
        blocks.append(el.context(texts.NO_VERSIONS))
    return modals.modal(texts.CANDIDATES, blocks, metadata=modals.about(card, place).dump())


def _version(card: Card, version: Version) -> list[Block]:
    facts = f"  ·  {version.length} / {version.limit}"
    label = texts.version_label(version.label)[:60]
    parts = [el.paragraph(part) for part in version.reply.parts[:20] if part.strip()]
    blocks = [el.rich([el.paragraph(facts, bold=label), *parts], block_id=f"version-{version.number}")]
    failed = sorted((check for check in version.checks if not check.ok), key=_blocking_first)
    blocks += el.contexts([cards.failed_line(check, card, typing=True) for check in failed[:4]])
    if version.stands:
        return [*blocks, el.context(f"✓ {texts.STANDS}")]
    carries = f"{version.number}:{cards.value(card)}"
    button = el.button(texts.USE_THIS, "choose", carries, label=texts.LABEL_USE.format(label=label))
    return [*blocks, {"type": "actions", "block_id": f"use-{version.number}", "elements": [button]}]


def _blocking_first(check: Check) -> bool:
    return not check.blocking
