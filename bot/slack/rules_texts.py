"""The texts of the form in which a lead changes the rules."""

from __future__ import annotations

TITLE = "The team's rules"
INTRO = "They hold for everybody as soon as you save. The rest is in the team's file: `goodword rules export`."
FIELDS = {
    "approve": ("Who may approve", "With nobody here and in the next field, everybody who sees the cards may do both."),
    "edit": ("Who may write and edit", ""),
    "lead": ("Leads", "They may do all that, override a check and change these rules."),
    "cards_per_hour": ("Cards an hour", "More wait here in Home. What cannot wait is always posted."),
    "threshold": ("Confidence below which nothing is drafted", "From 0 to 1."),
    "time_zone": ("Time zone", "As in Europe/Berlin."),
    "days": ("Days of service", ""),
    "from": ("Service begins", "With neither time there is service round the clock."),
    "to": ("Service ends", ""),
    "off": ("Days off", "Dates such as 2026-12-25, with commas between."),
}
SAVED = "Saved. The rules hold from now on."
NEWER = "Somebody changed the rules meanwhile, so nothing was saved. Open them again and look."
NO_LEAD = "Leave one lead at least: else nobody could change this here again."
