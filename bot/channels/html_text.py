"""HTML as social networks send it, turned into the plain text a person would read."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

#: Longer input is cut before parsing. Real posts stay far below; a parser's time for deeply nested tags grows with the
#: square of the length (measured: 50,000 characters of nested tags take 0.8 s, 500,000 take 50 s).
LONGEST_HTML = 50_000

_UNSEEN = frozenset({"script", "style", "template", "head", "title", "noscript", "iframe", "object", "-comment"})
_LINES = frozenset({"li", "tr", "dt", "dd"})
_PARAGRAPHS = frozenset(
    "p blockquote pre ul ol dl h1 h2 h3 h4 h5 h6 table div section article".split()  # noqa: SIM905 (it reads better)
)
_SCHEME = re.compile(r"^https?://(www\.)?", re.IGNORECASE)
# Control characters and lone surrogates cannot be stored (PostgreSQL refuses NUL, UTF-8 the surrogates).
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def printable(text: str) -> str:
    """The text without control characters and lone surrogates; line ends become `\\n`."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def plain_text(html: str) -> str:
    """The text of a post: paragraphs apart by an empty line, links in full, mentions and hashtags as they read.

    A link whose words are not its address is given as `words (address)`, so that a disguised address shows. Scripts,
    styles and comments are dropped; markup is never interpreted further. Input past LONGEST_HTML is cut.
    """
    body = LexborHTMLParser(printable(html)[:LONGEST_HTML]).body
    if body is None:
        return ""
    pieces: list[str] = []
    _walk(body, pieces)
    lines = [re.sub(r"[ \t\f\v]+", " ", line).strip() for line in "".join(pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _walk(top: LexborNode, pieces: list[str]) -> None:
    """Append the text below `top`. A loop, not a recursion: a hostile post may nest thousands of tags.

    The depth is counted because comparing two nodes compares their HTML, which takes as long as it is.
    """
    node: LexborNode | None = top.child
    depth = 0
    while node is not None:
        if node.tag == "-text":
            pieces.append(_text_of(node))
        elif node.tag == "a" and not _is_tag_link(node):
            pieces.append(_link(node))
        elif node.tag == "img":
            pieces.append(node.attributes.get("alt") or "")
        elif node.tag not in _UNSEEN:
            pieces.append(_opening(node))
            if node.child is not None:
                node, depth = node.child, depth + 1
                continue
        while node is not None and node.next is None and depth > 0:
            node, depth = node.parent, depth - 1
            pieces.append(_closing(node) if node is not None else "")
        node = node.next if node is not None else None


def _text_of(node: LexborNode) -> str:
    text = node.text_content or ""
    above = [node.parent, node.parent.parent if node.parent is not None else None]
    if any(parent is not None and parent.tag == "pre" for parent in above):
        return text
    return re.sub(r"\s+", " ", text)


def _opening(node: LexborNode) -> str:
    if node.tag == "br":
        return "\n"
    if node.tag in _PARAGRAPHS:
        return "\n\n"
    if node.tag == "li":
        return "\n- "
    return "\n" if node.tag in _LINES else ""


def _closing(node: LexborNode) -> str:
    return "\n\n" if node.tag in _PARAGRAPHS else ""


def _is_tag_link(node: LexborNode) -> bool:
    """Mentions and hashtags are links whose words are what the author wrote."""
    classes = (node.attributes.get("class") or "").split()
    shown = node.text().strip()
    return ("mention" in classes or "hashtag" in classes) and shown[:1] in {"@", "#"}


def _link(node: LexborNode) -> str:
    """A link's address in full; networks show it shortened, with the ends hidden in spans."""
    href = (node.attributes.get("href") or "").strip()
    shown = re.sub(r"\s+", " ", node.text()).strip()
    if not href.lower().startswith(("http://", "https://", "mailto:")):
        return shown
    short = _SCHEME.sub("", shown).rstrip("….").rstrip("/").lower()
    if not short or _SCHEME.sub("", href).lower().startswith(short) or href.lower() == f"mailto:{shown.lower()}":
        return shown if href.lower().startswith("mailto:") and shown else href
    return f"{shown} ({href})"
