"""How the entries that replies rest on have served: how often they went out, and how often that is known to have
worked."""

from __future__ import annotations

import json

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.review import Use

#: Over the index on the sentences: what it costs grows with how often these entries were used, not with the record.
_USED = text(
    """
    SELECT source, count(DISTINCT p.id) AS times,
           count(DISTINCT p.id) FILTER (WHERE e.attained = 'attained') AS worked
    FROM publications p
    JOIN replies r ON r.id = p.reply_id
    JOIN turns t ON t.id = p.turn_id
    JOIN engagements e ON e.id = t.engagement_id
    CROSS JOIN LATERAL jsonb_array_elements(r.sentences) AS sentence
    CROSS JOIN LATERAL jsonb_array_elements_text(sentence -> 'sources') AS source
    WHERE r.sentences @> ANY (CAST(:patterns AS jsonb[])) AND source = ANY (:ids)
      AND p.turn_id <> :turn_id AND p.finished_at IS NOT NULL AND p.withdrawn_at IS NULL
    GROUP BY source
    """
)


async def of(connection: AsyncConnection, entry_ids: tuple[str, ...], turn_id: int) -> dict[str, Use]:
    """Of each of these entries: the publications that stand and rest on it, those of this turn not counted, and how
    many of them are known to have worked. One query for all."""
    if not entry_ids:
        return {}
    patterns = [json.dumps([{"sources": [entry_id]}]) for entry_id in entry_ids]
    given = {"patterns": patterns, "ids": list(entry_ids), "turn_id": turn_id}
    found = {row.source: Use(row.times, row.worked) for row in await connection.execute(_USED, given)}
    return {entry_id: found.get(entry_id, Use(0, 0)) for entry_id in entry_ids}
