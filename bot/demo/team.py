"""Who may what in the demo: the sample company's own rules, so that a newcomer sees what each role can do."""

from __future__ import annotations

from bot.core import Core
from bot.demo.sample import BRAND, RULES
from bot.record import team_rules
from bot.rules import ruling
from bot.rules.file import read_rules
from bot.rules.rules import Right, Rules
from bot.rules.team_rules import TeamRules

_ROLES = {
    frozenset({Right.APPROVE, Right.EDIT}): "a reviewer: approves, edits and writes",
    frozenset({Right.EDIT}): "an editor: edits and writes, and looks after the knowledge; others approve",
    frozenset(Right): "the lead: all that, lets pass what a check blocks, and changes the rules in Home",
}


async def appoint(core: Core) -> None:
    """Put the sample company's rules into force, unless some hold: what a lead changed in an earlier demo stays."""
    async with core.transaction() as connection:
        if await team_rules.newest(connection) == TeamRules():
            await ruling.put_into_force(connection, read_rules(RULES), core.journey.rules, who=BRAND.name)
        await core.journey.stand(connection)


def roles(rules: Rules) -> list[tuple[str, str]]:
    """The people by name, each with what they may do in words."""
    return [
        (name, _ROLES.get(rules.rights(who), ", ".join(sorted(rules.rights(who))) or "looks on"))
        for who, name in sorted(rules.names.items())
    ]
