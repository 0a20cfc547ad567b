"""App Home: mine, the team's queue page by page, and how it went with what I approved.

What somebody looks at (filters, page) stands in the view's own `private_metadata`: nothing is kept of it anywhere else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.cards.overview import PAGE, Look, Overview
from bot.slack import elements as el
from bot.slack import home_rows, home_texts, texts
from bot.slack.elements import Block, Element, View

#: Slack's limit of options in a menu.
OPTIONS_MAX = 100
#: What a channel calls itself or its languages is not ours: only so much of it is ever a choice's value.
VALUE_MAX = 100


def home(overview: Overview, *, me: str, above: Sequence[Block] = (), notice: str = "") -> View:
    """The Home tab of the person with the id `me`. `above` are blocks about the whole installation, such as the stop
    switch; `notice` is what came of the last click."""
    blocks: list[Block] = [el.section(f"ℹ️ {el.escaped(notice, 500)}")] if notice.strip() else []
    blocks += above
    if overview.mine:
        blocks.append(el.header(home_texts.HOME_MINE))
        blocks += home_rows.listed(overview.mine, me, "mine")
        if more := overview.mine_in_all - len(overview.mine):
            blocks.append(el.context(home_texts.HOME_MORE_OF_MINE.format(count=more)))
    blocks += [
        el.header(home_texts.HOME_SILENT if overview.look.silent else home_texts.HOME_TEAM),
        el.section(counts_line(overview)),
    ]
    blocks.append(_filters(overview))
    blocks += home_rows.listed(overview.team, me, "turn")
    if not overview.team:
        blocks.append(el.section(home_texts.HOME_NO_MATCH if _filtered(overview.look) else home_texts.HOME_EMPTY))
    blocks += _pages(overview)
    if overview.went:
        blocks += [el.header(home_texts.HOME_WENT), *home_rows.went(overview.went)]
    return {"type": "home", "blocks": blocks, "private_metadata": overview.look.dump()}


def for_leads() -> Block:
    """What only a lead can do from here: change the rules."""
    return {"type": "actions", "block_id": "leads", "elements": [el.button(home_texts.RULES, "rules", "open")]}


def closed_home(sentence: str) -> View:
    """The Home tab of somebody who does not review."""
    return {"type": "home", "blocks": [el.section(sentence)]}


def _filtered(look: Look) -> bool:
    return replace(look, page=0) != Look()


def counts_line(overview: Overview) -> str:
    """How much waits, by lane; or how many posts no reply was proposed for, where that is looked at."""
    if overview.look.silent:
        return f"*{texts.posts(overview.matching)}*"
    lanes = [
        f"{home_texts.LANE_MARK[lane]} {count} {home_texts.LANE[lane].lower()}"
        for lane in home_texts.LANE
        if (count := overview.lanes.get(lane, 0))
    ]
    return "  ·  ".join([texts.waiting(overview.waiting), *lanes])


def _filters(overview: Overview) -> Block:
    look = overview.look
    menus = [
        _menu("lane", look.lane, home_texts.LANE.items()),
        _menu("channel", look.channel, ((name, name.capitalize()) for name in overview.channels)),
        _menu("language", look.language, ((code, texts.language(code)) for code in overview.languages)),
        _menu("kind", look.kind, ((kind.value, name) for kind, name in texts.KIND.items())),
    ]
    last = el.button(home_texts.SHOW_ALL, "home_all", "all") if _filtered(look) else None
    again = el.button(home_texts.LOOK_AGAIN, "home_page", str(look.page))
    return {"type": "actions", "block_id": _filters_id(look), "elements": [*menus, *([last] if last else []), again]}


def _filters_id(look: Look) -> str:
    """Another one for other filters: in a block that it knows already Slack leaves a menu as somebody set it."""
    return f"filters-{hashlib.sha256(replace(look, page=0).dump().encode()).hexdigest()[:12]}"


def _menu(name: str, chosen: str, choices: Iterable[tuple[str, str]]) -> Element:
    """A filter. What is chosen stays on offer, also where nothing of it waits any more."""
    options = [el.option(home_texts.ANY[name], f"{name}:")]
    fitting = [(value, label) for value, label in choices if value == el.clean(value)[:VALUE_MAX]]
    options += [el.option(el.cut(el.clean(label), 75), f"{name}:{value}") for value, label in fitting]
    options = options[:OPTIONS_MAX]
    now = next((option for option in options if option["value"] == f"{name}:{chosen}"), None)
    if now is None:
        chosen = el.clean(chosen)[:VALUE_MAX]
        now = el.option(el.cut(chosen, 75), f"{name}:{chosen}")
        options[-1:] = [options[-1], now] if len(options) < OPTIONS_MAX else [now]
    return {
        "type": "static_select",
        "action_id": f"home_{name}",
        "placeholder": el.plain(home_texts.ANY[name]),
        "options": options,
        "initial_option": now,
    }


def _pages(overview: Overview) -> list[Block]:
    if overview.pages == 1:
        return []
    page = overview.look.page
    first = page * PAGE + 1
    place = {"first": first, "last": first + len(overview.team) - 1, "count": overview.matching}
    row: list[Element] = []
    if page > 0:
        row.append(el.button(home_texts.PREVIOUS, "home_previous", str(page - 1)))
    if page + 1 < overview.pages:
        row.append(el.button(home_texts.NEXT, "home_next", str(page + 1)))
    return [
        el.context(home_texts.HOME_PLACE.format(**place)),
        {"type": "actions", "block_id": "pages", "elements": row},
    ]
