"""How a practice's own rows may go, and only with the practice; made by revision 0016."""

from __future__ import annotations

from typing import Final

# What was posted, issued or noted goes in one way only: in a transaction that has said first
# that the practice ends. Saying so points, with a key that is checked at the end, to the row
# that the trigger below writes when the practice itself goes; and a practice goes when nothing
# points to it any more. So such a transaction removes a practice whole, or is undone.
_KEPT: Final = {
    "history": "history is insert only",
    "ledger_transaction": "the ledger is insert only",
    "ledger_entry": "the ledger is insert only",
    "superbill": "a superbill is kept as it was issued",
    "claim_step": "the history of a claim is insert only",
}
_WHILE_LIVING: Final = (
    "WHEN NOT EXISTS (SELECT 1 FROM practice_ending WHERE practice_id = OLD.practice_id)"
)


def guards_sqlite(*, while_living: bool) -> tuple[str, ...]:
    """Return what makes the guards of deletions anew: for living practices, or for all."""
    when = _WHILE_LIVING if while_living else ""
    return tuple(
        statement
        for table, why in _KEPT.items()
        for statement in (
            f"DROP TRIGGER {table}_no_delete",
            f"""
            CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {when}
            BEGIN SELECT RAISE(ABORT, '{why}'); END
            """,
        )
    )


# Without keys nothing would be checked at the end: a connection that does not hold them cannot
# say that a practice ends. With REPLACE and a new number rows go without their triggers.
ENDS_SQLITE: Final = (
    """
    CREATE TRIGGER practice_ending_held BEFORE INSERT ON practice_ending
    WHEN (SELECT foreign_keys FROM pragma_foreign_keys) = 0
    BEGIN SELECT RAISE(ABORT, 'foreign keys have to be held'); END
    """,
    """
    CREATE TRIGGER practice_ending_no_update BEFORE UPDATE ON practice_ending
    BEGIN SELECT RAISE(ABORT, 'a practice that ends has ended'); END
    """,
    """
    CREATE TRIGGER practice_ending_no_delete BEFORE DELETE ON practice_ending
    WHEN NOT EXISTS (SELECT 1 FROM practice_ended WHERE practice_id = OLD.practice_id)
    BEGIN SELECT RAISE(ABORT, 'a practice that ends has ended'); END
    """,
    """
    CREATE TRIGGER practice_ended_no_insert BEFORE INSERT ON practice_ended
    WHEN EXISTS (SELECT 1 FROM practice WHERE practice_id = NEW.practice_id)
    BEGIN SELECT RAISE(ABORT, 'this practice has not ended'); END
    """,
    """
    CREATE TRIGGER practice_ended_no_update BEFORE UPDATE ON practice_ended
    BEGIN SELECT RAISE(ABORT, 'a practice that ended has ended'); END
    """,
    """
    CREATE TRIGGER practice_ended_no_delete BEFORE DELETE ON practice_ended
    BEGIN SELECT RAISE(ABORT, 'a practice that ended has ended'); END
    """,
    """
    CREATE TRIGGER practice_number_once BEFORE INSERT ON practice
    WHEN EXISTS (SELECT 1 FROM practice_ended WHERE practice_id = NEW.practice_id)
    BEGIN SELECT RAISE(ABORT, 'the number of a practice is used once'); END
    """,
    """
    CREATE TRIGGER practice_number_kept BEFORE UPDATE ON practice
    WHEN NEW.practice_id <> OLD.practice_id
    BEGIN SELECT RAISE(ABORT, 'a practice keeps its number'); END
    """,
    """
    CREATE TRIGGER practice_number_left AFTER DELETE ON practice
    BEGIN INSERT INTO practice_ended (practice_id) VALUES (OLD.practice_id); END
    """,
)
NO_ENDS_SQLITE: Final = (
    "DROP TRIGGER practice_number_once",
    "DROP TRIGGER practice_number_kept",
    "DROP TRIGGER practice_number_left",
)


def _guard(function: str, why: str, *, while_living: bool) -> str:
    """Return the function of a guard: TRUNCATE has no row, and is never let through."""
    let_go = """
      IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM practice_ending WHERE practice_id = OLD.practice_id) THEN
          RETURN OLD;
        END IF;
      END IF;"""
    return f"""
    CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN{let_go if while_living else ""}
      RAISE EXCEPTION '{why}' USING ERRCODE = 'restrict_violation';
    END $$
    """


_FUNCTIONS: Final = {
    "history_is_insert_only": "history is insert only",
    "ledger_is_insert_only": "the ledger is insert only",
    "paper_is_kept": "papers are kept as they were issued",
}
GUARDS_POSTGRES: Final = tuple(
    _guard(function, why, while_living=True) for function, why in _FUNCTIONS.items()
)
ENDS_POSTGRES: Final = (
    """
    CREATE FUNCTION practice_ends_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'practice_ending' THEN
        IF EXISTS (SELECT 1 FROM practice_ended WHERE practice_id = OLD.practice_id) THEN
          RETURN OLD;
        END IF;
      END IF;
      RAISE EXCEPTION 'a practice that ended has ended' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE FUNCTION practice_is_gone() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM practice WHERE practice_id = NEW.practice_id) THEN
        RAISE EXCEPTION 'this practice has not ended' USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION practice_number_is_new() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM practice_ended WHERE practice_id = NEW.practice_id) THEN
        RAISE EXCEPTION 'the number of a practice is used once'
        USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION practice_number_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'a practice keeps its number' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE FUNCTION practice_number_goes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO practice_ended (practice_id) VALUES (OLD.practice_id);
      RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER practice_ending_no_change BEFORE UPDATE OR DELETE ON practice_ending
    FOR EACH ROW EXECUTE FUNCTION practice_ends_are_kept()
    """,
    """
    CREATE TRIGGER practice_ending_no_truncate BEFORE TRUNCATE ON practice_ending
    FOR EACH STATEMENT EXECUTE FUNCTION practice_ends_are_kept()
    """,
    """
    CREATE TRIGGER practice_ended_no_insert BEFORE INSERT ON practice_ended
    FOR EACH ROW EXECUTE FUNCTION practice_is_gone()
    """,
    """
    CREATE TRIGGER practice_ended_no_change BEFORE UPDATE OR DELETE ON practice_ended
    FOR EACH ROW EXECUTE FUNCTION practice_ends_are_kept()
    """,
    """
    CREATE TRIGGER practice_ended_no_truncate BEFORE TRUNCATE ON practice_ended
    FOR EACH STATEMENT EXECUTE FUNCTION practice_ends_are_kept()
    """,
    """
    CREATE TRIGGER practice_number_once BEFORE INSERT ON practice
    FOR EACH ROW EXECUTE FUNCTION practice_number_is_new()
    """,
    """
    CREATE TRIGGER practice_number_kept BEFORE UPDATE OF practice_id ON practice
    FOR EACH ROW WHEN (NEW.practice_id IS DISTINCT FROM OLD.practice_id)
    EXECUTE FUNCTION practice_number_stays()
    """,
    """
    CREATE TRIGGER practice_number_left AFTER DELETE ON practice
    FOR EACH ROW EXECUTE FUNCTION practice_number_goes()
    """,
)
NO_ENDS_POSTGRES: Final = (
    "DROP TRIGGER practice_number_once ON practice",
    "DROP TRIGGER practice_number_kept ON practice",
    "DROP TRIGGER practice_number_left ON practice",
    "DROP FUNCTION practice_number_is_new()",
    "DROP FUNCTION practice_number_stays()",
    "DROP FUNCTION practice_number_goes()",
    *(_guard(function, why, while_living=False) for function, why in _FUNCTIONS.items()),
)
