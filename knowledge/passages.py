"""Cuts an entry into passages: what is small enough to be about one thing and large enough to be an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from markdown_it import MarkdownIt

from knowledge.encoder import text_hash
from knowledge.entries import Entry, EntryKind

#: Raised whenever `cut` gives other passages of the same entry: the next import then cuts entries anew that have not
#: changed. (2: of a usage entry the title and the opening, too.)
CUTTING = 2
#: Words a passage of plain text aims at, and the most it may hold; the encoder reads about 190 English words.
AIM, MOST, OVERLAP = 120, 200, 25
#: Words of a post, a question and an answer that are encoded.
OPENING = 100
#: Of a list or a table longer than this, further passages are cut at its items.
LONGEST_LIST = 300
#: A longer "word", in characters, is a dump or a script without spaces.
LONGEST_WORD = 1_000

_SENTENCE = re.compile(r"(?<=[.!?…؟])[\"')\]]*\s+|(?<=[。！？])")
_LIST_LINE = re.compile(r"\s*(?:[*•·–-]|[*#]{1,3}|\(?\d{1,2}[.)])\s?\S")
_MARKDOWN = MarkdownIt("commonmark").enable("table")


class PassageKind(StrEnum):
    """What a vector stands for: a passage of an entry, its title, and its title with the beginning of its text; of an
    answer the question, and question with answer."""

    PASSAGE = "passage"
    TITLE = "title"
    OPENING = "opening"
    QUESTION = "question"
    PAIR = "pair"


@dataclass(frozen=True)
class Passage:
    """A part of an entry. `path` is its title and headings (`Fix a shelf > Plasterboard`), `text` its own words.

    `embedded` is what the encoder reads and `hash` its name.
    """

    n: int
    kind: PassageKind
    path: str
    text: str

    @property
    def embedded(self) -> str:
        """The text with its path in front: a passage that says "tap Done" must still know what about."""
        return embedded(self.path, self.text)

    @property
    def hash(self) -> str:
        """The name of the embedded text."""
        return text_hash(self.embedded)


def embedded(path: str, text: str) -> str:
    """What the encoder reads of a passage."""
    return f"{path}\n{text}" if path else text


def cut(entry: Entry) -> list[Passage]:
    """The passages of an entry, in order; at least one, also of an empty text.

    An answer has two: the question, and the question's title with the answer. Anything else is cut at its headings,
    and has its title and its opening besides, which say what it is about as a whole.
    """
    if entry.kind is EntryKind.ANSWER:
        question = entry.question or entry.title
        # The title stands for the question: with the whole of it the answer would fall behind the encoder's limit.
        return [
            Passage(0, PassageKind.QUESTION, "", opening(question)),
            Passage(1, PassageKind.PAIR, entry.title, opening(entry.text)),
        ]
    sections = _markdown_sections(entry.text) if entry.meta.get("format") == "markdown" else _plain_sections(entry.text)
    found: list[Passage] = []
    for path, blocks in sections:
        where = " > ".join(part for part in (entry.title, *path) if part)
        for text in _pack(blocks):
            found.append(Passage(len(found), PassageKind.PASSAGE, where, text))
    found = found or [Passage(0, PassageKind.PASSAGE, entry.title, "")]
    for kind, text in (
        (PassageKind.TITLE, entry.title),
        (PassageKind.OPENING, opening(f"{entry.title}\n{entry.text}")),
    ):
        found.append(Passage(len(found), kind, "", text))
    return found


def opening(text: str) -> str:
    """The first OPENING words: what is encoded of a post, a question and an answer.

    Longer texts take longer to encode and gain little: on real posts (n = 501, strict links) MRR@10 went from .546 to
    .552 with the answers of two years, and from .597 to .588 with all earlier ones.
    """
    for count, word in enumerate(re.finditer(r"\S+", text), 1):
        if count == OPENING or word.end() > 20 * OPENING:  # a dump, or a script without spaces
            return text[: min(word.end(), 20 * OPENING)]
    return text


def sentences(text: str) -> list[str]:
    """The sentences of a text; line ends are borders too, list marks are dropped."""
    found: list[str] = []
    for line in text.splitlines():
        line = re.sub(r"^\s*(?:[*#•·–-]+|\(?\d{1,2}[.)])\s*", "", line).strip()
        found += [part.strip() for part in _SENTENCE.split(line) if part.strip()]
    return found


def plain(text: str) -> str:
    """Markdown's inline marks taken off: emphasis, code, links and images keep only their words."""
    text = re.sub(r"!?\[([^\]\n]*)\]\([^)\s]*(?:\s\"[^\"\n]*\")?\)", r"\1", text)
    return re.sub(r"(\*\*|__|`)(?=\S)([^\n]{1,500}?)(?<=\S)\1", r"\2", text)


@dataclass(frozen=True)
class _Block:
    """A paragraph, or a list or table that stays whole. `is_list` blocks keep the paragraph that leads into them."""

    text: str
    is_list: bool = False

    @property
    def words(self) -> int:
        return _words(self.text)


_Section = tuple[tuple[str, ...], list[_Block]]


def _markdown_sections(text: str) -> Iterator[_Section]:
    lines = text.splitlines()
    path: list[tuple[int, str]] = []
    blocks: list[_Block] = []
    tokens = _MARKDOWN.parse(text)
    for position, token in enumerate(tokens):
        if token.level != 0 or token.map is None:
            continue
        if token.type == "heading_open":
            if blocks:
                yield tuple(title for _, title in path), blocks
                blocks = []
            level = int(token.tag[1])
            path = [step for step in path if step[0] < level] + [(level, plain(tokens[position + 1].content))]
        else:
            whole = token.type in {"bullet_list_open", "ordered_list_open", "table_open", "fence"}
            content = plain("\n".join(lines[token.map[0] : token.map[1]])).strip()
            if content and content.strip("-*_ "):
                blocks.append(_Block(content, whole))
    if blocks:
        yield tuple(title for _, title in path), blocks


def _plain_sections(text: str) -> Iterator[_Section]:
    """Plain text with a paragraph a line: short lines without an end mark, before longer ones, are headings."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    heading: tuple[str, ...] = ()
    blocks: list[_Block] = []
    for position, line in enumerate(lines):
        following = lines[position + 1] if position + 1 < len(lines) else ""
        if _is_heading(line, following):
            if blocks:
                yield heading, blocks
                blocks = []
            heading = (line,)
        elif _LIST_LINE.match(line):
            if blocks and blocks[-1].is_list:
                blocks[-1] = _Block(f"{blocks[-1].text}\n{line}", True)
            else:
                blocks.append(_Block(line, True))
        else:
            blocks.append(_Block(line))
    if blocks:
        yield heading, blocks


def _is_heading(line: str, following: str) -> bool:
    return (
        bool(following)
        and 3 <= len(line) <= 80
        and len(line.split()) <= 10
        and line[-1] not in ".,:;!)"
        and line[0].isalpha()
        and not _LIST_LINE.match(line)
        and (len(following) > len(line) or _LIST_LINE.match(following) is not None)
    )


def _pack(blocks: list[_Block]) -> Iterator[str]:
    """Blocks into passages: up to AIM words together, a list with the line that leads into it, long text cut."""
    held: list[_Block] = []
    words = 0
    for block in _within_limits(blocks):
        if held and (words >= AIM or words + block.words > MOST) and not (block.is_list and _leads_in(held[-1].text)):
            yield "\n".join(part.text for part in held)
            # A little overlap, so that a thought that runs over the border is found from both sides; steps have none.
            tail = [] if block.is_list or held[-1].is_list else held[-1].text.split()
            held = [_Block(" ".join(tail[-OVERLAP:]))] if len(tail) > OVERLAP else []
            words = sum(part.words for part in held)
        held.append(block)
        words += block.words
    if held:
        yield "\n".join(part.text for part in held)


def _leads_in(text: str) -> bool:
    return text.rstrip().endswith(":")


def _within_limits(blocks: list[_Block]) -> Iterator[_Block]:
    for block in blocks:
        if block.words <= (LONGEST_LIST if block.is_list else MOST):
            yield block
        elif block.is_list:
            yield from (_Block(part, True) for part in _gather(block.text.splitlines(), "\n"))
        else:
            yield from (_Block(part) for part in _gather(_SENTENCE.split(block.text), " "))


def _gather(parts: list[str], joint: str) -> Iterator[str]:
    """Parts (sentences, items) joined to about AIM words each; a part that is too long by itself is cut."""
    held: list[str] = []
    words = 0
    for part in (piece for whole in parts if whole.strip() for piece in _pieces(whole)):
        count = _words(part)
        if held and words + count > AIM:
            yield joint.join(held)
            held, words = [], 0
        held.append(part)
        words += count
    if held:
        yield joint.join(held)


def _pieces(part: str) -> Iterator[str]:
    """A part without any border within it, cut by words, and a word of thousands of characters by characters."""
    if _words(part) <= MOST:
        yield part
        return
    held: list[str] = []
    for word in part.split():
        for start in range(0, len(word), LONGEST_WORD):
            held.append(word[start : start + LONGEST_WORD])
            if _words(" ".join(held)) >= MOST:
                yield " ".join(held)
                held = []
    if held:
        yield " ".join(held)


def _words(text: str) -> int:
    """Words as a measure of length; scripts without spaces and dumps count a word for ten characters."""
    return max(len(text.split()), len(text) // 10)
