"""The archive of a Mastodon account, as its owner can download it: own public replies become past answers."""

from __future__ import annotations

import json
import re
import tarfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from knowledge.entries import Entry, EntryKind
from knowledge.errors import BadInput
from knowledge.reading.fields import BadField, identifier, link, moment, prose
from knowledge.reading.forms import headline
from knowledge.reading.lines import bad, parsed, reason, records
from knowledge.reading.threads import says_enough

#: The file with the account's own posts, and the one that may lie beside it with the posts they answer.
OUTBOX, QUESTIONS = "outbox.json", "questions.jsonl"
#: The largest outbox that is read, in bytes: some hundred thousand posts.
LARGEST_OUTBOX = 500_000_000

_PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
_STATUS = re.compile(r"^/(?:@[^/]+|users/[^/]+/statuses|ap/users/[^/]+/statuses)/(\d+)")


def is_archive(path: Path) -> bool:
    """Whether a path is such an archive: packed, unpacked, or its outbox.json."""
    if path.is_dir():
        return (path / OUTBOX).is_file()
    return path.name.lower() == OUTBOX or path.name.lower().endswith((".zip", ".tar.gz", ".tgz", ".tar"))


def archive(
    path: Path, source: str, skipped: Counter[str], questions: Mapping[str, str] | None = None
) -> Iterator[Entry | BadInput]:
    """Own public replies whose question is known, with what the account added to them in replies to itself.

    An archive holds no posts of others. Their text comes from `questions` (by address), and from a questions.jsonl
    beside the outbox: one `{"url": …, "text": …}` a line. Everything else is counted in `skipped`.
    """
    known = {address(url): text for url, text in (questions or {}).items()}
    place = path if path.is_dir() else path.parent
    if (place / QUESTIONS).is_file():
        yield from _read_questions(place / QUESTIONS, known)
    try:
        outbox = json.loads(_outbox(path))
        items = outbox["orderedItems"]
        assert isinstance(items, list)
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile) as error:
        yield bad(path, None, f"cannot be read: {reason(error)}", "check that the archive is complete")
        return
    except (ValueError, KeyError, TypeError, AssertionError, RecursionError):
        yield bad(path, None, f"{OUTBOX} is not the outbox of a Mastodon account", "request a new archive")
        return
    notes = [item["object"] for item in items if _is_own(item)]
    skipped["boosts and other activities"] += len(items) - len(notes)
    public = [note for note in notes if _is_public(note)]
    skipped["posts that are not public"] += len(notes) - len(public)
    yield from _entries(path, public, known, source, skipped)


def address(url: str) -> str:
    """What is the same in a status's addresses, `https://x.org/@anna/1` and `https://x.org/users/anna/statuses/1`."""
    parts = urlsplit(url)
    found = _STATUS.match(parts.path)
    return f"{parts.netloc.lower()}/{found[1] if found else parts.path.strip('/')}"


def _entries(
    path: Path, notes: list[dict[str, Any]], known: Mapping[str, str], source: str, skipped: Counter[str]
) -> Iterator[Entry | BadInput]:
    own = {address(str(note.get("id"))) for note in notes}
    more: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    replies = []
    for note in sorted(notes, key=lambda note: str(note.get("published"))):
        parent = note.get("inReplyTo")
        if not parent:
            skipped["posts that reply to nobody"] += 1
        elif address(str(parent)) in own:
            more[address(str(parent))].append(note)
        else:
            replies.append(note)
    for note in replies:
        try:
            entry = _entry(note, more, known, source, skipped)
        except BadField as error:
            yield bad(path, None, f"{str(note.get('id'))[:200]}: {error}", "the rest was read on")
            continue
        if entry is not None:
            yield entry


def _entry(
    note: dict[str, Any],
    more: Mapping[str, list[dict[str, Any]]],
    known: Mapping[str, str],
    source: str,
    skipped: Counter[str],
) -> Entry | None:
    question = prose({"text": known.get(address(str(note["inReplyTo"])), "")}, "text")
    if not question:
        skipped["replies to posts that are not known"] += 1
        return None
    text = prose({"text": "\n".join(_said(note, more))}, "text")
    if not says_enough(text):
        skipped["replies that say little or only ask back"] += 1
        return None
    spoken = list(note.get("contentMap") or {})
    return Entry(
        id=identifier({"id": f"mastodon-{address(str(note.get('id')))}"}),
        kind=EntryKind.ANSWER,
        title=headline(question),
        text=text,
        question=question,
        url=link({"url": note.get("url") or note.get("id")}),
        language=str(spoken[0])[:20] if len(spoken) == 1 else "",
        created_at=moment(note, "published", required=True),
        source=source,
    )


def _said(note: dict[str, Any], more: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    """A post's text and those that the account added to it; no post is among its own answers, so this ends."""
    yield _plain(str(note.get("content") or ""))
    for added in more.get(address(str(note.get("id"))), ()):
        yield from _said(added, more)


def _plain(html: str) -> str:
    """The text of a post, without the names that it begins with."""
    soup = BeautifulSoup(html, "html.parser")
    for line_end in soup.find_all("br"):
        line_end.replace_with("\n")
    text = "\n".join(part.get_text() for part in soup.find_all("p")) if soup.find("p") else soup.get_text()
    return re.sub(r"^(?:@[\w.-]+(?:@[\w.-]+)?\s+)+", "", text.strip())


def _is_own(item: Any) -> bool:
    if not isinstance(item, dict) or item.get("type") != "Create":
        return False
    return isinstance(item.get("object"), dict) and item["object"].get("type") in {"Note", "Question"}


def _is_public(note: dict[str, Any]) -> bool:
    return any(_PUBLIC in (note.get(name) or []) for name in ("to", "cc"))


def _outbox(path: Path) -> bytes:
    name = path.name.lower()
    if path.is_dir():
        return _limited((path / OUTBOX).stat().st_size, lambda: (path / OUTBOX).read_bytes())
    if name == OUTBOX:
        return _limited(path.stat().st_size, path.read_bytes)
    if name.endswith(".zip"):
        with zipfile.ZipFile(path) as packed:
            inside = next((one for one in packed.infolist() if Path(one.filename).name == OUTBOX), None)
            if inside is None:
                raise KeyError(OUTBOX)
            return _limited(inside.file_size, lambda: packed.read(inside))
    with tarfile.open(path) as tape:
        for member in tape:
            if member.isfile() and Path(member.name).name == OUTBOX:
                held = tape.extractfile(member)
                assert held is not None
                return _limited(member.size, held.read)
    raise KeyError(OUTBOX)


def _limited(size: int, get: Any) -> bytes:
    if size > LARGEST_OUTBOX:
        raise OSError(f"the outbox is larger than {LARGEST_OUTBOX:,} bytes")
    found: bytes = get()
    return found


def _read_questions(path: Path, known: dict[str, str]) -> Iterator[BadInput]:
    for item in parsed(path, records(path), _question):
        if isinstance(item, BadInput):
            yield item
        else:
            known[item[0]] = item[1]


def _question(record: dict[str, Any]) -> tuple[str, str]:
    url = link(record)
    if url is None:
        raise BadField("`url` is missing or empty")
    return address(url), prose(record, "text", required=True)
