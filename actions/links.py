"""Links in a text, and whether they lead where the team allows."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import regex

#: An address with a scheme, one that starts with `www.`, or a host followed by a path: what readers see as a link.
LINK = regex.compile(
    r"""(?:https?://|www\.)[^\s<>"'“”]*[^\s<>"'“”.,;:!?)\]]"""
    r"""|(?<![\w@./-])(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>"'“”]*[^\s<>"'“”.,;:!?)\]]""",
    regex.IGNORECASE,
)


def links(text: str) -> list[str]:
    """The links of a text in order, without the punctuation that follows them."""
    return [match.group() for match in LINK.finditer(text)]


def host(link: str) -> str:
    """The host a browser would go to, in lower case ('' where there is none): a user name before `@` is no host."""
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        return (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def allowed(link: str, domains: Iterable[str]) -> bool:
    """Whether the link leads to one of the domains or below one of them. With no domains nothing is allowed."""
    where = host(link)
    names = (domain.lower().strip().rstrip(".") for domain in domains)
    return bool(where) and any(name and (where == name or where.endswith("." + name)) for name in names)
