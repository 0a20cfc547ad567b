"""What a look at the whole record asks of it: everything that went out, with the decisions that it rests on."""

from __future__ import annotations

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ 'alembic|procrastinate'"
PUBLICATIONS = """
SELECT p.id, p.turn_id, p.hash, t.state, t.version AS turn_version, t.corrects AS corrected_turn,
       r.hash AS stored_hash, r.version, r.reply->>'parent' AS parent,
       ARRAY(SELECT jsonb_array_elements_text(r.reply->'parts')) AS parts,
       ARRAY(SELECT native_id FROM publication_parts WHERE publication_id = p.id ORDER BY n) AS native_ids,
       p.corrects AS wrong_publication, w.turn_id AS wrong_turn,
       (SELECT body->>'kind' FROM proposals WHERE turn_id = p.turn_id ORDER BY version DESC LIMIT 1) AS kind,
       d.verb, d.reviewer_id, d.reply_hash, d.version AS decided_version,
       EXISTS (SELECT 1 FROM decisions u WHERE u.turn_id = p.turn_id AND u.verb = 'undo' AND u.id > d.id) AS undone,
       f.verb AS first_verb, f.reviewer_id AS first_id, f.reply_hash AS first_hash, f.version AS first_version,
       EXISTS (SELECT 1 FROM decisions u WHERE u.turn_id = p.turn_id AND u.verb = 'undo' AND u.id > f.id
               AND u.id < d.id) AS first_undone
FROM publications p JOIN turns t ON t.id = p.turn_id
LEFT JOIN replies r ON r.id = p.reply_id AND r.turn_id = p.turn_id
LEFT JOIN decisions d ON d.id = p.decision_id AND d.turn_id = p.turn_id
LEFT JOIN decisions f ON f.id = (d.more->>'first')::bigint AND f.turn_id = p.turn_id
LEFT JOIN publications w ON w.id = p.corrects
ORDER BY p.id
"""
DECIDED_BY = "SELECT DISTINCT reviewer_id FROM decisions"
#: One publication at the very moment in which a part of it (`n`) is sent.
SENDING = """
SELECT t.state, coalesce(t.goes_out_at, now()) <= now() AS due, q.n IS NOT NULL AS intended,
       q.native_id IS NOT NULL AS confirmed, (SELECT bool_and("on") FROM switches WHERE name = 'publishing') AS running
FROM publications p JOIN turns t ON t.id = p.turn_id
LEFT JOIN publication_parts q ON q.publication_id = p.id AND q.n = :n WHERE p.id = :id
"""
