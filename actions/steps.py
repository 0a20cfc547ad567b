"""Reading a source as headed sections of steps and sentences, and choosing the part that meets the post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import regex

from actions.outcome import tells_trouble
from actions.overlap import share, weights, words
from actions.platforms import elsewhere
from actions.sentences import dangles, has_gap, split
from actions.verbs import BASE

_MARKDOWN_HEADING = regex.compile(r"^#{1,6}\s+(?P<text>.+?)\s*#*$")
_NUMBERED = regex.compile(r"^\s*(?:\(?\d{1,2}[.)])\s*(?P<text>\S.*)$")
#: A star without a space after it is a bullet too, unless it opens an emphasis.
_BULLET = regex.compile(r"^(?P<indent>\s*)(?:[*•+-]\s+|\*(?=[\p{L}\p{N}][^*]*$))(?P<text>\S.*)$")
_WIKI_ITEM = regex.compile(r"^(?P<mark>[#*;:]+)\s*(?P<text>\S.*)$")
_TABLE = regex.compile(r"^\s*(?:\||!|\{\||-{3,}|={3,}|<)")
_INLINE_ITEMS = regex.compile(r"(?:^|(?<=[\s:]))(?:-|\d{1,2}[.)])\s+(?=[\p{L}])")
_NOTE = regex.compile(r"^(?:note|tip|important|warning|caution|disclaimer|see also)\b\s*:?", regex.IGNORECASE)
_POINTS_ELSEWHERE = regex.compile(r"\b[Ss]ee (?:the |our |also )?(?:article |page )?[“\"‘]?\p{Lu}|\bhere documents\b")
_MARKUP = regex.compile(r"\*\*|__|`|'{2,}|\[([^\]]+)\]\([^)]*\)")


@dataclass(frozen=True)
class Block:
    """Either a list of steps in order, or the sentences of a paragraph. `lead` is the line that introduces a list.

    Numbered items are steps; bullets are so only where nearly all of them tell what to do. Other bullets are sentences.
    """

    steps: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    lead: str = ""

    @property
    def text(self) -> str:
        """Everything the block says."""
        return " ".join((self.lead, *self.steps, *self.sentences))


@dataclass(frozen=True)
class Section:
    """What stands under one heading ('' before the first)."""

    heading: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """Heading and blocks as one text."""
        return " ".join((self.heading, *(block.text for block in self.blocks)))


@dataclass
class _Reading:
    sections: list[Section] = field(default_factory=list)
    heading: str = ""
    blocks: list[Block] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    lead: str = ""
    numbered: bool = False
    depth: int = 1

    def end_list(self) -> None:
        if self.steps and (self.numbered or _instruct(self.steps)):
            self.blocks.append(Block(steps=tuple(self.steps), lead=self.lead))
        elif self.steps:
            self.blocks.append(
                Block(sentences=tuple(part for item in self.steps for part in split(item)), lead=self.lead)
            )
        self.steps, self.lead = [], ""

    def end_block(self) -> None:
        self.end_list()
        if self.sentences:
            self.blocks.append(Block(sentences=tuple(self.sentences)))
        self.sentences = []

    def end_section(self, heading: str = "") -> None:
        self.end_block()
        if self.blocks:
            self.sections.append(Section(self.heading, tuple(self.blocks)))
        self.heading, self.blocks = heading, []

    def step(self, text: str, numbered: bool) -> None:
        if not self.steps:
            self.numbered = numbered
            if self.sentences and self.sentences[-1].endswith(":"):
                self.lead = self.sentences.pop()
            lead, self.lead = self.lead, ""
            self.end_block()
            self.lead = lead
        self.steps.append(text)


def _instruct(items: list[str]) -> bool:
    """Whether nearly all items of a bulleted list tell what to do."""
    verbs = sum(regex.split(r"[^\p{L}-]", item, maxsplit=1)[0].lower() in BASE | _PRESS for item in items)
    return verbs >= 0.7 * len(items) and all(len(item.split()) >= 3 and not item.endswith("?") for item in items)


_PRESS = frozenset({"click", "press", "tick", "scroll", "highlight", "leave", "let", "make", "right-click", "ensure"})


def plain_marks(text: str) -> str:
    """A line without emphasis, code marks and link syntax; the words of a link stay."""
    return regex.sub(r"\s+", " ", _MARKUP.sub(lambda match: match[1] or "", text)).strip()


def _is_wiki(lines: list[str]) -> bool:
    """A wiki's `#` begins a step, Markdown's a heading: steps stand in rows and headings never do."""
    hashed = [bool(regex.match(r"#+[^#]", line)) for line in lines if line.strip()]
    return any(one and other for one, other in pairwise(hashed)) or any(
        regex.match(r"#\*|#[^#\s]|\*+#|\*\*\s", line) for line in lines
    )


def _is_heading(line: str) -> bool:
    return len(line) <= 80 and len(line.split()) <= 12 and line[:1].isupper() and not regex.search(r"[.:;,!…)]$", line)


@lru_cache(maxsize=1024)  # the same articles are read with every post
def sections(text: str) -> tuple[Section, ...]:
    """The sections of an article: Markdown, a wiki's plain text (`#` steps, `*` bullets, bare headings), or prose."""
    lines = text.splitlines()
    wiki = _is_wiki(lines)
    reading = _Reading()
    for raw in lines:
        line = plain_marks(raw) if not raw.lstrip().startswith(("#", "*")) else raw.strip()
        if not line or _TABLE.match(line):
            reading.end_list()
            continue
        heading = None if wiki else _MARKDOWN_HEADING.match(line)
        item = _WIKI_ITEM.match(line) if wiki else _NUMBERED.match(line) or _BULLET.match(raw.rstrip())
        item = item or _NUMBERED.match(line)
        if heading:
            reading.end_section(plain_marks(heading["text"]))
        elif item:
            _item(reading, item, wiki)
        elif reading.steps and raw[:1].isspace():  # a step that goes on in the next line
            reading.steps[-1] += " " + line
        elif _is_heading(line) and (wiki or len(lines) > 3):
            reading.end_section(line)
        else:
            reading.end_list()
            reading.sentences.extend(split(line))
    reading.end_section()
    return tuple(reading.sections)


def _item(reading: _Reading, item: regex.Match[str], wiki: bool) -> None:
    text = plain_marks(item["text"])
    if not regex.search(r"\p{L}{2}", text):
        return
    mark = item.groupdict().get("mark") or ""
    numbered = mark.endswith("#") or item.re is _NUMBERED
    depth = len(mark) if wiki and mark else 1 + (len(item.groupdict().get("indent") or "") >= 2)
    if reading.steps and depth > reading.depth:
        if reading.numbered or not (numbered or reading.steps[-1].endswith(":")):
            _join(reading, only_first_variant(text), mark)
            return
        lead = reading.steps.pop()  # a bullet that is followed by steps of its own leads into them
        reading.end_list()
        reading.sentences.append(lead if lead.endswith(":") else f"{lead}:")
    elif reading.steps and depth < reading.depth:
        reading.end_list()
    if not reading.steps:
        reading.depth = depth
    reading.step(only_first_variant(text), numbered=numbered)


def _join(reading: _Reading, text: str, mark: str) -> None:
    glue = "" if reading.steps[-1].endswith((".", ":", "!", "?", ",", ";")) else ":" if len(mark) < 3 else ","
    reading.steps[-1] += f"{glue} {text}"


_RUN_TOGETHER = regex.compile(r"(?<=\p{Ll}{2}[.!?])(?=\p{Lu}\p{Ll})")


def only_first_variant(text: str) -> str:
    """A text in which sentences were run together without a space, cut behind the first.

    That is what exports make of a step that an article's page shows in one wording for each operating system.
    """
    return _RUN_TOGETHER.split(text)[0]


def inline_steps(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Steps written within a line ("do this: - one - two - three"): what leads to them and the steps, from three on."""
    pieces = [piece.strip(" ;,") for piece in _INLINE_ITEMS.split(text)]
    if len(pieces) < 4:
        return None
    return pieces[0].rstrip(":"), tuple(piece[:1].upper() + piece[1:] for piece in pieces[1:] if piece)


@dataclass(frozen=True)
class Passage:
    """What a reply is made of: steps in order, or sentences that follow one another.

    `heading` tells which of an article's several procedures the steps are ('' where there is one only).
    """

    steps: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    heading: str = ""


#: So few sentences are said from the first on.
SHORT = 4
#: An article with so few procedures is about what they do.
FEW_PROCEDURES = 2
#: See `choose`.
STEPS_FIRST = 0.6
#: A section is where the nearest passage stands if it holds so much of its words.
NEARLY_ALL = 0.9


def _holds(text: str, quote: str) -> float:
    wanted = words(quote)
    return len(words(text) & wanted) / len(wanted) if wanted else 0.0


#: How much the passages that the search found count, nearest first, beside the words that post and section share.
NEAREST = (2.0, 0.8, 0.4)
#: What is left of the relevance of a part that is about another operating system than the post.
ELSEWHERE = 0.3


def choose(text: str, wanted: str, quote: str, passages: Sequence[str] = ()) -> Passage | None:
    """The part of an article that meets the post best: the passages that the search found (`quote` where there are
    none), and the post's rarer words. Parts about another operating system than the post's stand back.

    A list of steps is what a person asks for: prose is taken where the article has none, where it has many and all are
    about something else (less than STEPS_FIRST of the relevance), or where something went wrong and the nearest passage
    is the prose about that ("If it breaks off …"). None where the text holds nothing to say.
    """
    found = sections(text)
    weighed = weights(words(wanted), [section.text for section in found])
    near = tuple(zip(NEAREST, passages, strict=False)) or ((1.5, quote),)
    relevance = [
        (share(section.text, weighed) + sum(weight * _holds(section.text, part) for weight, part in near))
        * (ELSEWHERE if elsewhere(section.heading, wanted) else 1.0)
        for section in found
    ]
    nearest = near[0][1]
    ranked = sorted(range(len(found)), key=lambda index: (-relevance[index], index))
    lists = [[block for block in section.blocks if len(block.steps) > 1] for section in found]
    procedures = sum(map(bool, lists))
    least = STEPS_FIRST if procedures > FEW_PROCEDURES else 0.0
    if (
        ranked
        and tells_trouble(wanted)
        and not lists[ranked[0]]
        and _holds(found[ranked[0]].text, nearest) >= NEARLY_ALL
    ):
        least = max(least, STEPS_FIRST)
    for index in ranked:
        if lists[index] and relevance[index] >= least * relevance[ranked[0]]:
            best = max(lists[index], key=lambda block: share(block.text, weighed) + _holds(block.text, nearest))
            return Passage(steps=best.steps, heading=found[index].heading if procedures > 1 else "")
    for index in ranked:
        said = (sentence for block in found[index].blocks for sentence in (*block.steps, *block.sentences))
        sentences = tuple(sentence for sentence in said if usable(sentence) and not elsewhere(sentence, wanted))
        if sentences:
            begin = _start(sentences, wanted, nearest)
            begin = next((at for at in range(begin, len(sentences)) if not dangles(sentences[at])), begin)
            return Passage(sentences=sentences[begin:])
    return None


def _start(sentences: tuple[str, ...], wanted: str, quote: str) -> int:
    """Where to begin: the sentence that meets the post best, or the one before it that it leans on."""
    if len(sentences) <= SHORT:
        return 0
    weighed = weights(words(wanted) | words(quote), sentences)
    value = [share(sentence, weighed) + 0.05 * (index == 0) for index, sentence in enumerate(sentences)]
    start = max(range(len(sentences)), key=lambda index: (value[index], -index), default=0)
    while start > 0 and dangles(sentences[start]):
        start -= 1
    return start


def usable(sentence: str) -> bool:
    """Whether a sentence of an article can be said in a reply: it ends as one, and points at nothing around it."""
    return (
        sentence.endswith((".", "!", "…", ".)", '"', "”"))
        and not _NOTE.match(sentence)
        and not _POINTS_ELSEWHERE.search(sentence)
        and not has_gap(sentence)
        and not regex.search(r"\s[.,;](?:\s|$)", sentence)  # a word was lost before the mark
        and not _RUN_TOGETHER.search(sentence)
        and not regex.search(
            r"\b(?:this (?:article|page|section)|(?:see|described|shown|listed) (?:above|below)|following)\b",
            sentence,
            regex.I,
        )
        and len(sentence.split()) >= 3
    )
