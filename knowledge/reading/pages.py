"""HTML pages as entries: what the page says, as Markdown, without what every page of the site repeats."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from bs4.dammit import EncodingDetector
from markdownify import MarkdownConverter

from knowledge.entries import Entry, EntryKind
from knowledge.errors import BadInput
from knowledge.reading.fields import BadField, identifier, label, link, moment, prose
from knowledge.reading.lines import bad

#: The largest page that is read, in bytes.
LARGEST_PAGE = 5_000_000
#: Never part of what a page says.
_NOISE = (
    "script, style, noscript, template, nav, aside, footer, form, button, iframe, svg, object, [hidden], "
    "[role=navigation], [role=banner], [role=contentinfo], [role=search], [role=complementary]"
)
_DATES = ("article:modified_time", "article:published_time", "date", "dcterms.modified")


def page(file: Path, folder: Path, source: str) -> Entry | BadInput:
    """One page: `<main>` or `<article>`, else the body; headings, lists and tables are kept, links only as words.

    The id is the file's path within the folder, the title its first heading, the url the canonical one it names.
    """
    try:
        if file.stat().st_size > LARGEST_PAGE:
            return bad(file, None, f"the page is larger than {LARGEST_PAGE:,} bytes", "split it")
        raw = file.read_bytes()
    except OSError as error:
        return bad(file, None, f"cannot be read: {error.strerror}", "check the file and its permissions")
    if not raw.strip():
        return bad(file, None, "the page is empty", "an HTML page is expected")
    declared = EncodingDetector.find_declared_encoding(raw, is_html=True) or "utf-8-sig"
    try:
        soup = BeautifulSoup(raw.decode(declared), "html.parser")
        return _entry(soup, identifier({"id": _id(file.relative_to(folder))}), source)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return bad(
            file, line, f"not {declared.removesuffix('-sig')}", "save it as UTF-8, or name its encoding in a <meta>"
        )
    except LookupError:
        return bad(file, 1, f"the page names an encoding that is none: {declared[:40]!r}", "save it as UTF-8")
    except BadField as error:
        return bad(file, None, str(error), "the page needs a heading and a text")
    except RecursionError:
        return bad(file, None, "its elements are nested too deep", "check that the page is HTML")


def _entry(soup: BeautifulSoup, key: str, source: str) -> Entry:
    named = {str(tag.get("property") or tag.get("name")): str(tag.get("content") or "") for tag in soup("meta")}
    body = _said(soup)
    heading = body.find("h1")
    title = heading.get_text(" ", strip=True) if isinstance(heading, Tag) else ""
    if isinstance(heading, Tag) and title:
        heading.decompose()  # it is the title of every passage already
    title = title or named.get("og:title", "") or (soup.title.get_text(" ", strip=True) if soup.title else "")
    text = re.sub(r"\n{3,}", "\n\n", _CONVERTER.convert_soup(body))
    html = soup.find("html")
    fields = {"title": re.sub(r"\s+", " ", title), "text": text, "url": _address(soup, named)}
    return Entry(
        id=key,
        kind=EntryKind.USAGE,
        title=prose(fields, "title", required=True),
        text=prose(fields, "text", required=True),
        url=link(fields),
        language=label({"language": str(html.get("lang") or "")}, "language") or "" if isinstance(html, Tag) else "",
        created_at=next((found for name in _DATES if (found := _date(named.get(name, "")))), None),
        source=source,
        meta={"format": "markdown"},
    )


def _said(soup: BeautifulSoup) -> Tag:
    """The part of the page that is its own."""
    main = [tag for tag in soup.select("main, [role=main], article") if tag.get_text(strip=True)]
    body = max(main, key=lambda tag: len(tag.get_text())) if main else (soup.body or soup)
    for noise in body.select(_NOISE):
        noise.decompose()
    if not main:
        for banner in body.find_all("header", recursive=False):
            banner.decompose()
    return body


def _address(soup: BeautifulSoup, named: dict[str, str]) -> str | None:
    tag = soup.select_one("link[rel~=canonical][href]")
    found = str(tag["href"]).strip() if tag else named.get("og:url", "").strip()
    return found if found.startswith(("https://", "http://")) else None


def _date(value: str) -> datetime | None:
    try:
        return moment({"date": value}, "date")
    except BadField:
        return None


def _id(path: Path) -> str:
    name = path.with_suffix("").as_posix()
    return re.sub(r"[^\w.:@/-]+", "-", name).strip("-./:@")[:200]


_CONVERTER = MarkdownConverter(
    heading_style="ATX",
    bullets="*",
    strip=["a", "img"],
    escape_asterisks=False,
    escape_underscores=False,
    escape_misc=False,
)
