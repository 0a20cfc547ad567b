"""Emoji by name, and as small pictures: Slack draws its own, so a machine without an emoji font shows them too."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

EMOJI: Mapping[str, str] = {
    "+1": "👍",
    "thumbsup": "👍",
    "-1": "👎",
    "thumbsdown": "👎",
    "alarm_clock": "⏰",
    "arrow_right": "➡️",
    "arrows_counterclockwise": "🔄",
    "ballot_box_with_check": "☑️",
    "bar_chart": "📊",
    "bell": "🔔",
    "blue_book": "📘",
    "bookmark": "🔖",
    "books": "📚",
    "bulb": "💡",
    "bust_in_silhouette": "👤",
    "calendar": "📆",
    "chart_with_upwards_trend": "📈",
    "clap": "👏",
    "clipboard": "📋",
    "clock3": "🕒",
    "closed_book": "📕",
    "eyes": "👀",
    "fire": "🔥",
    "flag-gb": "🇬🇧",
    "gear": "⚙️",
    "globe_with_meridians": "🌐",
    "green_heart": "💚",
    "hammer": "🔨",
    "hammer_and_wrench": "🛠️",
    "heart": "❤️",
    "heavy_check_mark": "✔️",
    "heavy_plus_sign": "➕",
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "house": "🏠",
    "inbox_tray": "📥",
    "information_source": "ℹ️",
    "key": "🔑",
    "large_blue_circle": "🔵",
    "large_green_circle": "🟢",
    "large_orange_circle": "🟠",
    "large_red_circle": "🔴",
    "large_yellow_circle": "🟡",
    "link": "🔗",
    "lock": "🔒",
    "loudspeaker": "📢",
    "mag": "🔍",
    "mailbox_with_mail": "📬",
    "memo": "📝",
    "no_entry": "⛔",
    "no_entry_sign": "🚫",
    "octagonal_sign": "🛑",
    "open_book": "📖",
    "outbox_tray": "📤",
    "package": "📦",
    "page_facing_up": "📄",
    "paperclip": "📎",
    "pencil": "📝",
    "pencil2": "✏️",
    "point_right": "👉",
    "pray": "🙏",
    "pushpin": "📌",
    "question": "❓",
    "raised_hands": "🙌",
    "red_circle": "🔴",
    "repeat": "🔁",
    "rocket": "🚀",
    "rotating_light": "🚨",
    "shield": "🛡️",
    "slightly_smiling_face": "🙂",
    "smile": "😄",
    "smiley": "😃",
    "sparkles": "✨",
    "speech_balloon": "💬",
    "star": "⭐",
    "stopwatch": "⏱️",
    "tada": "🎉",
    "thinking_face": "🤔",
    "thread": "🧵",
    "timer_clock": "⏲️",
    "triangular_flag_on_post": "🚩",
    "warning": "⚠️",
    "wave": "👋",
    "white_check_mark": "✅",
    "wrench": "🔧",
    "x": "❌",
    "zap": "⚡",
    "zzz": "💤",
    "shushing_face": "🤫",
    "handshake": "🤝",
    "raised_hand": "✋",
    "frame_with_picture": "🖼️",
    "sweat_smile": "😅",
}

_NAMED = re.compile(r":([a-z0-9_+'-]+):")
_PICTURES = Path(__file__).parent / "static" / "emoji.svg"


@cache
def _names() -> Mapping[str, str]:
    """Character -> name of its picture, for those that static/emoji.svg holds. The variation selector is left out."""
    names = re.findall(r'<g id="([^"]+)"', _PICTURES.read_text(encoding="utf-8"))
    return {EMOJI[name].rstrip("\ufe0f"): name for name in names}


@cache
def _characters() -> re.Pattern[str]:
    return re.compile("(" + "|".join(map(re.escape, _names())) + ")\ufe0f?")


def picture(name: str) -> Markup:
    """One emoji by its name: a picture, else the character, else `:name:` as written."""
    character = EMOJI.get(name)
    if character is None:
        return Markup(":{}:").format(name)
    drawn = _names().get(character.rstrip("\ufe0f"))
    if drawn is None:
        return Markup("{}").format(character)
    return Markup('<img class="emoji" src="/static/emoji.svg#{}" alt="{}" title=":{}:">').format(drawn, character, name)


def drawn(text: str) -> Markup:
    """Plain text with the characters drawn and the names left as they are, as inside rich text."""
    return Markup(_characters().sub(lambda found: str(picture(_names()[found[1]])), str(escape(text))))  # noqa: S704


def pictures(escaped: str, put: Callable[[Markup], str] = str) -> str:
    """Escaped text with names and characters drawn. `put` may keep a picture aside until all else is done."""
    named = _NAMED.sub(lambda found: EMOJI.get(found[1], found[0]), escaped)
    return _characters().sub(lambda found: put(picture(_names()[found[1]])), named)
