"""A desk in memory: it decides as the record would, with compare-and-set on the version."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from actions.proposal import Check
from bot import switching
from bot.cards.overview import PAGE, WAITING, Digest, Look, Overview, Row
from bot.channels.base import ChannelRefused
from bot.deciding.verdicts import possible
from bot.reply import Reply
from bot.review import Card, Decision, HandOver, Override, Place, Publishing, Reviewer, Step, Verb, Verdict, Version
from bot.shelf import Kept
from bot.states import DECIDABLE, State
from knowledge.entries import Entry, EntryKind, EntryStatus
from knowledge.masking import mask
from knowledge.results import Hit

LIMIT = 500


class MemoryDesk:
    """Cards by turn. `answers` is closed to keep everybody waiting; `decisions` are those that counted."""

    def __init__(self, *cards: Card) -> None:
        self.cards = {card.turn_id: card for card in cards}
        self.decisions: list[Decision] = []
        self.answers = asyncio.Event()
        self.answers.set()
        self.asked = 0  # how often somebody wanted something of it, answered or not
        self.told: dict[Place, Digest] = {}
        self.shown_again = 0
        self.leads: set[str] = set()
        self.hidden: dict[str, int] = {}
        self.entries: list[Entry] = []
        self.notices: list[tuple[str, datetime, str]] = []
        self.heard: list[tuple[str, str]] = []
        self.undo = timedelta(seconds=20)
        self.switch = Publishing(on=True, by="Robin")

    async def _ask(self) -> None:
        self.asked += 1
        await self.answers.wait()

    async def card(self, turn_id: int) -> Card | None:
        await self._ask()
        return self.cards.get(turn_id)

    async def versions(self, turn_id: int) -> tuple[Version, ...]:
        await self._ask()
        card = self.cards[turn_id]
        return tuple(
            Version(
                number=number,
                label=one.label,
                reply=Reply((f"@jo {one.text}",), channel=card.channel, parent="1"),
                length=len(one.text) + 4,
                limit=LIMIT,
                checks=(Check(name="tone", ok=one.label != "shorter", note="sounds curt"),),
                stands=one.text == card.body,
            )
            for number, one in enumerate(card.candidates)
        )

    async def handed_to(self, turn_id: int, person: Reviewer) -> bool:
        return False

    async def place(self, turn_id: int, room: str) -> Place | None:
        return None

    async def groups(self) -> tuple[str, ...]:
        return ("workshop",)

    async def show_again(self) -> None:
        self.shown_again += 1

    def may_override(self, reviewer: Reviewer) -> bool:
        return reviewer.id in self.leads

    async def publishing(self) -> Publishing:
        return self.switch

    async def pause(self, reviewer: Reviewer) -> str:
        self.switch = Publishing(on=False, by=reviewer.name, since=datetime.now(UTC))
        return switching.PAUSED

    async def resume(self, reviewer: Reviewer) -> str:
        if reviewer.id not in self.leads:
            return switching.NOT_A_LEAD if self.leads else switching.NO_LEADS.format(id=reviewer.id)
        self.switch = Publishing(on=True, by=reviewer.name, since=datetime.now(UTC))
        return switching.RESUMED

    async def check(self, turn_id: int, text: str, reviewer: Reviewer) -> tuple[int, int, tuple[Check, ...]]:
        await self._ask()
        private = "password" in text
        return (
            len(text) + 30,  # with name and signature, and a little that only the channel counts
            LIMIT,
            (Check(name="private_details", ok=not private, note="asks for a secret", blocking=True),),
        )

    async def search(self, text: str, limit: int) -> tuple[Hit, ...]:
        found = [entry for entry in self.entries if entry.status is EntryStatus.LIVE and text in entry.text]
        return tuple(Hit(entry=entry, score=0.9, quote=entry.text, cosine=0.7) for entry in found)[:limit]

    async def notice(self, text: str, until: datetime, reviewer: Reviewer, when: str) -> str:
        self.notices.append((text, until, reviewer.name))
        return f"Noted until {when}."

    async def hear(self, url: str, reviewer: Reviewer) -> str:
        if "gone" in url:
            raise ChannelRefused("No post was found there", hint="is it the link of one public post?")
        self.heard.append((url, reviewer.name))
        return "Thank you. A reply is being drafted."

    async def keep(self, kept: Kept, reviewer: Reviewer) -> Kept:
        masked = replace(kept, text=mask(kept.text))
        values = {"title": masked.question, "question": masked.question, "status": EntryStatus.DRAFT}
        self.entries.append(Entry(id=kept.key, kind=EntryKind.ANSWER, text=masked.text, **values))
        return masked

    async def settle(self, key: str, reviewer: Reviewer, *, live: bool) -> tuple[bool, str]:
        if reviewer.id not in self.leads:
            return False, "Only editors decide what is used. Ask one to look at it."
        status = EntryStatus.LIVE if live else EntryStatus.RETIRED
        self.entries = [replace(entry, status=status) if entry.id == key else entry for entry in self.entries]
        return True, f"{'Live' if live else 'Discarded'} since {reviewer.name} said so"

    async def overview(self, person: Reviewer, look: Look) -> Overview:
        await self._ask()
        waiting = [_row(card) for card in self.cards.values() if card.state in WAITING]
        wished = {"lane": look.lane, "channel": look.channel, "kind": look.kind}
        team = [row for row in waiting if all(getattr(row, name) == value for name, value in wished.items() if value)]
        mine = tuple(row for row in waiting if row.holder_id == person.id)
        lanes = [row.lane for row in waiting]
        return Overview(
            look=look,
            mine=mine,
            mine_in_all=len(mine),
            team=tuple(team[look.page * PAGE : (look.page + 1) * PAGE]),
            matching=len(team),
            lanes={lane: lanes.count(lane) for lane in lanes},
            languages=("en",),
            channels=tuple(sorted({row.channel for row in waiting})),
            went=(),
        )

    async def digest(self, place: Place) -> Digest | None:
        return self.told.get(place)

    async def queue(self, limit: int) -> tuple[Card, ...]:
        return tuple(card for card in self.cards.values() if card.state in DECIDABLE)[:limit]

    async def out_of_reach(self) -> dict[str, int]:
        return self.hidden

    async def decide(self, decision: Decision) -> Verdict:
        await self._ask()
        card = self.cards[decision.turn_id]
        if any(made.delivery_id == decision.delivery_id for made in self.decisions):
            return Verdict(True, "Already recorded.", card)
        if not possible(decision.verb, card.state):
            return Verdict(False, f"{card.decided_by} has {card.decided} this already.", card)
        if card.version != decision.version:
            return Verdict(False, "This has changed since you looked at it.", card)
        self.decisions.append(decision)
        self.cards[card.turn_id] = card = self._after(card, decision)
        return Verdict(True, "Done.", card)

    def _after(self, card: Card, decision: Decision) -> Card:
        now = datetime.now(UTC)
        steps = (*card.steps, Step(now, decision.reviewer.name, decision.verb))
        who = {"decided_by": decision.reviewer.name, "decided_at": now, "steps": steps}
        match decision.verb:
            case Verb.APPROVE:
                due = now + self.undo
                return replace(card, state=State.APPROVED, decided="approved", goes_out_at=due, **who)
            case Verb.UNDO:
                return replace(card, state=State.ASKED, decided="taken back", goes_out_at=None, **who)
            case Verb.WITHDRAW:
                return replace(card, state=State.WITHDRAWING, decided="withdrawn", deletable=False, **who)
            case Verb.CORRECT:
                number = max(self.cards) + 1
                reply = Reply((f"@jo {decision.text}",), channel=card.channel, parent="77")
                new = {"turn_id": number, "version": 1, "state": State.ASKED, "corrects": card.turn_id, "published": ()}
                self.cards[number] = replace(card, **new, body=decision.text, reply=reply, decided="", checks=())
                return replace(card, state=State.CLOSED, decided="corrected", **who)
            case Verb.REJECT:
                return replace(card, state=State.REJECTED, decided="rejected", **who)
            case Verb.OVERRIDE:
                return replace(card, override=Override(decision.reviewer.name, decision.note), steps=steps)
            case Verb.REDRAFT:
                return replace(card, state=State.HEARD, version=card.version + 1, **who)
            case Verb.HAND_OVER:
                handed = HandOver(decision.to_whom, decision.reviewer.name, now, decision.note)
                return replace(card, state=State.HANDED_OVER, handed=handed, steps=steps)
        text = card.candidates[decision.candidate].text if decision.verb is Verb.CHOOSE else decision.text
        reply = Reply((f"@jo {text}",), channel=card.channel, parent="1")
        length = len(reply.parts[0])
        return replace(
            card,
            version=card.version + 1,
            body=text,
            reply=reply,
            length=length,
            decided="chosen" if decision.verb is Verb.CHOOSE else "edited",
            checks=(),
            **who,
        )

    def newer(self, turn_id: int) -> None:
        """The customer writes again: a new version stands."""
        card = self.cards[turn_id]
        steps = (*card.steps, Step(datetime.now(UTC), "Jo Smith", "posted again"))
        self.cards[turn_id] = replace(card, version=card.version + 1, steps=steps)


def _row(card: Card) -> Row:
    last = card.posts[-1]
    return Row(
        turn_id=card.turn_id,
        version=card.version,
        state=card.state,
        lane=card.lane or "deep",
        kind=card.kind,
        channel=card.channel,
        author_name=last.author_name,
        words=last.text[:140],
        url=last.url,
        outcome=card.outcome,
        reason=card.reason_text,
        confidence=card.confidence,
        drafted=card.reply is not None,
        priority=card.priority,
        heard_at=card.heard_at,
        trouble=card.trouble,
        holder=card.claim.by.name if card.claim else (card.handed.to if card.handed else ""),
        holder_id=card.claim.by.id if card.claim else "",
        claimed_until=card.claim.until if card.claim else None,
        snoozed_until=card.snoozed_until,
        shares=len(card.shares),
    )
