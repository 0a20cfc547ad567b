"""The card: all that a reviewer needs to decide, on one screen of a phone.

From top to bottom: what is wrong (if anything), who wrote what and where, what they want, the reply
exactly as it would be sent, checks that failed, the buttons; below them why, the sources and the checks that passed.
"""

from __future__ import annotations

from collections.abc import Sequence

from actions.check_names import check_name, in_short
from actions.proposal import Check, ProposalKind
from bot.review import Card, CardPost
from bot.slack import elements as el
from bot.slack import pictures, standing, texts, why
from bot.slack.elements import INPUT_MAX, Block, Element, Rendered
from bot.slack.fallback import fallback
from bot.slack.offers import offered
from bot.slack.sources import sources_lines
from bot.states import DECIDABLE, State

#: Characters of post and reply that are shown, tried in this order until the card is small enough.
BUDGETS = ((1500, 6000), (600, 4000), (300, 2000))
#: Slack refuses a message with about 13,200 characters of blocks; ours stay below, counted as JSON.
CARD_MAX = 12_500
#: Begins the name of the row of buttons, which is another one whenever a line of its menu was chosen.
ROW = "actions"
SOURCES_SHOWN = 3
FAILED_SHOWN = 4


def card(card: Card, notice: str = "", drawing: str = "") -> Rendered:
    """Draw the card of a turn. `notice` (a sentence of ours) stands on top, e.g. what kept a click from counting. With
    another `drawing` its menu shows no line as chosen, even where nothing else has changed."""
    blocks: list[Block] = []
    for post_budget, reply_budget in BUDGETS:
        blocks = _blocks(card, post_budget, reply_budget, notice, drawing)
        if el.size(blocks) <= CARD_MAX:
            break
    return Rendered(blocks, fallback(card))


def decidable(card: Card) -> bool:
    """Whether a reviewer can decide something about this turn now."""
    return card.state in DECIDABLE


def value(card: Card) -> str:
    """What every button carries: the turn and the version it was drawn for."""
    return f"{card.turn_id}:{card.version}"


def _blocks(card: Card, post_budget: int, reply_budget: int, notice: str, drawing: str) -> list[Block]:
    blocks: list[Block] = []
    blocks += standing.above(card, notice)
    blocks += post_blocks(card, post_budget)
    blocks += pictures.on_card(card.posts, sum(len(post.text) for post in card.posts) + reply_length(card))
    if card.reply is None:
        blocks += el.contexts([*_outcome(card), *why.lines(card)])
    shown_whole = reply_length(card) <= reply_budget
    if card.reply is not None:
        blocks.append(reply_block(card, reply_budget))
    blocks += failed_checks(card)
    if not decidable(card):
        return [*blocks, standing.outcome_line(card), afterwards(card, drawing)]
    if not shown_whole:
        blocks.append(el.context(f"⚠️ {texts.TOO_LONG_TO_SHOW}"))
    blocks.append(buttons(card, shown_whole, drawing))
    below = sources_lines(card, SOURCES_SHOWN)
    if card.reply is not None:  # post, reply and buttons must fit on a phone: what explains them comes after
        below = [*_outcome(card), *why.lines(card), *below, passed_line(card.checks, typed=bool(card.written_by))]
    return [*blocks, *el.contexts(below)]


def post_blocks(card: Card, budget: int) -> list[Block]:
    """Who wrote, where and when; the words. The newest post gets most room."""
    if not card.posts:
        return []
    last = card.posts[-1]
    facts = [f"*{el.escaped(last.author_name, 60)}* {_handle(last)}", el.escaped(card.channel.capitalize(), 30)]
    facts.append(el.moment(last.at))
    if len(card.posts) > 1:
        facts.append(texts.BURST.format(count=len(card.posts)))
    quotes: list[Element] = []
    for post in reversed(card.posts[-6:]):
        text = post.text.strip() or texts.NO_TEXT
        quotes.insert(0, _quoted(post, el.cut(text, max(80, budget))))
        budget -= len(text)
    return [el.context("  ·  ".join(facts)), el.rich(quotes)]


def _handle(post: CardPost) -> str:
    """The handle without its server, as the link to the post: on a phone the line has to hold the moment too."""
    name = post.author_handle.lstrip("@").split("@")[0] or post.author_handle
    return el.link(post.url, f"@{el.escaped(name, 40)}")


def _quoted(post: CardPost, shown: str) -> Element:
    element = el.quote(shown)
    if shown.endswith("…") and not post.text.rstrip().endswith("…") and el.is_web(post.url):
        element["elements"] += [
            {"type": "text", "text": f"\n{texts.MORE_AT_THE_POST}"},
            {"type": "link", "url": post.url, "text": texts.OPEN_POST},
        ]
    return element


def _outcome(card: Card) -> list[str]:
    return [f"*{texts.OUTCOME}:* {el.escaped(card.outcome, 150)}"] if card.outcome.strip() else []


def reply_length(card: Card) -> int:
    """Characters of the whole reply, all parts together."""
    return 0 if card.reply is None else sum(map(len, card.reply.parts))


def reply_block(card: Card, budget: int) -> Block:
    """The reply exactly as it would be sent, under a line with its count against the channel's limit."""
    assert card.reply is not None
    label = texts.REPLY if card.kind is ProposalKind.ADVISE or card.written_by else texts.KIND[card.kind]
    whose = (
        texts.IN_WORDS_OF.format(name=card.written_by[:60]) if card.written_by else texts.confidence(card.confidence)
    )
    facts = f"  ·  {card.length} / {card.limit}  ·  {whose}"
    shown: list[Element] = [el.paragraph(facts, bold=label)]
    if card.reply.content_warning:
        shown.append(el.paragraph(f": {card.reply.content_warning[:500]}", bold=texts.CONTENT_WARNING))
    count = len(card.reply.parts)
    for number, part in enumerate(card.reply.parts[:20], start=1):
        if count > 1:
            shown.append(el.paragraph("", bold=texts.PART.format(number=number, count=count)))
        if part.strip() and budget > 0:
            shown.append(el.paragraph(el.cut(part, max(2, budget))))
        budget -= len(part)
    return el.rich(shown, block_id="reply")


def failed_checks(card: Card) -> list[Block]:
    """The checks that failed, those that must be mended first; above the buttons, so that nobody misses them."""
    failed = sorted((check for check in card.checks if not check.ok), key=lambda check: not check.blocking)
    return el.contexts([failed_line(check, card) for check in failed[:FAILED_SHOWN]])


def failed_line(check: Check, card: Card, *, typing: bool = False) -> str:
    """One failed check in a line, with who let it pass where a lead did. An override is of what stands on the card,
    never of what is just being typed."""
    note = f": {el.escaped(check.note, 200)}" if check.note.strip() else ""
    named = f"*{el.escaped(check_name(check.name), 60)}*{note}"
    if check.blocking if typing else check in card.blocked_by:
        return f"❌ {named} ({texts.MUST_MEND})"
    if check.blocking and card.override:
        said = {"name": el.escaped(card.override.by, 60), "reason": el.escaped(card.override.reason, 200)}
        return f"⚠️ {named} ({texts.OVERRIDDEN.format(**said)})"
    return f"⚠️ {named}"


def passed_line(checks: Sequence[Check], *, typed: bool = False) -> str:
    """How many checks passed, folded into one line; of a person's own words (`typed`) also what was looked at."""
    passed = [check.name for check in checks if check.ok]
    if not checks:
        return texts.NO_CHECKS
    if len(passed) == len(checks) > 1:
        said = texts.ALL_CHECKS_PASSED.format(count=len(passed))
    else:
        said = texts.CHECK_ONE_PASSED if len(passed) == 1 else texts.CHECKS_PASSED.format(count=len(passed))
    looked_at = in_short(passed) if typed else ""
    return f"✓ {said}: {looked_at}" if looked_at else f"✓ {said}"


def buttons(card: Card, shown_whole: bool = True, drawing: str = "") -> Block:
    """What can be done now. Approve is missing where it would be refused, and where not all of the reply is shown."""
    who = card.posts[-1].author_name if card.posts else card.channel
    carries = value(card)
    row: list[Element] = []
    may_approve = shown_whole and not card.blocked_by
    if card.reply is None:
        row.append(el.button(texts.WRITE, "write", carries, style="primary", label=texts.LABEL_WRITE.format(name=who)))
    else:
        if may_approve:
            row.append(
                el.button(
                    texts.APPROVE, "approve", carries, style="primary", label=texts.LABEL_APPROVE.format(name=who)
                )
            )
        if len(card.body) <= INPUT_MAX:
            row.append(el.button(texts.EDIT, "edit", carries, label=texts.LABEL_EDIT.format(name=who)))
        if card.overridable and shown_whole:
            row.append(el.button(texts.OVERRIDE, "override", carries, label=texts.LABEL_OVERRIDE.format(name=who)))
    row.append(el.button(texts.REJECT, "reject", carries, label=texts.LABEL_REJECT.format(name=who)))
    return _row([*row, more(card)], drawing)


def afterwards(card: Card, drawing: str = "") -> Block:
    """What can be done once it is decided. What has not gone out yet can be taken back."""
    row: list[Element] = []
    if card.state is State.APPROVED:
        who = card.posts[-1].author_name if card.posts else card.channel
        row.append(el.button(texts.UNDO, "undo", value(card), label=texts.LABEL_UNDO.format(name=who)))
    return _row([*row, more(card)], drawing)


def more(card: Card) -> Element:
    """The menu of what else is possible in this state: an overflow menu would hold only five."""
    options = [el.option(offer.text, f"{offer.key}:{value(card)}") for offer in offered(card)]
    return {"type": "static_select", "action_id": "more", "placeholder": el.plain(texts.MORE), "options": options}


def _row(elements: list[Element], drawing: str) -> Block:
    # With the same name the menu would go on showing the line that was chosen last, and it could not be chosen again:
    # Slack keeps by it what is chosen. Otherwise it stays, so that a click on a card that is just drawn again counts.
    name = f"{ROW}-{drawing}" if drawing else ROW
    return {"type": "actions", "block_id": name, "elements": elements}
