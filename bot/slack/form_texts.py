"""Every text of the forms that put off, hand over and name a source at fault, and what they answer. Short and kind."""

from __future__ import annotations

FIELD_PERSON = "A person"
FIELD_GROUP = "Or a group"
FIELD_HAND_OVER = "What do you need from them?"
HINT_HAND_OVER = "They are told directly, and may write the reply. It still goes out only once a reviewer approves it."
FIELD_UNTIL = "Until when?"
FIELD_MOMENT = "Or a moment of your own"
SNOOZE_UNTIL = {"30m": "In 30 minutes", "2h": "In 2 hours", "tomorrow": "Tomorrow at 9:00"}
FIELD_SOURCE = "Which source is at fault?"
HINT_SOURCE = "Nothing is drafted from it until its owner or a lead has looked."
NO_SOURCE_AT_FAULT = "None of them: the draft misread them"
CHOOSE_A_MOMENT = "Please say until when."
MOMENT_PASSED = "That moment has passed: choose a later one."
SAY_TO_WHOM = "Please say to whom: a person or a group."
ONE_OF_BOTH = "Please choose a person or a group, not both."
SAY_WHAT_FOR = "Please say what you need from them."
NO_PERSON = "That is no person who could answer: choose another."
NAME_THE_SOURCE = "Please say which source is at fault, or that none is."
EDIT_ENTRY = (
    "On the machine where Goodword runs: goodword knowledge edit {entry}. After that press “It is right”, and it is "
    "in use again."
)
CLAIMED_BY = "{name} is on it until {until} (you can take it over after that)."
