"""The advice in a past public answer, freed of the thread it was given in."""

from __future__ import annotations

import regex

from actions.links import links
from actions.overlap import share, weights, words
from actions.patterns import any_of
from actions.platforms import elsewhere
from actions.sentences import dangles, has_gap, of_the_thread, own_words, split, stands_alone, without_address
from actions.steps import Block, Passage, inline_steps, only_first_variant
from actions.verbs import BASE

#: What was mostly said to one person about one case is no answer for another: so much of the words has to be left.
LEAST_KEPT = 0.4
#: So many sentences in a row are looked at together: what a reply has room for.
WINDOW = 3
#: Fewer bullets in a row are no procedure.
LEAST_STEPS = 2

_ITEM = regex.compile(r"^\s*(?:[-*•–]\s*|\(?\d{1,2}[.)]\s+)(?P<text>[\p{L}\p{N}'\"“‘(≡].*)$")
#: What leads from step to step; the numbers say it.
_IN_A_ROW = regex.compile(r"^(?:then|next|first|now|and|finally|after that)\b,?\s+", regex.IGNORECASE)
_INSTRUCTS = any_of(
    r"(?m:^)(\d+[.)] )?(first |then |next |also |just |please |now |simply |try (to )?|make sure |always |never "
    r"|do not |don't )*"
    rf"({'|'.join(sorted(BASE))}|click|press|hit|right-?click|tick|untick|uncheck|scroll|highlight|leave|be|let"
    rf"|make|ease)",
    "you (can|need|should|must|may|might|could|have to|will need|want to)|(click|select|choose|press|tick|go to"
    "|use|set|open)",
)
_HEDGES = any_of("maybe|perhaps|possibly|probably|just a thought|no idea|not sure|i guess|might be|could be|it seems")


def advice(text: str, wanted: str) -> Passage | None:
    """What of a past answer can be said to somebody else (`wanted`: their words): its steps, else its sentences.

    None where nothing stands by itself, or where nearly everything spoke of the other thread.
    """
    own = own_words(text)
    blocks = _procedures(own)
    if blocks:
        weighed = weights(words(wanted), [block.text for block in blocks])
        best = max(blocks, key=lambda block: share(block.text, weighed))
        return Passage(steps=best.steps, heading=best.lead)
    kept = _sentences(own, wanted)
    whole = sum(len(sentence.split()) for sentence in split(own))
    if sum(len(sentence.split()) for sentence in kept) < LEAST_KEPT * whole:
        return None
    return Passage(sentences=_window(kept, wanted)) if kept else None


def instructs(text: str) -> bool:
    """Whether a text tells anybody what to do."""
    return bool(_INSTRUCTS.search(text))


def guesses(text: str) -> bool:
    """Whether a text only supposes."""
    return bool(_HEDGES.search(text))


def _procedures(own: str) -> list[Block]:
    """Lists of steps that can be followed by anybody, each with the line that leads into it ('' where none does)."""
    found: list[Block] = []
    items: list[str] = []
    before = lead = ""
    for line in (*own.splitlines(), ""):
        item = _ITEM.match(line)
        if item:
            lead = lead if items else before
            items.append(item["text"])
            continue
        found += _block(items, lead)
        items = []
        before = line.strip() or before
    return found or _inline(own)


def _inline(own: str) -> list[Block]:
    listed = inline_steps(own)
    return _block(list(listed[1]), "") if listed else []


def _block(items: list[str], lead: str) -> list[Block]:
    steps = [ended(without_address(_IN_A_ROW.sub("", only_first_variant(item)))) for item in items]
    # what a step announces with a colon stood in lines that are no steps
    sound = all(not of_the_thread(step) and not has_gap(step) and "?" not in step for step in steps)
    sound = sound and not any(item.rstrip().endswith(":") for item in items)
    if len(steps) < LEAST_STEPS or not sound or not any(instructs(step) or " > " in step for step in steps):
        return []
    said = without_address(split(lead)[-1]).rstrip(" :.") if lead else ""
    usable = said and not links(said) and stands_alone(said) and not dangles(said) and len(said.split()) <= 15
    return [Block(steps=tuple(steps), lead=said if usable else "")]


def _sentences(own: str, wanted: str) -> list[str]:
    kept: list[str] = []
    broken = True  # what leans on a sentence that was left out goes with it
    for sentence in split(own):
        said = without_address(sentence)
        broken = not stands_alone(said) or elsewhere(said, wanted) or (broken and dangles(said))
        if not broken:
            kept.append(ended(said))
    return kept


def _window(kept: list[str], wanted: str) -> tuple[str, ...]:
    """The sentences from where the best few in a row begin: those that instruct and meet the post's rarer words."""
    if len(kept) <= WINDOW:
        return tuple(kept)
    weighed = weights(words(wanted), kept)
    value = [share(one, weighed) + 0.3 * instructs(one) - 0.3 * guesses(one) for one in kept]
    starts = [at for at in range(len(kept) - WINDOW + 1) if at == 0 or not dangles(kept[at])]
    start = max(starts, key=lambda at: (sum(value[at : at + WINDOW]), -at))
    return tuple(kept[start:])


def ended(sentence: str) -> str:
    """A sentence with an end mark."""
    sentence = sentence.rstrip(" ,;:")
    if sentence.endswith((".", "!", "…", ")", '"', "”")) or (
        links(sentence) and sentence.endswith(links(sentence)[-1])
    ):
        return sentence
    return sentence + "."
