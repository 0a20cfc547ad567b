"""A lead changes the most common rules from App Home: people, hours, cards an hour, the threshold.

The form is validated by the same model as the file, and what is wrong is said at its field. What is typed changes
nothing but the rules: no post's words come here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.review import Reviewer
from bot.rules.checks import Problem, Where
from bot.rules.rules import Right
from bot.rules.team_rules import Day, Person, TeamRules
from bot.slack import elements as el
from bot.slack import modals, rules_texts, texts
from bot.slack.clicks import Clicks
from bot.slack.elements import Block, Element, View
from bot.slack.workspace import calling
from knowledge.errors import GoodwordError

log = structlog.get_logger("goodword.slack")

ACTION = CALLBACK = "rules"
#: Slack's own ids: only these can be chosen from its menu of people.
_SLACK = ("U", "W")
#: At which field a problem is said, by where in the rules it is.
_FIELD: tuple[tuple[Where, str], ...] = (
    (("cards_per_hour",), "cards_per_hour"),
    (("threshold",), "threshold"),
    (("hours", "time_zone"), "time_zone"),
    (("hours", "days"), "days"),
    (("hours", "off"), "off"),
    (("hours", "to"), "to"),
    (("hours",), "from"),
    (("escalation", "lead_minutes"), "lead"),
)


def modal(rules: TeamRules) -> View:
    """The form, filled with the rules that hold (all of them, what the settings say among them)."""
    people, hours = rules.people or {}, rules.hours
    assert hours is not None  # of the whole rules
    blocks: list[Block] = [
        *(_people_field(right, people) for right in Right),
        _number("cards_per_hour", str(rules.cards_per_hour), decimal=False, least="1", most="1000"),
        _number("threshold", f"{rules.threshold:g}", decimal=True, least="0", most="1"),
        _field("time_zone", {"type": "plain_text_input", "action_id": "value", "initial_value": hours.time_zone}),
        _field("days", _days(hours.days)),
        _field("from", _clock(hours.from_), optional=True),
        _field("to", _clock(hours.to), optional=True),
        _field("off", _text(", ".join(day.isoformat() for day in hours.off)), optional=True),
    ]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": el.plain(rules_texts.TITLE),
        "submit": el.plain(texts.SAVE),
        "close": el.plain(texts.CANCEL),
        "private_metadata": seen(rules),
        "blocks": [el.context(rules_texts.INTRO), *blocks],
    }


def seen(rules: TeamRules) -> str:
    """What the form was filled with, in short: whoever saves it changes just these rules."""
    return hashlib.sha256(json.dumps(rules.body(), sort_keys=True).encode()).hexdigest()


def _field(name: str, element: Element, *, optional: bool = False) -> Block:
    label, hint = rules_texts.FIELDS[name]
    block: Block = {"type": "input", "block_id": name, "label": el.plain(label), "element": element}
    return block | {"optional": optional} | ({"hint": el.plain(hint)} if hint else {})


def _people_field(right: Right, people: Mapping[str, Person]) -> Block:
    chosen = [key for key, person in people.items() if right in person.may and key.startswith(_SLACK)]
    element: Element = {"type": "multi_users_select", "action_id": "value", "placeholder": el.plain(texts.CHOOSE)}
    return _field(right.value, element | ({"initial_users": chosen} if chosen else {}), optional=True)


def _number(name: str, value: str, *, decimal: bool, least: str, most: str) -> Block:
    element = {"type": "number_input", "action_id": "value", "is_decimal_allowed": decimal, "initial_value": value}
    return _field(name, element | {"min_value": least, "max_value": most})


def _text(initial: str) -> Element:
    element: Element = {"type": "plain_text_input", "action_id": "value"}
    return element | ({"initial_value": initial} if initial else {})


def _clock(at: Any) -> Element:
    element: Element = {"type": "timepicker", "action_id": "value"}
    return element | ({"initial_time": f"{at:%H:%M}"} if at else {})


def _days(chosen: Iterable[Day]) -> Element:
    options = {day: el.option(day.value.capitalize(), day.value) for day in Day}
    element: Element = {"type": "checkboxes", "action_id": "value", "options": list(options.values())}
    held = [options[day] for day in chosen]
    return element | ({"initial_options": held} if held else {})


def typed(values: Mapping[str, Any], now: TeamRules) -> dict[str, Any]:
    """The rules that a sent form says, as in a file; people's names and further ids stay as they are."""

    def value(block: str, key: str = "value") -> Any:
        return values.get(block, {}).get("value", {}).get(key)

    chosen = {right: set(value(right.value, "selected_users") or ()) for right in Right}
    hours: dict[str, Any] = {
        "time_zone": (value("time_zone") or "").strip(),
        "days": [option["value"] for option in value("days", "selected_options") or ()],
        "off": [day for day in (value("off") or "").replace(",", " ").split() if day],
    }
    for end in ("from", "to"):
        if at := value(end, "selected_time"):
            hours[end] = at
    return {
        "people": _people(chosen, now.people or {}),
        "cards_per_hour": _figure(value("cards_per_hour"), int),
        "threshold": _figure(value("threshold"), float),
        "hours": hours,
    }


def _people(chosen: Mapping[Right, set[str]], now: Mapping[str, Person]) -> dict[str, Any]:
    """Ids that are not Slack's cannot be chosen here: they keep what they have."""
    people: dict[str, Any] = {}
    for key in dict.fromkeys((*now, *sorted(set().union(*chosen.values())))):
        had = now.get(key, Person(may=()))
        may = [right for right in Right if key in chosen[right]] if key.startswith(_SLACK) else list(had.may)
        if may or had.name or had.also:
            people[key] = {"name": had.name, "may": [right.value for right in may], "also": list(had.also)}
    return people


def _figure(said: str | None, kind: Callable[[str], float]) -> Any:
    try:
        return kind((said or "").strip())
    except ValueError:
        return said  # the model says what is wrong with it


def at_fields(problems: Iterable[Problem]) -> dict[str, str]:
    """What is wrong, by the field it is said at."""
    said: dict[str, str] = {}
    for problem in problems:
        field = next((name for where, name in _FIELD if problem.where[: len(where)] == where), Right.APPROVE.value)
        said[field] = f"{said[field]} {problem.said}" if field in said else problem.said
    return said


def listen(app: AsyncApp, clicks: Clicks) -> None:
    """Hear the button in Home, and the form when it is sent."""

    async def opened(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        user = body["user"]["id"]
        try:
            await _open(clicks, user, body.get("trigger_id", ""))
        except GoodwordError as error:
            log.warning("the rules could not be shown", why=str(error))
            await clicks.publish_home(user, error.told)

    async def sent(ack: AsyncAck, body: dict[str, Any]) -> None:
        try:
            errors = await _save(clicks, body)
        except GoodwordError as error:
            await ack(response_action="update", view=modals.message_modal(error.told))
            return
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        await ack()
        await clicks.publish_home(body["user"]["id"], rules_texts.SAVED)

    app.action(ACTION)(opened)
    app.view(CALLBACK)(sent)


async def _lead(clicks: Clicks, user: str, team: str = "") -> Reviewer:
    """The person, who has to be a lead. Raises GoodwordError with a kind sentence."""
    if no := await clicks.workspace.refusal(user, team_id=team):
        raise GoodwordError(no)
    return await clicks.workspace.reviewer(user)


async def _open(clicks: Clicks, user: str, trigger_id: str) -> None:
    rules = await clicks.desk.team_rules(await _lead(clicks, user))
    with calling("views.open"):
        await clicks.workspace.web.views_open(trigger_id=trigger_id, view=modal(rules))


async def _save(clicks: Clicks, body: dict[str, Any]) -> dict[str, str]:
    """Put what was sent into force; what is wrong with it, by field. Raises GoodwordError."""
    lead, view = await _lead(clicks, body["user"]["id"], body["user"].get("team_id") or ""), body["view"]
    now = await clicks.desk.team_rules(lead)
    if seen(now) != view["private_metadata"]:
        raise GoodwordError(rules_texts.NEWER)
    said = typed(view["state"]["values"], now)
    had, have = now.people or {}, said["people"].values()
    if any(Right.LEAD in one.may for one in had.values()) and not any("lead" in one["may"] for one in have):
        return {Right.LEAD.value: rules_texts.NO_LEAD}
    return at_fields(await clicks.desk.change_rules(said, lead))
