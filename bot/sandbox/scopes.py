"""What a bot token may do: the scopes that each method needs, as its page in Slack's documentation lists them."""

from __future__ import annotations

from bot.sandbox.refusals import Refused, Word

_LIST = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")

#: One of them is enough. A method that is not listed needs none.
NEEDED: dict[str, tuple[str, ...]] = {
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "conversations.list": _LIST,
    "conversations.info": _LIST,
    "conversations.members": _LIST,
    "conversations.history": _HISTORY,
    "conversations.replies": _HISTORY,
    "conversations.join": ("channels:join",),
    "conversations.open": ("im:write", "mpim:write"),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
}
#: What the sandbox's app was installed with unless a test says otherwise.
EVERYTHING = frozenset({"commands", *(scope for needed in NEEDED.values() for scope in needed)})


class MissingScope(Refused):
    """`missing_scope`, with the scopes that would do and those that the token has."""

    def __init__(self, needed: tuple[str, ...], granted: frozenset[str]) -> None:
        super().__init__(Word.MISSING_SCOPE)
        self.needed, self.provided = ",".join(needed), header(granted)


def check(method: str, granted: frozenset[str]) -> None:
    """Refused: missing_scope."""
    needed = NEEDED.get(method, ())
    if needed and not granted & set(needed):
        raise MissingScope(needed, granted)


def header(granted: frozenset[str]) -> str:
    """The scopes as the response header X-OAuth-Scopes names them."""
    return ",".join(sorted(granted))
