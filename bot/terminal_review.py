"""Review on the command line: the same decisions as in Slack, for a team without a workspace and for emergencies."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from rich.console import Console
from rich.panel import Panel
from rich.prompt import Prompt
from rich.table import Table
from rich.text import Text

from actions.check_names import check_name
from bot.desk import words
from bot.journey import Journey
from bot.review import Card, Decision, RejectReason, Reviewer, Verb, Verdict

Asked = Callable[[str], str]
_CHOICES = {
    "a": "approve",
    "e": "edit",
    "r": "reject",
    "h": "hand over",
    "o": "override",
    "n": "next",
    "q": "quit",
}


def table(cards: tuple[Card, ...]) -> Table:
    """The queue as a table, most urgent first."""
    made = Table("turn", "from", "outcome or post", "proposal", "confidence", title=f"{len(cards)} waiting")
    for card in cards:
        about = card.outcome or (card.posts[-1].text if card.posts else "")
        made.add_row(
            str(card.turn_id),
            f"@{card.posts[-1].author_handle}" if card.posts else "",
            Text(about[:60]),
            words.KINDS[card.kind],
            f"{card.confidence:.0%}",
        )
    return made


def show(console: Console, card: Card) -> None:
    """One card, with all that a decision needs."""
    for post in card.posts:
        console.print(Panel(Text(post.text), title=f"{post.author_name} @{post.author_handle}", title_align="left"))
    console.print(Text(f"{words.KINDS[card.kind]}, {card.confidence:.0%} sure. {card.reason_text}"))
    if card.reply is not None:
        title = f"the reply as it would be sent, {card.length} of {card.limit}"
        console.print(Panel(Text("\n---\n".join(card.reply.parts)), title=title, title_align="left", style="bold"))
    if card.writing is not None and card.reply is not None and not card.written_by:
        console.print(Text(card.writing.sentence), style="dim")
    for source in card.sources:
        console.print(
            Text(f"  {words.entry(source.kind)}: {source.title or source.entry_id} {source.url or ''}"), style="dim"
        )
    for check in card.checks:
        if not check.ok:
            must = " (must be mended)" if check in card.blocked_by else ""
            console.print(Text(f"  not passed: {check_name(check.name)}: {check.note}{must}"), style="yellow")
    if card.override:
        console.print(Text(f"  {card.override.by} let it pass: {card.override.reason}"), style="yellow")
    if card.trouble:
        console.print(Text(card.trouble), style="red")


def out_of_reach(console: Console, hidden: Mapping[str, int]) -> None:
    """Say what waits and cannot be shown, if anything does."""
    for channel, count in hidden.items():
        console.print(f"{count} from {channel.capitalize()} cannot be shown: it is not connected.", style="yellow")


async def walk(console: Console, journey: Journey, reviewer: Reviewer) -> int:
    """Go through the queue card by card until it is empty or the person stops; returns how many were decided."""
    out_of_reach(console, await journey.out_of_reach())
    decided = 0
    seen: set[tuple[int, int]] = set()
    while True:
        card = next((c for c in await journey.waiting() if (c.turn_id, c.version) not in seen), None)
        if card is None:
            console.print("Nothing is waiting." if not decided else f"Done: {decided} decided.")
            return decided
        seen.add((card.turn_id, card.version))
        console.rule(f"turn {card.turn_id}")
        show(console, card)
        offered = {key: word for key, word in _CHOICES.items() if key != "o" or card.overridable}
        choice = Prompt.ask(", ".join(f"{key} = {word}" for key, word in offered.items()), choices=list(offered))
        if choice == "q":
            return decided
        if choice == "n":
            continue
        verdict = await decide(journey, card, reviewer, _CHOICES[choice], lambda question: Prompt.ask(question))
        console.print(verdict.sentence, style="green" if verdict.accepted else "red")
        decided += verdict.accepted and choice in "arh"
        if choice == "o":  # the same version comes again, to be approved or not
            seen.discard((card.turn_id, card.version))


async def decide(journey: Journey, card: Card, reviewer: Reviewer, choice: str, ask: Asked) -> Verdict:
    """Turn a choice into a decision on exactly the version that was shown."""
    delivery = f"cli-{uuid.uuid4()}"
    decision = Decision(card.turn_id, card.version, Verb.APPROVE, reviewer, delivery)
    if choice == "edit":
        verb = Verb.EDIT if card.reply else Verb.WRITE
        decision = Decision(card.turn_id, card.version, verb, reviewer, delivery, text=ask("The reply"))
    elif choice == "reject":
        reason, note = _reason(ask(f"Why? One of {', '.join(RejectReason)}, or your own words"))
        decision = Decision(card.turn_id, card.version, Verb.REJECT, reviewer, delivery, reason=reason, note=note)
    elif choice == "override":
        why = ask("Why may it go out all the same? The reason is kept")
        decision = Decision(card.turn_id, card.version, Verb.OVERRIDE, reviewer, delivery, note=why)
    elif choice == "hand over":
        to = ask("To whom? An id, a name, or group:NAME").strip()
        note = ask("What do you need from them?")
        decision = Decision(card.turn_id, card.version, Verb.HAND_OVER, reviewer, delivery, to=to, note=note)
    return await journey.decide(decision)


def _reason(typed: str) -> tuple[RejectReason, str]:
    """One of the reasons, or what was typed as a note to `other`."""
    said = typed.strip()
    key = said.lower().replace(" ", "_")
    return (RejectReason(key), "") if key in set(RejectReason) else (RejectReason.OTHER, said)
