"""Slash commands: what a person types after a `/`, and what the app answers within three seconds."""

from __future__ import annotations

import re

from bot.sandbox import payloads
from bot.sandbox.deliveries import Deliveries, NotDelivered
from bot.sandbox.features import Command
from bot.sandbox.handles import ResponsePlace, ResponseUrls, Triggers
from bot.sandbox.people import Outcome, channel_of, insider
from bot.sandbox.refusals import Refused
from bot.sandbox.responses import Responses
from bot.sandbox.workspace import Message, Workspace

#: What Slack names in `… failed with the error "…"`: an HTTP answer that is late, and all else that goes wrong.
LATE, FAILED = "operation_timeout", "dispatch_failed"


class Commands:
    """Takes what people type and brings it to the app."""

    def __init__(
        self,
        workspace: Workspace,
        triggers: Triggers,
        urls: ResponseUrls,
        deliveries: Deliveries,
        responses: Responses,
    ) -> None:
        self._workspace = workspace
        self._triggers = triggers
        self._urls = urls
        self._deliveries = deliveries
        self._responses = responses

    async def run(self, base: str, user_id: str, channel_key: str, line: str, thread_ts: str | None = None) -> Outcome:
        """A line such as `/goodword status`. Raises Stale where the person is not in that channel.

        What the app answers in its acknowledgement is shown to this person only, or with `in_channel` to everybody
        below the command itself. A line that fails is not sent: the page leaves it in the field.
        """
        user = insider(self._workspace, user_id)
        channel = channel_of(self._workspace, user, channel_key)
        name, _, text = line.strip().partition(" ")
        command = next((one for one in self._workspace.settings.commands if one.name == name), None)
        if command is None:
            return Outcome(False, f"{name} is not a command here.")
        if thread_ts:
            return Outcome(False, f"{name} does not work in threads. Type it in the channel.")
        body = payloads.slash_command(
            self._workspace,
            user,
            channel,
            command.name,
            self._escaped(command, text.strip()),
            trigger_id=self._triggers.issue(user.id),
            response_url=self._urls.issue(base, channel.id, "", user.id),
        )
        try:
            answer = await self._deliveries.command(body)
            if answer.get("response_type") == "in_channel":
                said = Message(self._workspace.new_ts(), channel.id, user.id, line.strip())
                self._workspace.add(said)
            self._responses.acknowledged(ResponsePlace(channel.id, "", user.id, 0), answer)
        except NotDelivered as error:
            word = LATE if error.reason == "http_timeout" else FAILED
            return Outcome(False, f'{name} failed with the error "{word}"')
        except Refused:
            return Outcome(False, f'{name} failed with the error "{FAILED}"')
        return Outcome(True)

    def _escaped(self, command: Command, text: str) -> str:
        """With `should_escape`, @people and #channels of this workspace as references; otherwise as typed."""
        if not command.escaped:
            return text
        people = {user.name: user.id for user in self._workspace.users.values()}
        channels = {one.name: one.id for one in self._workspace.channels.values() if not one.partner}

        def reference(found: re.Match[str]) -> str:
            mark, name = found.groups()
            known = (people if mark == "@" else channels).get(name)
            return f"<{mark}{known}|{name}>" if known else found[0]

        return re.sub(r"(?<!\w)([@#])([\w.-]*\w)", reference, text)
