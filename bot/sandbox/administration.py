"""What administrators and members do to a workspace, and the events that tell the app of it.

Channels are renamed, archived and left; people are deactivated or come from another company; messages are deleted; the
app's token is revoked or the app removed.
"""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox import payloads
from bot.sandbox.events import Events
from bot.sandbox.people import channel_of, person, visible
from bot.sandbox.refusals import Refused, Stale
from bot.sandbox.workspace import BOT, OUTSIDER, Channel, Installed, Json, User, Workspace


class Administration:
    """Changes that last until they are taken back. Each raises Stale where it cannot be."""

    def __init__(self, workspace: Workspace, events: Events) -> None:
        self._workspace = workspace
        self._events = events
        self._left: dict[str, list[Channel]] = {}

    def _channel(self, key: str) -> Channel:
        try:
            found = self._workspace.channel(key)
        except Refused:
            raise Stale(f"there is no channel {key}") from None
        if found.partner:
            raise Stale("direct messages stay as they are")
        return found

    def _tell(self, kind: str, **fields: object) -> None:
        self._workspace.touch()
        self._events.emit(kind, {"type": kind, **fields, "event_ts": self._workspace.new_ts()})

    # --- channels ---------------------------------------------------------------------------------------------------

    def rename(self, key: str, name: str) -> None:
        """Give a channel another name; its id stays."""
        channel = self._channel(key)
        clean = name.strip().lstrip("#").lower().replace(" ", "-")
        if not clean or any(one.name == clean for one in self._workspace.channels.values() if not one.partner):
            raise Stale("a channel needs a name of its own")
        channel.name = clean
        self._tell("channel_rename", channel={"id": channel.id, "name": clean, "created": 1700000000})

    def archive(self, key: str, by: str) -> None:
        """Close a channel: it can be read and nothing can be written."""
        channel = self._channel(key)
        channel.archived = True
        self._tell("channel_archive", channel=channel.id, user=by)

    def unarchive(self, key: str, by: str) -> None:
        """Open it again."""
        channel = self._channel(key)
        channel.archived = False
        self._tell("channel_unarchive", channel=channel.id, user=by)

    def remove_member(self, key: str, member: str, by: str) -> None:
        """Somebody, or the app, is taken out of a channel. The app hears of it where it is or was a member."""
        channel = self._channel(key)
        if member not in channel.members:
            raise Stale("they are not in this channel")
        heard = BOT.id in channel.members
        channel.members.discard(member)
        if heard:
            self._tell("member_left_channel", **self._membership(channel, member))
        if member == BOT.id:
            self._tell("channel_left", channel=channel.id, actor_id=by)
        self._workspace.touch()

    def add_member(self, key: str, member: str, by: str) -> None:
        """Somebody, or the app, is invited to a channel."""
        channel = self._channel(key)
        if member not in self._workspace.users or self._workspace.users[member].deleted:
            raise Stale("there is nobody to invite")
        channel.members.add(member)
        if BOT.id in channel.members:
            self._tell("member_joined_channel", **self._membership(channel, member), inviter=by)
        self._workspace.touch()

    def _membership(self, channel: Channel, member: str) -> Json:
        team = self._workspace.users[member].team
        return {"user": member, "channel": channel.id, "channel_type": "C", "team": team}

    # --- people -----------------------------------------------------------------------------------------------------

    def deactivate(self, user_id: str) -> None:
        """Close somebody's account: they can do nothing and are in no channel any more."""
        user = person(self._workspace, user_id)
        self._left[user.id] = [one for one in self._workspace.channels.values() if user.id in one.members]
        for channel in self._left[user.id]:
            channel.members.discard(user.id)
        self._workspace.users[user.id] = replace(user, deleted=True)
        self._workspace.touch()

    def reactivate(self, user_id: str) -> None:
        """Open the account again, in the channels it was in."""
        user = self._workspace.users.get(user_id)
        if user is None or not user.deleted:
            raise Stale("this account is open")
        self._workspace.users[user.id] = replace(user, deleted=False)
        for channel in self._left.pop(user.id, []):
            channel.members.add(user.id)
        self._workspace.touch()

    def invite_outsider(self, key: str, by: str) -> User:
        """Share a channel with another company: one of its people comes into it."""
        self._workspace.users.setdefault(OUTSIDER.id, OUTSIDER)
        self.add_member(key, OUTSIDER.id, by)
        return OUTSIDER

    def delete_message(self, user_id: str, channel_key: str, ts: str) -> None:
        """Delete a message; one that only this person sees is merely put away."""
        user = person(self._workspace, user_id)
        channel = channel_of(self._workspace, user, channel_key)
        message = visible(self._workspace, user, channel.id, ts)
        was = payloads.message_deleted(self._workspace, message)
        stone = self._workspace.remove(message)
        if message.visible_to is None and BOT.id in channel.members:
            kind = "message.im" if channel.partner else "message.channels"
            self._events.emit(kind, was if stone is None else payloads.buried(self._workspace, stone, was))

    # --- the app ----------------------------------------------------------------------------------------------------

    def revoke_token(self) -> None:
        """The bot token stops working; the app still hears."""
        self._workspace.installed = Installed.REVOKED
        self._tell("tokens_revoked", tokens={"oauth": [], "bot": [BOT.id]})

    def uninstall(self) -> None:
        """Remove the app: the token is of no use, and after two last events it hears nothing."""
        self._tell("app_uninstalled")
        self.revoke_token()
        self._workspace.installed = Installed.REMOVED

    def install(self) -> None:
        """Install the app again, with the token it had."""
        self._workspace.installed = Installed.YES
        self._workspace.touch()
