"""The next task of a conversation begins as soon as the one before has ended."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """procrastinate announces a new job, which often waits for a lock just then, but not that the lock is free: its
    workers would find such a job only at their next look. This announces it, in the form in which new jobs are."""
    op.execute(
        """
        CREATE FUNCTION goodword_announce_free_lock() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify(
                'procrastinate_queue_v1#' || waiting.queue_name,
                json_build_object('type', 'job_inserted', 'job_id', waiting.id)::text
            )
            FROM (
                SELECT queue_name, min(id) AS id FROM procrastinate_jobs
                WHERE lock = OLD.lock AND status = 'todo' GROUP BY queue_name
            ) AS waiting;
            RETURN NULL;
        END;
        $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER goodword_lock_is_free AFTER UPDATE OF status ON procrastinate_jobs
        FOR EACH ROW WHEN (OLD.lock IS NOT NULL AND OLD.status = 'doing' AND NEW.status <> 'doing')
        EXECUTE FUNCTION goodword_announce_free_lock()
        """
    )
    op.execute(
        """
        CREATE TRIGGER goodword_lock_is_free_again AFTER DELETE ON procrastinate_jobs
        FOR EACH ROW WHEN (OLD.lock IS NOT NULL AND OLD.status = 'doing')
        EXECUTE FUNCTION goodword_announce_free_lock()
        """
    )
