"""Links in a text, and whether they lead where the team allows."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

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
    """The host a browser would go to, in lower case ('' where there is none): a user name before `@` is no host, and a
    backslash is a slash (WHATWG's URL standard), so that `evil.example\\@ours.example` leads to the former."""
    link = _DOTS.sub(".", link.replace("\\", "/"))
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        return (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def allowed(link: str, domains: Iterable[str]) -> bool:
    """Whether the link leads to one of the domains or below one of them. With no domains nothing is allowed, nor is a
    link with a backslash, which programs read differently."""
    where = "" if "\\" in link else host(link)
    names = (domain.lower().strip().rstrip(".") for domain in domains)
    return bool(where) and any(name and (where == name or where.endswith("." + name)) for name in names)


_DEFANGED = (
    (r"h(?:xx|\*\*)p(?=s?(?:\[:\]|:)//)", "http"),
    (r"\s?(?:[\[({<]\s?(?:\.|dot)\s?[\])}>])\s?", "."),
    (r"\[:\]", ":"),
)
#: Dots that a browser takes for the one of a host name (UTS 46).
_DOTS = regex.compile("[\u3002\uff0e\uff61\u2024]")
#: Pages of a program's own and addresses of servers, as steps name them, are none.
_SCHEME = regex.compile(
    r"(?<![\p{L}\p{N}])(?!(?:chrome|edge|brave|about|resource|moz-extension|file|imaps?|smtps?|pop3s?|ldaps?"
    r"|ms-settings):)"
    r"[a-z][a-z0-9+.-]{1,20}:(?:/{1,3}|\\{1,2})[^\s<>\"“”]+",
    regex.IGNORECASE,
)
_ADDRESS_SCHEME = regex.compile(
    r"(?<![\p{L}\p{N}])(?:mailto|tel|sms|javascript|data|intent):[^\s<>\"“”]+", regex.IGNORECASE
)
_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?"
#: Endings that people put behind the name of a web site. Those that are English words or endings of files are left out
#: (`it`, `in`, `me`, `app`, `zip`): "ready.in" is a lost space more often than a site.
_ENDING = (
    r"(?:com|net|org|info|biz|io|shop|store|site|online|xyz|club|live|link|click|top|tech|dev|ly|gg|tv|cc"
    r"|co\.\p{L}{2}|co|uk"
    r"|eu|de|fr|es|nl|pl|ru|cn|jp|br|ch|se|fi|dk|ie|nz|au|za|ca|us|example|test|рф|xn--[a-z0-9-]+)"
)
#: The name itself has a letter: "1.2.net" is a version of something.
_BARE = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}@._-])(?:{_LABEL}\.)*(?=[^.]*\p{{L}}){_LABEL}\.{_ENDING}(?![\p{{L}}\p{{N}}@_-]|\.\p{{L}})"
    r"(?::\d+)?(?:[/?#\\][^\s<>\"“”]*)?",
    regex.IGNORECASE,
)
_SPOKEN = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}@])({_LABEL})\s+(?:dot|\.)\s+((?:com|net|org|info|io|shop|co\s+dot\s+uk|example))(?!\w)",
    regex.I,
)
_SPACED = regex.compile(r"(?<!\w)(?:\w\s){2,40}\.\s(?:c o m|n e t|o r g|i n f o)(?!\w)", regex.I)
#: Machines that a step names to be typed into a field; nobody goes there.
_SERVER = regex.compile(
    r"(?:imap|smtp|pop3?|mail|mx|ftp|ns|dns|ldap|caldav|carddav|autodiscover)\d*[.-]", regex.IGNORECASE
)
_WITHIN = regex.compile(r"(?:https?(?::|%3a)|(?<=[=#?&]))(?:/|%2f|\\){2}[^\s&]+", regex.IGNORECASE)


def targets(text: str) -> list[str]:
    """Everything in a text that leads a reader somewhere, however it is written, in order and each once.

    Besides links these are other schemes, hosts without any, disguised ones (`hxxp`, `[.]`, "evil dot com"), and
    addresses that stand within another (`?to=https://…`). Hosts of mail and directory servers, as steps name them, are
    none. The text should be `visible` already.
    """
    for pattern, instead in _DEFANGED:
        text = regex.sub(pattern, instead, text, flags=regex.IGNORECASE)
    text = _SPACED.sub(lambda match: match.group().replace(" ", ""), text)
    text = _SPOKEN.sub(lambda match: f"{match[1]}.{match[2].replace(' dot ', '.')}", _DOTS.sub(".", text))
    found = [(match.start(), match.group()) for match in _SCHEME.finditer(text)]
    found += [(match.start(), match.group()) for match in _ADDRESS_SCHEME.finditer(text)]
    found += [(match.start(), match.group()) for match in LINK.finditer(text)]
    found += [(match.start(), match.group()) for match in _BARE.finditer(text) if not _SERVER.match(match.group())]
    outer = [(at, one.rstrip(".,;:!?)]}'’”")) for at, one in found if not _inside(at, one, found)]
    nested = [(at, unquote(inner.group())) for at, one in outer for inner in _WITHIN.finditer(one, 1)]
    return list(dict.fromkeys(one for _, one in sorted([*outer, *nested], key=lambda pair: pair[0])))


def _inside(at: int, one: str, found: Iterable[tuple[int, str]]) -> bool:
    end = at + len(one)
    return any(start <= at and end <= start + len(other) and len(other) > len(one) for start, other in found)
