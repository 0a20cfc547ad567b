"""Verbs of getting things done: they tell a goal ("hang a shelf") from a topic ("shelf brackets")."""

from __future__ import annotations

from actions.patterns import word_list

#: Base forms. A goal begins with one of these.
BASE = word_list(
    """
    access activate add adjust align allow anchor apply archive assemble attach avoid back backup block book
    bore bring build bundle buy cancel carry carve change charge check choose clamp clean clear clone close
    colour combine compact compare configure connect convert copy countersink cover create customise customize
    cut deactivate decide default delete detach dig digitally disable disconnect display dispose do download
    drag drill drive drop edit empty enable enlarge enter erase exclude exit export extend extract fasten figure
    fill filter find finish fit fix fold format forward frame free get give glue go grind group grout hang have
    hide hold ignore import improve include increase insert install invite join keep know lay learn let level
    limit link list load locate lock log look loosen lower lubricate mail maintain make manage mark measure
    merge migrate mill mix modify mount move mute name open order organise organize paint patch pair pay
    personalise pick pin place plan plane plaster play plug point polish post prevent print protect prune pull
    put quit reach read rebuild receive recharge reconnect recover redirect reduce refresh register reinstall
    release remove rename renew reorder repair replace reply report request reset resize resolve restart restore
    retrieve return reuse revert roll rotate run sand save saw schedule scrape screw seal search secure see
    select send separate service set setup share sharpen shorten show sign silence skip slow sort space split
    squeeze stack stain start stop store straighten strip subscribe swap switch sync synchronise synchronize tag
    take tap tell test tidy tie tighten tile track transfer trim turn twist type undo uninstall unify unlock
    unscrew unsubscribe update upgrade upload use vary view wait wall-mount wash watch wipe wire withdraw wrap
    write zoom
    """
)


def base_of(gerund: str) -> str | None:
    """The base form of a gerund whose base is in the list ("compacting" -> "compact"), else None."""
    word = gerund.lower()
    if not word.endswith("ing"):
        return None
    stem = word[:-3]
    tries = [stem, stem + "e"]
    if len(stem) > 2 and stem[-1] == stem[-2]:
        tries.append(stem[:-1])
    return next((candidate for candidate in tries if candidate in BASE), None)
