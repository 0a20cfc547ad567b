"""What is checked of a reply, each by one small function whose name stands on the card.

Blocking until mended: a private detail or a request for one, a link outside the list, the length, a promise that no
entry backs, an instruction obeyed. The others are advice to the reviewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from actions.instructions import orders
from actions.language import language_of
from actions.links import LINK, allowed, host, links
from actions.opening import closing
from actions.overlap import words
from actions.parts import longest
from actions.patterns import any_of
from actions.proposal import Check, Sentence, TurnContext, Understanding
from actions.sentences import split
from actions.voicing import voice_checks
from knowledge.entries import Entry
from knowledge.masking import mask


def check(
    text: str, sentences: Sequence[Sentence], turn: TurnContext, understanding: Understanding, sources: Sequence[Entry]
) -> tuple[Check, ...]:
    """All checks of a drafted text. `sources` are the entries that its sentences may rest on."""
    backing = " ".join(f"{entry.title} {entry.text}" for entry in sources)
    return (
        answers_the_question(text, understanding, turn, sources),
        sourced(sentences, understanding, sources),
        outcome_first(text, understanding, sources),
        no_promotion(text),
        no_unbacked_promise(text, backing, blocking=True),
        *_always(text, turn, [entry.url for entry in sources if entry.url], backing),
    )


def check_courtesy(text: str, turn: TurnContext, sources: Sequence[Entry]) -> tuple[Check, ...]:
    """The checks of a draft that gives no advice: an acknowledgement or a question of ours."""
    backing = " ".join(f"{entry.title} {entry.text}" for entry in sources)
    return (
        no_promotion(text),
        no_unbacked_promise(text, backing, blocking=True),
        *_always(text, turn, [entry.url for entry in sources if entry.url], backing),
    )


def recheck(text: str, turn: TurnContext) -> tuple[Check, ...]:
    """The checks that make sense for a text a reviewer typed: the reviewer is its source.

    A promise is shown but does not block here: whether an entry backs it cannot be told without the sources.
    """
    return (no_promotion(text), no_unbacked_promise(text, "", blocking=False), *_always(text, turn, [], ""))


def _always(text: str, turn: TurnContext, urls: Sequence[str], backing: str) -> tuple[Check, ...]:
    return (
        no_private_detail(text),
        no_private_request(text),
        allowed_links(text, turn),
        length(text, turn),
        language(text, turn),
        nothing_obeyed(text, turn, urls, backing),
        *voice_checks(text, turn),
    )


def answers_the_question(
    text: str, understanding: Understanding, turn: TurnContext, sources: Sequence[Entry] = ()
) -> Check:
    """The draft and the titles of its sources speak of what was asked: of a third of the outcome's words or more."""
    asked = words(understanding.outcome) or words(f"{turn.title} {turn.text}")
    spoken = words(text) | words(" ".join(f"{entry.title} {entry.question}" for entry in sources))
    ok = not asked or len(asked & spoken) * 3 >= len(asked)
    said = (understanding.outcome or f"{turn.title} {turn.text}").split()
    missing = dict.fromkeys(word.strip(".,;:!?()\"'").lower() for word in said if words(word) - spoken)
    return Check(name="answers_the_question", ok=ok, note="" if ok else f"not spoken of: {', '.join([*missing][:6])}")


def sourced(sentences: Sequence[Sentence], understanding: Understanding, sources: Sequence[Entry]) -> Check:
    """Every sentence but the opening and the closing question names its sources, and its words stand in them."""
    texts = {entry.id: words(f"{entry.title} {entry.text} {entry.url or ''}") for entry in sources}
    frame = {0, len(sentences) - 1}
    for index, sentence in enumerate(sentences):
        known = set().union(*(texts.get(source, set()) for source in sentence.sources))
        said = words(LINK.sub(" ", sentence.text))
        if not sentence.sources:
            if index not in frame and sentence.text != closing(understanding):
                return Check(name="sourced", ok=False, note=f"rests on no source: {_short(sentence.text)}")
        elif any(source not in texts for source in sentence.sources):
            return Check(
                name="sourced", ok=False, note=f"rests on a source that was not found: {_short(sentence.text)}"
            )
        elif len(said & known) < 0.6 * len(said - _FRAME_WORDS):
            return Check(name="sourced", ok=False, note=f"says more than its source: {_short(sentence.text)}")
    return Check(name="sourced", ok=True)


_FRAME_WORDS = words("more step steps here all read") | {str(number) for number in range(1, 40)}


def outcome_first(text: str, understanding: Understanding, sources: Sequence[Entry] = ()) -> Check:
    """The first line speaks of the outcome (or the source's title), not of a product, an offer or a link."""
    first = text.strip().split("\n", 1)[0]
    goal = words(understanding.outcome) | words(" ".join(entry.title for entry in sources))
    ok = not goal or bool(words(LINK.sub(" ", first)) & goal)
    return Check(name="outcome_first", ok=ok, note="" if ok else "the first line does not name the outcome")


_PROMOTION = any_of(
    "(buy|order) (now|yours|ours|today)|shop now|sign up (now|today)|don't miss|#1",
    "best[- ](in[- ]class|selling|ever)|(world[- ]class|market[- ]leading|industry[- ]leading|award[- ]winning)",
    r"revolutionary|game[- ]chang\w+|cutting[- ]edge|state[- ]of[- ]the[- ]art|unbeatable|unrivalled|unmatched",
    "amazing|incredible|awesome|stunning|discount|special offer|limited[- ]time|number one (choice|brand)",
    "exclusive(ly)? (offer|deal|for you)|upgrade (now|today) to",
    r"our (brilliant|fantastic|amazing|superb|excellent|great|premium|innovative|powerful) \w+",
)


def no_promotion(text: str) -> Check:
    """No language of advertising: a friend names a product only where it helps."""
    found = _PROMOTION.search(text)
    return Check(name="no_promotion", ok=not found, note=f"sounds like advertising: {found.group()}" if found else "")


_MONEY = r"([£$€] ?\d[\d,.]*|\d[\d,.]* ?(pounds|dollars|euros|quid|gbp|usd|eur))"
_WHEN = (
    r"(today|tomorrow|tonight|this week|next \w+|soon|shortly|right away|by (the end|monday|tuesday|wednesday"
    r"|thursday|friday)"
    r"|(within|in) (the next )?(\d+|a|an|one|two|three|a few) (hour|day|week|month|minute)s?)"
)
_DEED = (
    "(refund|replace|repay|compensate|fix|send|ship|release|deliver|credit|repair|exchange|reimburse|pay|call"
    "|make it right|sort it|sort this)"
)
_PROMISE = any_of(
    rf"(we|i|our team|the team)( will|'ll| are going to| shall| can) …{_DEED}\b[^.?!\n]*",
    rf"(we|i)( will|'ll) [^.?!\n]*\b{_WHEN}",
    "guarantee[ds]?|promise[ds]?|free of charge|at no (extra )?cost|for free|(a|your|full) …refund",
    rf"you( will|'ll) (get|receive) [^.?!\n]*({_WHEN}|refund|replacement|money|credit)",
    _MONEY,
)


def no_unbacked_promise(text: str, backing: str, *, blocking: bool) -> Check:
    """No promise of money, dates, deeds of ours or guarantees, but one whose very words stand in a source."""
    known = _flat(backing)
    found = next((match.group().strip() for match in _PROMISE.finditer(text) if _flat(match.group()) not in known), "")
    note = f"no entry backs: {_short(found)}" if found else ""
    return Check(name="no_unbacked_promise", ok=not found, note=note, blocking=blocking)


def no_private_detail(text: str) -> Check:
    """No e-mail address, phone, card or order number, and nothing else that masking would take out."""
    ok = mask(text) == text and not regex.search(
        r"\[(?:e-?mail|phone|card|iban|ip|order|ssn|id)[^\]]*\]", text, regex.IGNORECASE
    )
    return Check(name="no_private_detail", ok=ok, note="" if ok else "holds a private detail", blocking=True)


_DETAIL = (
    "(e-?mail( address)?|(tele)?phone( number)?|mobile( number)?|(home |postal |delivery |full )?address"
    "|post ?code|zip ?code"
    "|order (number|no\\.?|id|details)|account( (number|name|details|id))?|card( (number|details))?|bank details|iban"
    "|password|passcode|pin|full name|date of birth|birthday|serial number|receipt|invoice|(personal "
    "|contact )?details)"
)
_REQUEST = any_of(
    rf"(send|give|tell|share|provide|post|message|text|dm|pm) (it to )?(us"
    rf"|me)\b[^.?!\n]{{0,40}}\byour (\w+ )?{_DETAIL}",
    rf"(share|provide|reply with|post|confirm|let us (know|have)|drop) (here )?your (\w+ )?{_DETAIL}"
    "(?! (in|on|to|under|with|at) (the|your|a))",
    rf"(what's|what is|(can|could|may) (we|i) have) your (\w+ )?{_DETAIL}",
    "(send|drop|shoot|write) (us|me) (an? )?(dm|pm|(direct |private )?message|e-?mail)|(dm|pm|message|e-?mail) (us|me)",
    "(in|via|by|through) (an? )?(dms?|pms?|(direct|private) messages?)|our (dms|inbox)|slide into",
)


def no_private_request(text: str) -> Check:
    """No request for a private detail in public, and no "send us a DM" instead of an answer."""
    found = _REQUEST.search(text)
    note = f"asks for something private: {_short(found.group())}" if found else ""
    return Check(name="no_private_request", ok=not found, note=note, blocking=True)


def allowed_links(text: str, turn: TurnContext) -> Check:
    """Every link leads to a domain on the team's list."""
    bad = [link for link in links(text) if not allowed(link, turn.allowed_domains)]
    note = f"not on the list of allowed domains: {', '.join(host(link) or link for link in bad)}" if bad else ""
    return Check(name="allowed_links", ok=not bad, note=note, blocking=True)


def length(text: str, turn: TurnContext) -> Check:
    """Something is said, and it fits what mention and signature leave of the channel's limit."""
    long, room = longest(text, turn), turn.channel.limit - turn.reserved
    ok = 0 < long <= room and bool(text.strip())
    return Check(name="length", ok=ok, note=f"{long} of {room}" if text.strip() else "empty", blocking=True)


def language(text: str, turn: TurnContext) -> Check:
    """The reply is in the language of the turn."""
    spoken = language_of(text)
    ok = spoken == turn.language.split("-")[0].lower()
    return Check(name="language", ok=ok, note="" if ok else f"looks like {spoken}, not {turn.language}")


def nothing_obeyed(text: str, turn: TurnContext, urls: Iterable[str] = (), backing: str = "") -> Check:
    """Nothing in the reply comes from an order in the post: no run of four of its words, no link only the post has."""
    post = f"{turn.title}\n{turn.text}"
    ours = _runs(backing)
    ordered = set().union(*(_runs(sentence) for sentence in orders(post)))
    copied = (_runs(text) & ordered) - ours
    known = {host(url) for url in urls} | {host(link) for link in links(backing)}
    theirs = {link for link in links(text) if link in links(post) and host(link) not in known}
    obeyed = bool(orders(post)) and bool(copied or theirs)
    note = "repeats what the post ordered" if obeyed else ""
    return Check(name="nothing_obeyed", ok=not obeyed, note=note, blocking=True)


def _runs(text: str, size: int = 4) -> set[tuple[str, ...]]:
    """Runs of `size` words; a shorter sentence counts as one run."""
    found: set[tuple[str, ...]] = set()
    for sentence in split(text):
        tokens = regex.findall(r"[\p{L}\p{N}']+", sentence.lower())
        found |= {tuple(tokens[start : start + size]) for start in range(max(1, len(tokens) - size + 1)) if tokens}
    return found


def _flat(text: str) -> str:
    return regex.sub(r"\s+", " ", text).strip(" .,").lower()


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57].rstrip() + "…"
