"""`goodword connect slack`: from Slack's pages to a connection that works, one token after the other."""

from __future__ import annotations

from pydantic import SecretStr
from rich.console import Console

from bot.connecting.asking import Terminal, until_right
from bot.connecting.keeping import Keeping
from bot.doctor import slack
from bot.doctor.finding import Finding, Standing
from bot.settings import Settings
from bot.slack.manifest import PATH

SETTINGS = ("slack_bot_token", "slack_app_token", "slack_signing_secret", "slack_channel")
_SOCKET, _HTTP = "socket", "http"


def walk(settings: Settings, console: Console) -> list[Finding]:
    """Ask for everything, look at each answer at once, and keep each that Slack takes; returns what is still to do.

    Raises:
        NobodyThere: the standard input is no terminal.
        TokensUnreadable: nothing can be stored.
    """
    terminal = Terminal(console, 5)
    keeping = Keeping(settings, terminal)
    way = _way(terminal, settings)
    _app(terminal, way)
    findings = _bot_token(terminal, keeping)
    if way == _SOCKET:
        _app_token(terminal, keeping)
    else:
        _signing_secret(terminal, keeping)
    return [*findings, *_channel(terminal, keeping)]


def _way(terminal: Terminal, settings: Settings) -> str:
    terminal.step(
        "How Slack reaches Goodword",
        "socket: Goodword opens a connection to Slack. It needs no address of its own. Choose this if unsure.",
        "http: Slack sends signed requests to an https address of yours that leads to Goodword.",
    )
    before = _HTTP if settings.slack_signing_secret and not settings.slack_app_token else _SOCKET
    return terminal.choice("Which", (_SOCKET, _HTTP), before)


def _app(terminal: Terminal, way: str) -> None:
    terminal.step(
        "The app, which is yours",
        "In a browser: https://api.slack.com/apps, Create New App, From a manifest, your workspace, YAML.",
        f"Paste what stands in {PATH}"
        if way == _SOCKET
        else "Paste what `.venv/bin/python -m bot.slack.manifest https://YOUR.ADDRESS` prints",
        "and create it. If the app is there already, compare its App Manifest with that.",
        "Then: Install App, Install to Workspace, Allow.",
    )
    terminal.pause("Enter when it is installed: ")


def _bot_token(terminal: Terminal, keeping: Keeping) -> list[Finding]:
    terminal.step("The bot token", "On the app's pages: Install App, Bot User OAuth Token. It begins with xoxb-.")
    found: list[Finding] = []

    async def look(value: str) -> list[Finding]:
        found[:] = await slack.token(keeping.trial(slack_bot_token=SecretStr(value)))
        return found

    value = until_right(lambda: terminal.secret("Bot token", keeping.secret("slack_bot_token")), look, terminal)
    keeping.keep("slack_bot_token", value)
    return [finding for finding in found if finding.standing is Standing.WRONG]


def _app_token(terminal: Terminal, keeping: Keeping) -> None:
    terminal.step(
        "The app-level token, for Socket Mode",
        "Basic Information, App-Level Tokens, Generate Token and Scopes; add the scope connections:write.",
        "It begins with xapp-.",
    )

    async def look(value: str) -> list[Finding]:
        return await slack.way_in(keeping.trial(slack_app_token=SecretStr(value)))

    value = until_right(lambda: terminal.secret("App-level token", keeping.secret("slack_app_token")), look, terminal)
    keeping.keep("slack_app_token", value)


def _signing_secret(terminal: Terminal, keeping: Keeping) -> None:
    terminal.step("The signing secret, for signed HTTP", "Basic Information, App Credentials, Signing Secret, Show.")

    async def look(value: str) -> list[Finding]:
        return await slack.way_in(keeping.trial(slack_app_token=None, slack_signing_secret=SecretStr(value)))

    value = until_right(
        lambda: terminal.secret("Signing secret", keeping.secret("slack_signing_secret")), look, terminal
    )
    keeping.keep("slack_signing_secret", value)
    keeping.drop("slack_app_token")  # with one, Goodword would open a socket


def _channel(terminal: Terminal, keeping: Keeping) -> list[Finding]:
    terminal.step(
        "The review channel",
        "A channel of your team, public or private, where the drafts are shown. In it, type /invite @Goodword.",
    )

    async def look(value: str) -> list[Finding]:
        return await slack.channel(keeping.trial(slack_channel=value))

    value = until_right(lambda: terminal.line("Channel", keeping.settings.slack_channel), look, terminal)
    keeping.keep("slack_channel", value.lstrip("#"))
    return []
