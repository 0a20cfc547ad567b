"""Who acts, and what they can see: the checks that every entry point shares. Each raises Stale with a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.refusals import Refused, Stale
from bot.sandbox.workspace import TEAM, Channel, Message, User, View, Workspace


@dataclass(frozen=True)
class Outcome:
    """What a person sees at once: `ok`, else a sentence; `errors` by block_id for a form that was not accepted."""

    ok: bool
    sentence: str = ""
    errors: tuple[tuple[str, str], ...] = ()


def person(workspace: Workspace, user_id: str) -> User:
    """Somebody who can act. Raises Stale."""
    user = workspace.users.get(user_id)
    if user is None or user.is_bot:
        raise Stale(f"{user_id} is nobody in this workspace", hint="take an id from /sandbox/whoami")
    if user.deleted:
        raise Stale(f"the account of {user.real_name} is deactivated")
    return user


def insider(workspace: Workspace, user_id: str) -> User:
    """Somebody of this workspace: people of another company see its messages but not its apps. Raises Stale."""
    user = person(workspace, user_id)
    if user.team != TEAM:
        raise Stale("this app is not installed in your workspace")
    return user


def channel_of(workspace: Workspace, user: User, key: str) -> Channel:
    """A channel that the person is in. Raises Stale."""
    try:
        return workspace.channel(key, member=user.id)
    except Refused:
        raise Stale("there is no such channel for you") from None


def visible(workspace: Workspace, user: User, channel: str, ts: str) -> Message:
    """A message that the person can see; `channel` may be empty. Raises Stale."""
    try:
        message = workspace.message(channel or workspace.channel_of(ts), ts)
    except Refused:
        raise Stale("this message is no longer there") from None
    hidden = message.visible_to not in (None, user.id)
    if hidden or user.id not in workspace.channels[message.channel].members:
        raise Stale("this message is not for you")
    return message


def own_view(workspace: Workspace, user: User, view_id: str) -> View:
    """A modal or Home tab of the person. Raises Stale."""
    view = workspace.views.get(view_id)
    if view is None or view.user != user.id:
        raise Stale("this window is no longer open")
    return view
