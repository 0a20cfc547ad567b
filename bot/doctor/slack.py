"""Slack looked at with one harmless call for each thing: the bot token and its scopes, the channel, the way in."""

from __future__ import annotations

import re

from bot.doctor.finding import Finding, of_error, off, ok, wrong
from bot.review import RoomUnavailable
from bot.settings import Settings
from bot.slack.config import SlackConfig, client
from bot.slack.manifest import scopes
from bot.slack.room import SlackRoom
from bot.slack.workspace import calling, error_word
from knowledge.errors import GoodwordError

#: What a token of each kind looks like. Slack does not promise the form of what follows the prefix.
_FORMS = {
    "slack_bot_token": re.compile(r"xoxb-[\w-]{10,}"),
    "slack_app_token": re.compile(r"xapp-[\w-]{10,}"),
    "slack_signing_secret": re.compile(r"[0-9a-f]{32}"),
}
_OTHER_KINDS = {
    "xoxb-": "it is a bot token",
    "xapp-": "it is an app-level token",
    "xoxp-": "it is a user token, and Goodword acts as its own bot only",
    "xoxe": "it is a token that is exchanged every few hours: turn token rotation off and take a new one",
}
_WANTED = {
    "slack_bot_token": "a bot token, which begins with xoxb-",
    "slack_app_token": "an app-level token, which begins with xapp-",
    "slack_signing_secret": "a signing secret, which is 32 digits and letters from a to f",
}
_NOT_SET = "no workspace is connected"
_CONNECT = "run `goodword connect slack`"


def wrong_form(name: str, value: str) -> str:
    """Why this cannot be the setting of that name; empty where it may be. The value is never quoted."""
    if _FORMS[name].fullmatch(value):
        return ""
    kind = next((says for start, says in _OTHER_KINDS.items() if value.startswith(start)), "")
    cut_short = kind and kind.removeprefix("it is ") in _WANTED[name]
    return f"this is not {_WANTED[name]}: {kind if kind and not cut_short else 'copy all of it, and nothing else'}"


async def token(settings: Settings) -> list[Finding]:
    """The bot token: Slack knows it, and what it may do (the header of auth.test names its scopes)."""
    part = "Slack token"
    if settings.slack_bot_token is None:
        return [off(part, _NOT_SET, _CONNECT)]
    if why := wrong_form("slack_bot_token", settings.slack_bot_token.get_secret_value()):
        return [wrong(part, why, _CONNECT)]
    try:
        with calling("auth.test"):
            said = await client(SlackConfig.of(settings)).auth_test()
    except GoodwordError as error:
        return [_refused(part, error, "Install App, Bot User OAuth Token")]
    findings = [ok(part, f"workspace {said.get('team', said['team_id'])}, as @{said.get('user', said['user_id'])}")]
    granted = said.headers.get("x-oauth-scopes")
    return [*findings, _scopes(None if granted is None else str(granted))]


def _scopes(granted: str | None) -> Finding:
    part = "Slack scopes"
    if granted is None:
        return off(part, "this server does not name the scopes of a token")
    missing = sorted(set(scopes()) - {scope.strip() for scope in granted.split(",")})
    if not missing:
        return ok(part, f"all {len(scopes())} that are needed")
    return wrong(
        part,
        f"missing: {', '.join(missing)}",
        "add them at api.slack.com/apps, OAuth & Permissions, Bot Token Scopes, then Reinstall to Workspace",
    )


async def channel(settings: Settings) -> list[Finding]:
    """The review channel: it exists, is not archived, and the app was invited."""
    part = "Slack channel"
    if settings.slack_bot_token is None:
        return [off(part, _NOT_SET)]
    room = SlackRoom.of(SlackConfig.of(settings))
    if trouble := await room.healthy():
        about_it = settings.slack_channel in trouble
        return [wrong(part, trouble, f"{_CONNECT} to name another channel" if about_it else "")]
    return [ok(part, f"#{settings.slack_channel.lstrip('#')}, and the app is in it")]


async def way_in(settings: Settings) -> list[Finding]:
    """How clicks come in: whether the app-level token opens a socket (none is opened), or the secret's form."""
    app_token, secret = settings.slack_app_token, settings.slack_signing_secret
    if app_token is not None:
        return [await _socket(settings, app_token.get_secret_value())]
    part = "Slack over HTTP"
    if secret is not None:
        if why := wrong_form("slack_signing_secret", secret.get_secret_value()):
            return [wrong(part, why, _CONNECT)]
        return [ok(part, "the signing secret has the right form; only a delivery shows that it is the right one")]
    if settings.slack_bot_token is None:
        return [off("Slack clicks", _NOT_SET)]
    return [wrong("Slack clicks", "there is a bot token but no way for clicks to come in", _CONNECT)]


async def _socket(settings: Settings, app_token: str) -> Finding:
    part = "Slack socket"
    if why := wrong_form("slack_app_token", app_token):
        return wrong(part, why, _CONNECT)
    try:
        with calling("apps.connections.open"):
            # Slack answers with an address to connect to. Nothing connects: deliveries go where they went.
            await client(SlackConfig.of(settings), with_token=False).apps_connections_open(app_token=app_token)
    except GoodwordError as error:
        return _refused(part, error, "Basic Information, App-Level Tokens, with the scope connections:write")
    return ok(part, "the app-level token opens Socket Mode")


def _refused(part: str, error: GoodwordError, where: str) -> Finding:
    word = error_word(error.__cause__)
    if isinstance(error, RoomUnavailable) and word and error.retry_after is None:
        return wrong(part, f"Slack does not take this token ({word})", f"take it anew at api.slack.com/apps: {where}")
    return of_error(part, error)


async def all_of_it(settings: Settings) -> list[Finding]:
    """Token, scopes, way in and channel, one after the other; without a token that works nothing more is asked."""
    findings = await token(settings)
    if findings[0].standing != "ok":
        return findings
    return [*findings, *await way_in(settings), *await channel(settings)]
