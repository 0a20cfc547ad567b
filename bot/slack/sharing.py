"""Approving for several posts about the same thing: every reply is shown as it would be sent, each is decided on its
own."""

from __future__ import annotations

import asyncio

from bot.review import Card, Decision, Place, Verb
from bot.slack import card as cards
from bot.slack import elements as el
from bot.slack import modals, texts
from bot.slack.clicks import Click, Clicks
from bot.slack.elements import Block, View
from bot.slack.submissions import Answer, Form, Submissions

#: Replies in one modal: it holds a hundred blocks. The rest comes once these are decided.
SHOWN = 12
#: Characters of a post and of a reply. A longer reply is not shown whole, so it cannot be approved here.
POST, REPLY = 600, 3000


async def see_all(clicks: Clicks, click: Click) -> None:
    """Open the modal with every reply of the card."""

    async def build(card: Card, place: Place | None) -> View:
        wanted = (clicks.desk.card(turn_id) for turn_id in card.shares[: SHOWN - 1])
        others = [other for other in await asyncio.gather(*wanted) if other is not None]
        return shared_modal([card, *others], len(card.shares) + 1 - SHOWN, place)

    await clicks.open(click, build)


def shared_modal(shown: list[Card], more: int = 0, place: Place | None = None) -> View:
    """Each reply with its post and failed checks; ticked where nothing stands in its way. The first card is the one
    that they share."""
    blocks: list[Block] = [el.section(texts.SHARED_SAID)]
    for card in shown:
        blocks += [el.divider(), *_one(card)]
    if more > 0:
        blocks.append(el.context(texts.MORE_SHARED.format(count=more)))
    return modals.modal(
        texts.TITLE_SHARED,
        blocks,
        callback="shared",
        submit=texts.APPROVE_TICKED,
        metadata=modals.about(shown[0], place).dump(),
    )


def _one(card: Card) -> list[Block]:
    blocks = [*cards.post_blocks(card, POST)]
    if card.reply is None:
        return [*blocks, el.context(texts.NOT_FROM_HERE)]
    blocks.append({**cards.reply_block(card, REPLY), "block_id": f"reply-{card.turn_id}"})
    blocks += cards.failed_checks(card)
    if card.blocked_by or not cards.decidable(card) or sum(map(len, card.reply.parts)) > REPLY:
        return [*blocks, el.context(texts.NOT_FROM_HERE)]
    option = el.option(texts.SEND_THIS, cards.value(card))
    tick = {"type": "checkboxes", "action_id": "tick", "options": [option], "initial_options": [option]}
    name = el.cut(el.clean(card.posts[-1].author_name), 60) if card.posts else card.channel
    label = el.plain(texts.LABEL_APPROVE.format(name=name))
    block = {"type": "input", "block_id": f"tick-{card.turn_id}", "label": label, "element": tick, "optional": True}
    return [*blocks, block]


async def approve_ticked(submissions: Submissions, form: Form) -> Answer:
    """One decision for each reply that is ticked; what was refused is said, with the reason."""
    clicks = submissions.clicks
    seen_in = form.about.place.channel if form.about.place else ""
    if no := await clicks.workspace.refusal(form.user, team_id=form.team, seen_in=seen_in):
        return Answer(view=modals.message_modal(no))
    if not form.ticked:
        return Answer(view=modals.message_modal(texts.TICK_ONE))
    reviewer = await clicks.workspace.reviewer(form.user)
    approved, refused = 0, []
    for value in form.ticked:
        turn_id, version = (int(part) for part in value.split(":"))
        delivery = f"{form.delivery_id}:{value}"
        verdict = await clicks.desk.decide(Decision(turn_id, version, Verb.APPROVE, reviewer, delivery_id=delivery))
        if verdict.accepted:
            approved += 1
        else:
            name = verdict.card.posts[-1].author_name if verdict.card.posts else verdict.card.channel
            refused.append(texts.NOT_APPROVED.format(name=name, why=verdict.sentence))
        if turn_id == form.about.turn_id:
            await clicks.redraw(form.click, verdict.card)
    said = " ".join([texts.APPROVED_COUNT.format(count=approved), *refused])
    return Answer(view=modals.message_modal(said))
