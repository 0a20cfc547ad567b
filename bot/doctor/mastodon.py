"""Mastodon looked at with harmless calls: whose token it is, and what it may do."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from bot.channels.base import ChannelRefused, ChannelUnavailable
from bot.channels.mastodon_calls import MastodonCalls
from bot.doctor.finding import Finding, of_error, off, ok, wrong
from bot.settings import Settings

#: What the connector's calls need (docs.joinmastodon.org/api/oauth-scopes); `read` and `write` hold theirs.
SCOPES = ("read:accounts", "read:notifications", "read:statuses", "write:statuses")
#: Seconds for each call.
_TIMEOUT = 8.0
#: Servers choose their own form of a token; none has spaces or quotes, or is short.
_FORM = re.compile(r"[\w.~+/=-]{16,}")
_CONNECT = "run `goodword connect mastodon`"
_NEW_TOKEN = "make a new application on the server's pages: Preferences, Development, with read and write:statuses"  # noqa: S105


def wrong_form(value: str) -> str:
    """Why this cannot be an access token; empty where it may be. The value is never quoted."""
    return "" if _FORM.fullmatch(value) else "this is not an access token: copy all of it, and nothing else"


def address(typed: str) -> str:
    """The server's address from what somebody types: `mastodon.social`, or an address copied from a browser."""
    typed = typed.strip().rstrip("/")
    parts = urlsplit(typed if "://" in typed else f"https://{typed}")
    return f"{parts.scheme}://{parts.netloc}"


async def look(settings: Settings) -> list[Finding]:
    """The account that the token is of, and its scopes."""
    part = "Mastodon"
    if not settings.mastodon_url and not settings.mastodon_token:
        return [off(part, "no account is connected", _CONNECT)]
    if not (settings.mastodon_url and settings.mastodon_token):
        missing = "token" if settings.mastodon_url else "address of the server"
        return [wrong(part, f"there is no {missing}", _CONNECT)]
    token = settings.mastodon_token.get_secret_value()
    if why := wrong_form(token):
        return [wrong(part, why, _CONNECT)]
    try:
        calls = MastodonCalls(settings.mastodon_url, token, name="mastodon", timeout=_TIMEOUT)
    except ChannelRefused as error:
        return [of_error(part, error)]
    try:
        return await _ask(part, calls)
    except (ChannelRefused, ChannelUnavailable) as error:
        return [of_error(part, error)]
    finally:
        calls.close()


async def _ask(part: str, calls: MastodonCalls) -> list[Finding]:
    account = await calls(lambda client: client.account_verify_credentials())
    found = ok(part, f"@{account['acct']} on {calls.host}")
    return [found, await _scopes(calls)]


async def _scopes(calls: MastodonCalls) -> Finding:
    part = "Mastodon scopes"
    try:
        granted = _named(await calls(lambda client: client.app_verify_credentials()))
    except ChannelRefused:  # a token that belongs to no application
        granted = None
    if granted is None:
        await calls(lambda client: client.notifications(limit=1))  # what may be read shows by reading
        return ok(part, "reading works; this server does not say whether the token may write")
    missing = [scope for scope in SCOPES if not {scope, scope.partition(":")[0]} & granted]
    if missing:
        return wrong(part, f"missing: {', '.join(missing)}", _NEW_TOKEN)
    return ok(part, f"all {len(SCOPES)} that are needed")


def _named(application: Any) -> set[str] | None:
    """The scopes of the application (Mastodon 4.3 and newer name them)."""
    scopes = application.get("scopes")
    return {str(scope) for scope in scopes} if scopes else None
