"""What is checked of a reply, each by one small function whose name stands on the card.

Blocking until mended, or overridden by a lead with a reason: a private detail or a request for one, a link outside the
list, a promise that no entry backs, an instruction obeyed; and the length, which no lead can override, as the channel
would refuse. The others are advice to the reviewer. What is looked for is looked for in the `folded` text, so that no
letter from elsewhere hides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from actions.alarms import alarm
from actions.instructions import honest_part, ordered_part
from actions.language import language_of
from actions.links import LINK, allowed, host, targets
from actions.opening import closing
from actions.overlap import words
from actions.parts import longest
from actions.patterns import any_of
from actions.personal import personal_details, plainly_written
from actions.promises import unbacked_promise
from actions.proposal import Check, Sentence, TurnContext, Understanding
from actions.requests import privately, request
from actions.sentences import split
from actions.tone import cheer, upset
from actions.understanding import Intent
from actions.visible import folded, visible
from actions.voicing import voice_checks
from knowledge.entries import Entry
from knowledge.private_details import find


def check(
    text: str, sentences: Sequence[Sentence], turn: TurnContext, understanding: Understanding, sources: Sequence[Entry]
) -> tuple[Check, ...]:
    """All checks of a drafted text. `sources` are the entries that its sentences may rest on."""
    return (
        answers_the_question(text, understanding, turn, sources),
        sourced(sentences, understanding, sources),
        outcome_first(text, understanding, sources),
        *_always(text, turn, understanding, sources),
    )


def check_courtesy(
    text: str, turn: TurnContext, understanding: Understanding, sources: Sequence[Entry]
) -> tuple[Check, ...]:
    """The checks of a draft that gives no advice: an acknowledgement or a question of ours."""
    return _always(text, turn, understanding, sources)


def recheck(
    text: str, sentences: Sequence[Sentence], turn: TurnContext, sources: Sequence[Entry] = ()
) -> tuple[Check, ...]:
    """The checks of a text that a reviewer typed. `sentences` are its own, each with its entries or with the reviewer
    whose words it is; `sources` the entries that the draft rested on."""
    return (whose_words(sentences), *_always(text, turn, turn.earlier, sources))


def _always(
    text: str, turn: TurnContext, understanding: Understanding | None, sources: Sequence[Entry]
) -> tuple[Check, ...]:
    backing = " ".join(f"{entry.title} {entry.text}" for entry in sources)
    return (
        no_promotion(text),
        no_unbacked_promise(text, backing),
        no_private_detail(text, backing),
        no_private_request(text),
        no_needless_dm(text, turn, understanding),
        allowed_links(text, turn, backing),
        length(text, turn),
        language(text, turn),
        tone(text, turn, understanding),
        nobody_else_mentioned(text),
        nothing_obeyed(text, turn, [entry.url for entry in sources if entry.url], backing),
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
    note = "" if ok else f"the reply says nothing of: {', '.join([*missing][:6])}"
    return Check(name="answers_the_question", ok=ok, note=note)


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


def whose_words(sentences: Sequence[Sentence]) -> Check:
    """Every sentence rests on an entry, or is in the words of a reviewer who is named: they are its source then."""
    typed: dict[str, int] = {}
    for sentence in sentences:
        if sentence.by:
            typed[sentence.by] = typed.get(sentence.by, 0) + 1
    note = ", ".join(f"{count} of {len(sentences)} in {name}’s words" for name, count in typed.items())
    return Check(name="sourced", ok=True, note=note)


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
    found = _PROMOTION.search(folded(text))
    return Check(name="no_promotion", ok=not found, note=f"sounds like advertising: {found.group()}" if found else "")


def no_unbacked_promise(text: str, backing: str) -> Check:
    """No promise of money, dates, deeds of ours or guarantees, but one whose very words stand in a source."""
    found = unbacked_promise(folded(text), folded(backing))
    note = f"no entry backs: {_short(found)}" if found else ""
    return Check(name="no_unbacked_promise", ok=not found, note=note, blocking=True)


def no_private_detail(text: str, backing: str = "") -> Check:
    """No e-mail address, phone, card, account, identity or order number, no street address, however they are spelt.

    What a source of ours says in public, such as the address of a shop, is not private.
    """
    seen, known = folded(text), _flat(folded(backing))
    details = [seen[one.start : one.end] for one in find(seen)] + list(personal_details(seen)) + _MASKED.findall(seen)
    details += (
        [seen[one.start : one.end] for one in find(plainly_written(seen))] if plainly_written(seen) != seen else []
    )
    ok = all(_flat(detail) in known for detail in details)
    return Check(name="no_private_detail", ok=ok, note="" if ok else "holds a private detail", blocking=True)


#: What masking left: a reply that says "[email]" was made of a text that held one.
_MASKED = regex.compile(r"\[(?:e-?mail|phone|card|iban|ip|order|ssn|licence|id)\b[^\]]*\]", regex.IGNORECASE)


def no_private_request(text: str) -> Check:
    """Nobody is asked for a private detail where everybody reads the answer."""
    found = request(folded(text))
    note = f"asks for something private: {_short(found)}" if found else ""
    return Check(name="no_private_request", ok=not found, note=note, blocking=True)


def no_needless_dm(text: str, turn: TurnContext, understanding: Understanding | None = None) -> Check:
    """No "send us a DM" but where the matter is one for private talk: an account, a person asked for, danger, law."""
    found = privately(folded(text))
    needed = bool(found) and (
        (understanding is not None and understanding.intent in _FOR_PRIVATE_TALK)
        or alarm(f"{turn.title}\n{turn.text}") is not None
    )
    note = "" if not found or needed else f"can be answered here: {_short(found)}"
    return Check(name="no_needless_dm", ok=not note, note=note)


_FOR_PRIVATE_TALK = frozenset({Intent.ACCOUNT_MATTER, Intent.ASK_FOR_A_PERSON, Intent.SAFETY})


def allowed_links(text: str, turn: TurnContext, backing: str = "") -> Check:
    """Whatever a reader can follow leads to a domain on the team's list; a bare host may also stand in a source."""
    known = visible(backing).lower()
    bad = [
        target
        for target in targets(visible(text))
        if not allowed(target, turn.allowed_domains) and not ("/" not in target and target.lower() in known)
    ]
    note = f"not on the list of allowed domains: {', '.join(host(link) or link for link in bad)}" if bad else ""
    return Check(name="allowed_links", ok=not bad, note=note, blocking=True)


def length(text: str, turn: TurnContext) -> Check:
    """Something is said, and with mention and signature it fits the channel's limit: so the card counts, too."""
    long, limit = longest(text, turn) + turn.reserved, turn.channel.limit
    ok = long <= limit and bool(text.strip())
    return Check(name="length", ok=ok, note=f"{long} of {limit}" if text.strip() else "empty", blocking=True)


def language(text: str, turn: TurnContext) -> Check:
    """The reply is in the language of the turn."""
    spoken = language_of(text)
    ok = spoken == turn.language.split("-")[0].lower()
    return Check(name="language", ok=ok, note="" if ok else f"looks like {spoken}, not {turn.language}")


def tone(text: str, turn: TurnContext, understanding: Understanding | None = None) -> Check:
    """To somebody who is upset: no cheer, no exclamation mark, no emoji."""
    intent = understanding.intent if understanding else ""
    found = cheer(text) if upset(f"{turn.title}\n{turn.text}".strip(), intent) else ""
    return Check(name="tone", ok=not found, note=f"too cheerful for somebody upset: {_short(found)}" if found else "")


def nobody_else_mentioned(text: str) -> Check:
    """Nobody is called by a handle: the network would bring the reply to them too. The asker's stands before it."""
    found = _MENTION.search(folded(text))
    note = f"would also reach {_short(found.group())}" if found else ""
    return Check(name="nobody_else_mentioned", ok=not found, note=note)


#: `@name`, `@name@server`, and Slack's own forms; an e-mail address and a package (`@scope/name`) are none.
_MENTION = regex.compile(r"(?<![\w./@-])@[\w][\w.-]*(?:@[\w.-]+)?(?!/)\b|<[!@][^>]+>", regex.IGNORECASE)


def nothing_obeyed(text: str, turn: TurnContext, urls: Iterable[str] = (), backing: str = "") -> Check:
    """Nothing in the reply comes from an order in the post or its thread: no run of four of its words, no link and no
    mention that only they have."""
    heard = [turn.title, turn.text, *(post.text for post in turn.thread if post.by != "ours")]
    ordered = " ".join(order for one in heard for order in ordered_part(one))
    if not ordered:
        return Check(name="nothing_obeyed", ok=True, blocking=True)
    said, told = folded(text), folded(ordered)
    copied = (_runs(said) & _runs(told)) - _runs(folded(backing)) - _runs(folded(honest_part(turn.text)))
    known = {host(url) for url in urls} | {host(link) for link in targets(visible(backing))}
    everything = visible("\n".join(heard))
    theirs = {host(link) for link in targets(everything)} - known
    followed = any(host(link) in theirs for link in targets(visible(text)))
    called = {match.group().lower() for match in _MENTION.finditer(said)} & {
        match.group().lower() for match in _MENTION.finditer(folded(everything))
    }
    note = "repeats what the post ordered" if copied or followed or called else ""
    return Check(name="nothing_obeyed", ok=not note, note=note, blocking=True)


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
