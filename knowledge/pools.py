"""The two pools of a library in memory: usage knowledge by its passages, past answers by their questions."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import numpy as np
from pydantic import TypeAdapter

from knowledge.bm25 import BM25, Arrays, Later
from knowledge.duplicates import Duplicates
from knowledge.entries import Entry, EntryKind, EntryStatus
from knowledge.index import Floats, Ids, Mask, VectorIndex
from knowledge.passages import PassageKind
from knowledge.results import Query

_ALWAYS = float("-inf")
_ENTRY = TypeAdapter(Entry)
_TEXTS = TypeAdapter(list[str])


@dataclass(frozen=True)
class Vector:
    """One stored vector of an entry: what it stands for, the text it was made from, and the numbers."""

    kind: PassageKind
    path: str
    text: str
    numbers: Floats


Batch = Sequence[tuple[Entry, Sequence[Vector]]]
#: Makes the index for vectors of a kind (passage, question, mean) and a dimension.
MakeIndex = Callable[[str, int], VectorIndex]


def in_memory(kind: str, dimension: int) -> VectorIndex:
    """An index that stays in memory, however large."""
    return VectorIndex(dimension)


class _Codes:
    """Names as small numbers, letter case ignored; 0 is "names none" and passes every filter."""

    def __init__(self) -> None:
        self._code: dict[str, int] = {}
        self._of_slot = array("i")

    def append(self, name: str | None) -> None:
        key = (name or "").strip().lower()
        self._of_slot.append(self._code.setdefault(key, len(self._code) + 1) if key else 0)

    def mask(self, name: str) -> Mask:
        codes = np.array(self._of_slot, dtype=np.int32)
        mask: Mask = (codes == 0) | (codes == self._code.get(name.strip().lower(), -1))
        return mask


def _spoken(language: str | None) -> str:
    """What a language code says of the language itself: `en` of `en-GB` and `en_US`."""
    return re.split(r"[-_]", (language or "").strip(), maxsplit=1)[0]


class Pool:
    """Entries under slots: rising whole numbers, each used once, so that an update never meets its old self."""

    def __init__(self) -> None:
        self.entries: list[Entry | None] = []
        self.slot_of: dict[str, int] = {}
        self.bm25 = BM25()
        self._live = array("b")
        self._created = array("d")
        self._products = _Codes()
        self._platforms = _Codes()
        self._languages = _Codes()
        self._audiences = _Codes()
        self._duplicates = Duplicates(lambda slot: self.bm25.term_numbers(slot))

    def __len__(self) -> int:
        return len(self.slot_of)

    def entry(self, slot: int) -> Entry:
        """The entry that lives in a slot."""
        found = self.entries[slot]
        assert found is not None, "a removed entry was found"
        return found

    def allowed(self, query: Query) -> Mask:
        """By slot: whether the query's filters let the entry through; of entries that say the same, only one."""
        mask: Mask = np.array(self._live, dtype=bool)
        if query.as_of is not None:
            mask &= np.array(self._created, dtype=np.float64) < query.as_of.timestamp()
        if query.product:
            mask &= self._products.mask(query.product)
        if query.platform:
            mask &= self._platforms.mask(query.platform)
        if query.language:
            mask &= self._languages.mask(_spoken(query.language))
        if query.audience:
            mask &= self._audiences.mask(query.audience)
        for key in query.exclude:
            if key in self.slot_of:
                mask[self.slot_of[key]] = False
        self._duplicates.fold(mask, self._rank)
        return mask

    def _rank(self, slot: int) -> tuple[object, ...]:
        """Of entries that say the same: what a person wrote, what has an owner, the newer, the last to come."""
        entry = self.entry(slot)
        return entry.written_by != "assistant", bool(entry.owner), self._created[slot], slot

    def _export(self) -> tuple[Ids, Later]:
        slots = np.array(sorted(self.slot_of.values()), dtype=np.int64)
        entries = [self.entry(slot) for slot in slots.tolist()]
        words = self.bm25.export(slots)

        def later() -> Arrays:
            lines = b"\n".join(_ENTRY.dump_json(entry) for entry in entries)
            return {"entries": np.frombuffer(lines, dtype=np.uint8)} | words()

        return slots, later

    def _restore(self, state: Arrays) -> None:
        self.bm25 = BM25.restore(state)
        for line in state["entries"].tobytes().split(b"\n"):
            if line:
                self._take_slot(_ENTRY.validate_json(line), None)

    def _take_slot(self, entry: Entry, searched: str | None) -> int:
        slot = len(self.entries)
        self.entries.append(entry)
        self._live.append(1)
        self.slot_of[entry.id] = slot
        self._created.append(entry.created_at.timestamp() if entry.created_at else _ALWAYS)
        self._products.append(entry.product)
        self._platforms.append(entry.platform)
        self._languages.append(_spoken(entry.language))
        self._audiences.append(entry.audience)
        if searched is not None:  # else the words are restored at once, for all
            self.bm25.add(slot, searched)
        self._duplicates.add(slot, (entry.kind, entry.product, entry.platform, entry.language, entry.audience))
        return slot

    def _leave_slots(self, ids: Iterable[str]) -> list[int]:
        left = [self.slot_of.pop(key) for key in set(ids) if key in self.slot_of]
        for slot in left:
            self._duplicates.remove(slot)
            self.entries[slot] = None
            self._live[slot] = 0
            self.bm25.remove(slot)
        return left


class UsagePool(Pool):
    """Articles, notices and capabilities, found by their passages; `faces` holds by slot the mean of an entry's title
    and opening."""

    def __init__(self, dimension: int, make_index: MakeIndex = in_memory) -> None:
        super().__init__()
        self.index = make_index("passage", dimension)
        self.faces = VectorIndex(dimension)
        self.owners = array("i")  # by passage number
        self.texts: list[str] = []  # by passage number
        self._passages: dict[int, range] = {}
        self._by_url: dict[str, str] = {}
        self._owner_of = np.zeros(0, dtype=np.int64)  # `owners` as the search takes them

    def owner_of_passages(self) -> Ids:
        """The slot of each passage, by its number."""
        if len(self._owner_of) != len(self.owners):  # passages only ever come: one that left keeps its number
            self._owner_of = np.array(self.owners, dtype=np.int64)
        return self._owner_of

    def passages_of(self, slot: int) -> Ids:
        """The numbers of an entry's passages, in order."""
        return np.array(self._passages[slot], dtype=np.int64)

    def put(self, batch: Batch) -> None:
        """Add entries that are not there."""
        first = len(self.texts)
        numbers: list[Floats] = []
        faces: dict[int, Floats] = {}
        for entry, found in batch:
            slot = self._take_slot(entry, f"{entry.title}\n{entry.text}")
            face = [vector.numbers for vector in found if vector.kind in (PassageKind.TITLE, PassageKind.OPENING)]
            if face:  # not normalised: the product is then the mean of the two cosines
                faces[slot] = np.mean(np.stack(face), axis=0, dtype=np.float32)
            vectors = [vector for vector in found if vector.kind is PassageKind.PASSAGE]
            self._passages[slot] = range(len(self.texts), len(self.texts) + len(vectors))
            self.owners.extend([slot] * len(vectors))
            self.texts.extend(vector.text for vector in vectors)
            numbers += [vector.numbers for vector in vectors]
            if entry.url:
                self._by_url[address(entry.url)] = entry.id
        if numbers:
            self.index.add(np.arange(first, len(self.texts), dtype=np.int64), np.stack(numbers))
        if faces:
            self.faces.add(np.array(list(faces), dtype=np.int64), np.stack(list(faces.values())))

    def drop(self, ids: Iterable[str]) -> None:
        """Remove entries; unknown ones are ignored."""
        left = self._leave_slots(ids)
        self.faces.remove(np.array(left, dtype=np.int64))
        gone = [number for slot in left for number in self._passages.pop(slot)]
        self.index.remove(np.array(gone, dtype=np.int64))
        for number in gone:
            self.texts[number] = ""

    def export(self) -> Later:
        """Copy all that is live; what is given back makes arrays of it, numbered anew, for `restore`."""
        slots, rest = self._export()
        numbers = np.array([n for slot in slots.tolist() for n in self._passages[slot]], dtype=np.int64)
        texts = [self.texts[number] for number in numbers.tolist()]
        state: Arrays = {
            "sizes": np.array([len(self._passages[slot]) for slot in slots.tolist()], dtype=np.int64),
            "vectors": self.index.vectors(numbers),
            "faced": (faced := np.array([slot in self.faces for slot in slots.tolist()], dtype=np.bool_)),
            "faces": self.faces.vectors(slots[faced]),
        }
        return lambda: state | rest() | {"texts": np.frombuffer(_TEXTS.dump_json(texts), dtype=np.uint8)}

    def restore(self, state: Arrays) -> None:
        """Fill an empty pool with what `export` gave."""
        self._restore(state)
        self.texts = _TEXTS.validate_json(state["texts"].tobytes())
        self.owners = array("i", np.repeat(np.arange(len(self.entries)), state["sizes"]).astype(np.int32).tobytes())
        first = 0
        for slot, size in enumerate(state["sizes"].tolist()):
            self._passages[slot] = range(first, first := first + size)
        self._by_url = {address(entry.url): entry.id for entry in self.entries if entry and entry.url}
        self.index.add(np.arange(len(self.texts), dtype=np.int64), state["vectors"])
        self.faces.add(np.flatnonzero(state["faced"]).astype(np.int64), state["faces"])

    def cited(self, name: str) -> int | None:
        """The slot of the entry that a citation (an id or an address) means, or None."""
        slot = self.slot_of.get(name)
        if slot is None and "/" in name:
            slot = self.slot_of.get(self._by_url.get(address(name), ""))
        return slot


class AnswerPool(Pool):
    """Past public answers, found by their questions, and by question and answer together."""

    def __init__(self, dimension: int, make_index: MakeIndex = in_memory) -> None:
        super().__init__()
        self.questions = make_index("question", dimension)
        self.means = make_index("mean", dimension)
        self._cites = array("b")

    def put(self, batch: Batch) -> None:
        """Add entries that are not there."""
        first = len(self.entries)
        questions: list[Floats] = []
        pairs: list[Floats] = []
        for entry, vectors in batch:
            self._take_slot(entry, f"{entry.question or entry.title}\n{entry.text}")
            self._cites.append(bool(entry.cites))
            by_kind = {vector.kind: vector.numbers for vector in vectors}
            questions.append(by_kind[PassageKind.QUESTION])
            pairs.append(by_kind[PassageKind.PAIR])
        if questions:
            slots = np.arange(first, len(self.entries), dtype=np.int64)
            asked = np.stack(questions)
            self.questions.add(slots, asked)
            # Not normalised again: the product with the mean is then the mean of the two cosines.
            self.means.add(slots, (asked + np.stack(pairs)) * np.float32(0.5))

    def drop(self, ids: Iterable[str]) -> None:
        """Remove entries; unknown ones are ignored."""
        gone = np.array(self._leave_slots(ids), dtype=np.int64)
        self.questions.remove(gone)
        self.means.remove(gone)

    def export(self) -> Later:
        """Copy all that is live; what is given back makes arrays of it, numbered anew, for `restore`."""
        slots, rest = self._export()
        state = {"questions": self.questions.vectors(slots), "means": self.means.vectors(slots)}
        return lambda: state | rest()

    def restore(self, state: Arrays) -> None:
        """Fill an empty pool with what `export` gave."""
        self._restore(state)
        self._cites = array("b", [bool(entry and entry.cites) for entry in self.entries])
        slots = np.arange(len(self.entries), dtype=np.int64)
        self.questions.add(slots, state["questions"])
        self.means.add(slots, state["means"])

    def citing(self) -> Mask:
        """By slot: whether the answer cites anything."""
        mask: Mask = np.array(self._cites, dtype=np.int8) > 0
        return mask


class Pools:
    """Both pools; an entry moves between them when its kind changes. References are kept out: no post is answered
    with another customer's words."""

    def __init__(self, dimension: int, make_index: MakeIndex = in_memory) -> None:
        self.usage = UsagePool(dimension, make_index)
        self.answers = AnswerPool(dimension, make_index)

    def __len__(self) -> int:
        return len(self.usage) + len(self.answers)

    def put(self, batch: Batch) -> None:
        """Add or replace entries; of an id that comes twice the last counts. One that is not live, or has no vectors
        of the library's encoder, is only removed."""
        latest = {entry.id: (entry, vectors) for entry, vectors in batch}
        self.drop(latest)
        found = [
            (entry, vectors)
            for entry, vectors in latest.values()
            if entry.status is EntryStatus.LIVE and vectors and entry.kind is not EntryKind.REFERENCE
        ]
        self.answers.put([item for item in found if item[0].kind is EntryKind.ANSWER])
        self.usage.put([item for item in found if item[0].kind is not EntryKind.ANSWER])

    def export(self) -> Later:
        """Copy both pools, a moment in which nothing may change; what is given back then takes its time to make arrays
        of them, for `restore`."""
        both = (("usage", self.usage.export()), ("answers", self.answers.export()))
        return lambda: {f"{name}.{key}": part for name, made in both for key, part in made().items()}

    @classmethod
    def restore(cls, dimension: int, state: Arrays, make_index: MakeIndex = in_memory) -> Pools:
        """Pools from what `export` gave."""
        made = cls(dimension, make_index)
        for name, pool in (("usage", made.usage), ("answers", made.answers)):
            part = {key.partition(".")[2]: found for key, found in state.items() if key.startswith(f"{name}.")}
            pool.restore(part)
        return made

    def drop(self, ids: Iterable[str]) -> None:
        """Remove entries; unknown ones are ignored. Many at once cost no more than one."""
        wanted = set(ids)
        self.usage.drop(wanted)
        self.answers.drop(wanted)


def address(url: str) -> str:
    """A link reduced to what names the page: host and path, no scheme, query, fragment or closing slash."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}".lower() if parts.netloc else url


def cited_since(entry: Entry, name: str) -> datetime | None:
    """When an answer's citation was written, where it was later than the answer itself (see reading.threads)."""
    when = entry.meta.get(f"cited:{name}")
    return datetime.fromisoformat(when) if when else entry.created_at
