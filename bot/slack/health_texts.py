"""What is wrong with the connection to Slack, and what to do: one sentence or two each."""

from __future__ import annotations

NO_SUCH_CHANNEL = (
    "Slack shows us no channel “{channel}”. Create it, invite Goodword with /invite, or name another channel."
)
ARCHIVED = "The review channel “{channel}” is archived. Unarchive it or name another."
RENAMED = (
    "The review channel “{channel}” is now called “{name}”. Cards still go there. Before the next start set "
    "GOODWORD_SLACK_CHANNEL to that name or to {id}."
)
CARD_GONE = "The card was deleted in Slack."
NOT_IN_CHANNEL = "Goodword is not in the review channel “{channel}”. Type /invite @Goodword there."
ACCESS_REFUSED = "Slack refuses our token ({error}). Install the app again and set the new token."
SCOPE_MISSING = "Slack says a permission is missing ({needed}). Update the app from its manifest and install it again."
UNREACHABLE = "Slack cannot be reached ({error}). Nothing is lost; it is tried again."
BUSY = "Slack asks us to wait {seconds:g} seconds."
REFUSED = "Slack refused {method}: {error}."
SOCKET_DOWN = "The connection for clicks (Socket Mode) is down since {seconds:.0f} s. It is being opened again."
SOCKET_NOT_STARTED = "The connection for clicks (Socket Mode) has not been opened."
