"""Slack's own markup (mrkdwn) as safe HTML: everything is escaped, and only what Slack formats is formatted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from bot.sandbox.emoji import pictures

#: Private-use characters that stand for finished HTML while the rest is formatted. Taken out of what people write.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_PRE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_ANGLE = re.compile(r"<([^<>\n]+)>")
_BARE = re.compile(r"\bhttps?://[^\s<>|\"'`“”]+[^\s<>|\"'`“”.,;:!?)\]…]")
_SAFE = re.compile(r"(?:https?://|mailto:|tel:)[^\s\"'<>]+\Z", re.IGNORECASE)


def _mark(mark: str) -> re.Pattern[str]:
    # A mark opens after the start, a space or punctuation and closes before the like, with no space just inside.
    m = re.escape(mark)
    inside = rf"(?![\s{m}])([^\n]*?[^\s{m}])"
    return re.compile(rf"(?<![^\W_]|{m}){m}{inside}{m}(?![^\W_]|{m})")


_MARKS = tuple((_mark(mark), tag) for mark, tag in (("*", "strong"), ("_", "em"), ("~", "del")))
_ITEM = re.compile(r"^\s*(?:[•◦▪]|[-*](?=\s)|\d{1,3}[.)])\s+")
_NUMBER = re.compile(r"^\s*\d")

#: The tokens of a date's format, as Slack writes them in English.
_DATES = {
    "date_num": "%Y-%m-%d",
    "date": "%B %-d, %Y",
    "date_pretty": "%B %-d, %Y",
    "date_short": "%b %-d, %Y",
    "date_short_pretty": "%b %-d, %Y",
    "date_long": "%A, %B %-d, %Y",
    "date_long_pretty": "%A, %B %-d, %Y",
    "time": "%H:%M",
    "time_secs": "%H:%M:%S",
}

#: What the pretty ones say instead, by days from now.
_NEAR = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}


def plain(text: str) -> str:
    """mrkdwn's three entities as the characters they stand for."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def link(url: str, label: str | None = None) -> Markup:
    """A link to a safe kind of address; any other address is shown as text only."""
    shown = escape(label or url)
    if not _SAFE.match(url):
        return shown
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>').format(url, shown)


def emojis(text: str) -> Markup:
    """`:names:` that we know as characters, in escaped text."""
    return Markup(pictures(str(escape(text))))  # noqa: S704 - escaped before drawing


class _Keeper:
    """Finished pieces of HTML, put aside so that no later step touches them."""

    def __init__(self) -> None:
        self._pieces: list[Markup] = []

    def put(self, piece: Markup) -> str:
        self._pieces.append(piece)
        return f"{_OPEN}{len(self._pieces) - 1}{_CLOSE}"

    def restore(self, text: str) -> str:
        while _PLACE.search(text):
            text = _PLACE.sub(lambda found: str(self._pieces[int(found[1])]), text)
        return text


def _date(parts: list[str], fallback: str) -> str:
    """`<!date^SECONDS^FORMAT|FALLBACK>` in this machine's time zone; the fallback where it cannot be read."""
    try:
        moment = datetime.fromtimestamp(int(parts[1]), UTC).astimezone()
        return re.sub(r"\{(\w+)\}", lambda token: _token(token[1], moment), parts[2])
    except (IndexError, KeyError, ValueError, OverflowError, OSError):
        return fallback


def _token(name: str, moment: datetime) -> str:
    """One token of a date's format. Raises KeyError where Slack has no such token."""
    written = _DATES[name]
    days = (moment.date() - datetime.now(UTC).astimezone().date()).days
    return _NEAR.get(days, moment.strftime(written)) if name.endswith("_pretty") else moment.strftime(written)


def _reference(inner: str, names: Mapping[str, str]) -> Markup:
    target, _, label = inner.partition("|")
    target, label = plain(target), plain(label)
    if target.startswith(("@", "#")):
        name = label or names.get(target[1:], target[1:])
        return Markup('<span class="mention">{}{}</span>').format(target[0], name)
    if target.startswith("!date^"):
        return escape(_date(target.split("^"), label))
    if target.startswith("!"):
        word = target[1:].split("^")[0]
        shown = label or ("@" + word if word in ("here", "channel", "everyone") else word)
        return Markup('<span class="mention">{}</span>').format(shown)
    return link(target, label or None)


def _lines(text: str) -> str:
    """Quotes and lists by line; all other line ends become breaks. `text` is escaped already."""
    out: list[str] = []
    run: list[str] = []
    kind = ""

    def flush() -> None:
        if kind == "quote":
            out.append("<blockquote>" + "<br>".join(run) + "</blockquote>")
        elif kind in ("ul", "ol"):
            out.append(f"<{kind}>" + "".join(f"<li>{item}</li>" for item in run) + f"</{kind}>")
        elif run:
            out.append("<br>".join(run))
        run.clear()

    for line in text.split("\n"):
        quoted, item = line.startswith("&gt;"), _ITEM.match(line)
        now = "quote" if quoted else ("ol" if _NUMBER.match(line) else "ul") if item else "text"
        if now != kind:
            flush()
            kind = now
        run.append(line[4:].removeprefix(" ") if quoted else line[item.end() :] if item else line)
    flush()
    return "".join(out)


def render(text: str, names: Mapping[str, str] | None = None, *, verbatim: bool = False) -> Markup:
    """mrkdwn as HTML. `names` gives what to show for the ids of people and channels; `verbatim` text makes no links
    of bare addresses."""
    keeper = _Keeper()
    known = names or {}
    text = text.replace(_OPEN, "").replace(_CLOSE, "").replace("\r\n", "\n")
    text = _PRE.sub(lambda found: keeper.put(Markup("<pre>{}</pre>").format(plain(_unlink(found[1])))), text)
    text = _CODE.sub(lambda found: keeper.put(Markup("<code>{}</code>").format(plain(_unlink(found[1])))), text)
    text = _ANGLE.sub(lambda found: keeper.put(_reference(found[1], known)), text)
    if not verbatim:
        text = _BARE.sub(lambda found: keeper.put(link(plain(found[0]))), text)
    safe = str(escape(plain(text)))
    safe = pictures(safe, keeper.put)
    for pattern, tag in _MARKS:
        safe = pattern.sub(rf"<{tag}>\1</{tag}>", safe)
    return Markup(keeper.restore(_lines(safe)))  # noqa: S704 - escaped above, piece by piece


def _unlink(text: str) -> str:
    """Inside code, a link shows its label only."""
    return _ANGLE.sub(lambda found: found[1].partition("|")[2] or found[1], text)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough").disable("image")


def markdown(text: str) -> Markup:
    """A `markdown` block: standard Markdown, raw HTML shown as text."""
    return Markup(_markdown().render(text))  # noqa: S704 - the parser escapes, raw HTML is off
