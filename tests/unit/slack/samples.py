"""Cards of every shape a reviewer may meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from actions.proposal import Candidate, Check, ProposalKind, Source
from bot.cards.overview import Gone, Look, Overview, Row
from bot.reply import Reply
from bot.review import Card, CardPost, Claim, HandOver, Override, Priority, Reviewer, Step, Use
from bot.states import State

AT = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
#: After any test is run.
LATER = datetime(2126, 3, 14, 9, 30, tzinfo=UTC)

POST_500 = (
    "Right, third weekend in a row that I stand in front of this wall. It is plasterboard, hollow when I knock, "
    "and the shelf is the heavy oak one from my gran, with all her cookbooks on it about 25 kg I would say. I put "
    "in four of those grey plugs that came with the brackets and they just spin and fall into the wall. I have "
    "the small cordless drill, some wood bits and a lot of patience left, but not for long. How do I get this "
    "thing to hold without opening up the whole wall? Cheers!"
)
#: As Home and the digest tell it.
BEGINNING = POST_500[:140].rpartition(" ")[0] + "…"
BODY = (
    "You can hang 25 kg on plasterboard, if the screws do not rely on the board alone. First find the studs: "
    "knock, or slide a magnet along the wall until it sticks to a screw head. Two brackets in studs hold it all; "
    "use 5 x 70 mm wood screws there. Where no stud is, drill 10 mm and set metal hollow-wall anchors (not the "
    "grey plugs), two for each bracket. With pictures: https://holloway.example/help/shelf-on-plasterboard Did it "
    "hold? Tell us how it went, please."
)

#: Where a picture is that no message could hold beside much else.
PICTURE = f"https://square.example/media/{'2' * 2900}.jpg"

SOURCES = (
    Source(
        entry_id="shelf-on-plasterboard",
        kind="usage",
        title="Hang a heavy shelf on plasterboard",
        url="https://holloway.example/help/shelf-on-plasterboard",
        quote="Find the studs first: a shelf that carries more than 15 kg needs at least two screws in wood.",
        score=0.81,
        created_at=AT - timedelta(days=200),
    ),
    Source(
        entry_id="answer-31",
        kind="answer",
        title="Grey plugs spin in the wall",
        url="https://square.example/@holloway/31",
        quote="Those plugs are for brick. In a hollow wall they have nothing to press against.",
        score=0.66,
        created_at=AT - timedelta(days=41),
        written_by="assistant",
    ),
)
_PASSED = (
    "answers_the_question",
    "sourced",
    "outcome_first",
    "no_promotion",
    "no_unbacked_promise",
    "no_private_detail",
    "allowed_links",
    "length",
    "language",
)
CHECKS = tuple(Check(name=name, ok=True) for name in _PASSED)


def post(text: str = POST_500, **changes: Any) -> CardPost:
    made = CardPost(
        author_name="Jo Smith",
        author_handle="@jo@square.example",
        text=text,
        at=AT,
        url="https://square.example/@jo/1",
        media_alts=("A shelf leaning against a white wall, four grey plugs on the floor",),
        media_urls=("https://square.example/media/1.png",),
    )
    return replace(made, **changes)


def card(**changes: Any) -> Card:
    """A card with a drafted reply, waiting for a decision."""
    reply = Reply((f"@jo {BODY}\n- Anna at Holloway",), channel="mastodon", parent="1")
    made = Card(
        turn_id=12,
        version=1,
        state=State.ASKED,
        channel="mastodon",
        brand="Holloway Tools",
        posts=(post(),),
        thread=(),
        outcome="hang a heavy shelf on plasterboard",
        kind=ProposalKind.ADVISE,
        reason="answered",
        reason_text="An article and a past answer cover this.",
        confidence=0.82,
        reply=reply,
        body=BODY,
        length=484,
        limit=500,
        candidates=(Candidate(label="best", text=BODY), Candidate(label="shorter", text="Find the studs first.")),
        sources=SOURCES,
        checks=CHECKS,
        heard_at=AT,
        steps=(Step(AT, "Jo Smith", "posted"), Step(AT, "Goodword", "advise: An article covers this.")),
    )
    return replace(made, **changes)


def undrafted(**changes: Any) -> Card:
    """A card of a post that no source answers."""
    made = card(
        kind=ProposalKind.HAND_OFF,
        reason="no_source",
        reason_text="None of the entries answers this.",
        confidence=0.18,
        reply=None,
        body="",
        length=0,
        candidates=(),
        checks=(),
    )
    return replace(made, **changes)


def published(**changes: Any) -> Card:
    made = card(
        state=State.LEARNED,
        decided="approved",
        decided_by="Robin",
        decided_at=AT + timedelta(minutes=4),
        published=("https://square.example/@holloway/77",),
    )
    return replace(made, **changes)


TROUBLE = "The same person has written again in the thread."


def full(**changes: Any) -> Card:
    """As much as may stand on one card at once: 500 characters each, a picture, a claim, trouble, a failed check, a
    thread, promises, a priority."""
    made = card(
        posts=(post(f"{POST_500} {POST_500}"[:500]),),
        thread=(post("Has anyone a good drill?", media_alts=()), post("Which wall is it?", by_us=True, media_alts=())),
        reply=Reply((f"@jo@square.example {BODY} {BODY}"[:500],), channel="mastodon", parent="1"),
        length=500,
        state=State.WITHHELD,
        trouble=TROUBLE,
        claim=Claim(Reviewer("U0TOMOKAFOR", "Tom Okafor"), LATER),
        checks=(*CHECKS, Check(name="tone", ok=False, note="too cheerful for somebody upset: Cheers!")),
        lane="deep",
        priority=Priority((("need", 20), ("reach", 10), ("answerability", 16), ("wait", 3))),
        promised=("We will send you two anchors by Friday.",),
        uses={"shelf-on-plasterboard": Use(12, 7), "answer-31": Use(0, 0)},
    )
    return replace(made, **changes)


FAILED = (
    Check(name="length", ok=True),
    Check(name="tone", ok=False, note="sounds impatient"),
    Check(name="no_private_detail", ok=False, note="asks for an address in public", blocking=True),
)


def every_shape() -> dict[str, Card]:
    parts = ("First " * 60, "Second " * 60)
    decided = {
        "decided_by": "Robin",
        "decided_at": AT,
        "steps": (Step(AT, "Robin", "did it. “please, which anchor?”"),),
    }
    return {
        "rich": card(thread=(post("Has anyone a good drill?", by_us=False), post("Which wall is it?", by_us=True))),
        "bare": card(
            outcome="", reason_text="", sources=(), checks=(), candidates=(), steps=(), posts=(post(media_alts=()),)
        ),
        "burst": card(posts=(post("It fell down."), post(" "), post("Again!", url=None))),
        "failed": card(checks=FAILED),
        "failed, with leads": card(checks=FAILED, has_leads=True),
        "overridden": card(checks=FAILED, has_leads=True, override=Override("Mia", "a *press* address <!channel>")),
        "warned": card(checks=FAILED[:2]),
        "trouble": card(
            state=State.WITHHELD, trouble="The post was deleted. Reject it.", decided="approved", decided_by="Robin"
        ),
        "edited": card(version=2, decided="edited", decided_by="Robin", decided_at=AT),
        "parts": card(reply=Reply(parts, channel="mastodon", parent="1", content_warning="DIY")),
        "pictures": card(posts=(post("Look!"), post(media_alts=("A plug", "", "A wall"), media_urls=("", PICTURE)))),
        "a picture beside few words": undrafted(posts=(post("What is this?", media_urls=(PICTURE,)),)),
        "undrafted": undrafted(),
        "undrafted, no source": undrafted(sources=()),
        "full": full(),
        "claimed": card(claim=Claim(Reviewer("U1", "Mia *L*"), LATER)),
        "snoozed": card(snoozed_until=LATER, snoozed_by="Mia"),
        "handed over": card(
            state=State.HANDED_OVER, handed=HandOver("the <workshop>", "Mia", AT, "which anchor?"), **decided
        ),
        "one of two": card(approved_by=("Mia", "Robin")),
        "a correction": card(corrects=3, shares=(13, 14)),
        "waits for its undo": card(state=State.APPROVED, goes_out_at=LATER, **decided),
        "clarify": card(kind=ProposalKind.CLARIFY, confidence=0.4),
        "published": published(),
        "published in parts": published(published=("https://square.example/1", "https://square.example/2")),
        **{f"state {state}": card(state=state, decided_by="Robin", decided_at=AT) for state in State},
    }


def row(**changes: Any) -> Row:
    """A turn in Home's queue."""
    made = Row(
        turn_id=12,
        version=1,
        state=State.ASKED,
        lane="deep",
        kind="advise",
        channel="mastodon",
        author_name="Jo Smith",
        words=BEGINNING,
        url="https://square.example/@jo/1",
        outcome="hang a heavy shelf on plasterboard",
        reason="An article and a past answer cover this.",
        confidence=0.82,
        drafted=True,
        priority=Priority((("need", 20), ("reach", 5), ("answerability", 16), ("wait", 3))),
        heard_at=AT,
    )
    return replace(made, **changes)


def every_row() -> list[Row]:
    """A turn in every way in which Home can show it."""
    later = AT + timedelta(minutes=15)
    return [
        row(lane="urgent", kind="hand_off", drafted=False, turn_id=1),
        row(holder="Tom", holder_id="U0TOM", claimed_until=later, turn_id=2),
        row(holder="Anna", holder_id="U0ANNA", claimed_until=later, turn_id=3),
        row(holder="Workshop", holder_id="group:workshop", state=State.HANDED_OVER, turn_id=4),
        row(holder="Anna", holder_id="U0ANNA", state=State.HANDED_OVER, turn_id=5),
        row(snoozed_until=later, turn_id=6),
        row(shares=3, turn_id=7),
        row(state=State.WITHHELD, trouble="The post was deleted.", turn_id=8),
        row(lane="", kind="", outcome="", url=None, words=" ", priority=None, turn_id=9),
        row(state=State.SILENT, kind="no_reply", lane="light", drafted=False, reason="Small talk.", turn_id=10),
    ]


def gone(**changes: Any) -> Gone:
    """A reply that somebody approved."""
    made = Gone(
        turn_id=31,
        version=1,
        state=State.LEARNED,
        author_name="Jo Smith",
        words=BEGINNING,
        at=AT,
        attained="attained",
        permalink="https://square.example/@holloway/77",
        trouble="",
    )
    return replace(made, **changes)


def overview(**changes: Any) -> Overview:
    """Home with a page of turns."""
    made = Overview(
        look=Look(),
        mine=(),
        mine_in_all=0,
        team=tuple(every_row()),
        matching=10,
        lanes={"urgent": 1, "deep": 8, "light": 1},
        languages=("de", "en"),
        channels=("mastodon",),
        went=(gone(),),
    )
    return replace(made, **changes)
