"""What a look at the whole record asks of it: everything that went out, with the decision that it rests on."""

from __future__ import annotations

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ 'alembic|procrastinate'"
OUT = """
SELECT p.turn_id, p.hash, r.hash AS stored_hash, r.version, d.verb, d.reviewer_id, d.reply_hash,
       d.version AS decided_version, pp.native_id, r.reply->>'parent' AS parent,
       ARRAY(SELECT jsonb_array_elements_text(r.reply->'parts')) AS parts,
       EXISTS (SELECT 1 FROM decisions u WHERE u.turn_id = p.turn_id AND u.verb = 'undo' AND u.id > d.id) AS undone
FROM publications p JOIN decisions d ON d.id = p.decision_id AND d.turn_id = p.turn_id
JOIN replies r ON r.id = p.reply_id AND r.turn_id = p.turn_id
LEFT JOIN publication_parts pp ON pp.publication_id = p.id
"""
PUBLICATIONS = """
SELECT p.id, p.turn_id, t.state, t.corrects AS corrected_turn, p.corrects AS wrong_publication,
       w.turn_id AS wrong_turn,
       ARRAY(SELECT native_id FROM publication_parts WHERE publication_id = p.id AND native_id IS NOT NULL)
       AS native_ids,
       EXISTS (SELECT 1 FROM publication_parts WHERE publication_id = p.id AND native_id IS NOT NULL) AS confirmed
FROM publications p JOIN turns t ON t.id = p.turn_id LEFT JOIN publications w ON w.id = p.corrects
"""
