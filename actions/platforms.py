"""Operating systems that a text names: steps for another one than the asker's help nobody."""

from __future__ import annotations

from functools import lru_cache

from actions.patterns import any_of

_SYSTEMS = {
    "windows": any_of(r"windows( (7|8|10|11|xp|vista))?|win ?(7|8|10|11)|microsoft store"),
    "mac": any_of(
        r"mac ?os( x)?|macs?|macbooks?( (pro|air))?|imacs?|os ?x|sonoma|ventura|sequoia|(option|command) key"
    ),
    "linux": any_of("linux|ubuntu|debian|fedora|(linux )?mint|arch|kde|gnome|snap|flatpak"),
    "android": any_of("android|pixel|galaxy|play store"),
    "ios": any_of("ios|iphones?|ipads?|ipados"),
}


@lru_cache(maxsize=4096)
def systems(text: str) -> frozenset[str]:
    """The operating systems that a text names: windows, mac, linux, android, ios."""
    return frozenset(name for name, pattern in _SYSTEMS.items() if pattern.search(text))


def elsewhere(text: str, post: str) -> bool:
    """Whether a text names only systems that are not among those the post names. False where either names none."""
    named, asked = systems(text), systems(post)
    return bool(named and asked and not named & asked)
