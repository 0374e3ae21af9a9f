"""What the database itself refuses of the ledger; made by revision 0006."""

from __future__ import annotations

# Nothing posted is ever changed or removed, and the header of a transaction, which is written
# last, is refused unless its entries sum to zero in one currency. An entry that comes later, or
# is never closed by a header (the key to it is checked at the end), is refused as well.
GUARDED = ("ledger_transaction", "ledger_entry")
GUARDS_SQLITE = (
    """
    CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, 'the ledger is insert only'); END
    """,
    """
    CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, 'the ledger is insert only'); END
    """,
)
BALANCE_SQLITE = (
    """
    CREATE TRIGGER ledger_transaction_no_replace BEFORE INSERT ON ledger_transaction
    WHEN EXISTS (
      SELECT 1 FROM ledger_transaction
      WHERE practice_id = NEW.practice_id AND (id = NEW.id OR key = NEW.key)
    )
    BEGIN SELECT RAISE(ABORT, 'the ledger is insert only'); END
    """,
    """
    CREATE TRIGGER ledger_entry_no_replace BEFORE INSERT ON ledger_entry
    WHEN EXISTS (
      SELECT 1 FROM ledger_entry WHERE practice_id = NEW.practice_id
      AND transaction_id = NEW.transaction_id AND position = NEW.position
    )
    BEGIN SELECT RAISE(ABORT, 'the ledger is insert only'); END
    """,
    """
    CREATE TRIGGER ledger_transaction_balances BEFORE INSERT ON ledger_transaction
    WHEN (
      SELECT COUNT(*) < 2 OR SUM(amount_minor) <> 0 OR COUNT(DISTINCT currency) <> 1
      FROM ledger_entry
      WHERE practice_id = NEW.practice_id AND transaction_id = NEW.id
    )
    BEGIN SELECT RAISE(ABORT, 'a transaction must sum to zero'); END
    """,
    """
    CREATE TRIGGER ledger_entry_closed BEFORE INSERT ON ledger_entry
    WHEN EXISTS (
      SELECT 1 FROM ledger_transaction
      WHERE practice_id = NEW.practice_id AND id = NEW.transaction_id
    )
    BEGIN SELECT RAISE(ABORT, 'the transaction is closed'); END
    """,
    """
    CREATE TRIGGER ledger_transaction_reverses BEFORE INSERT ON ledger_transaction
    WHEN NEW.reverses IS NOT NULL AND EXISTS (
      SELECT 1 FROM ledger_transaction WHERE practice_id = NEW.practice_id
      AND id = NEW.reverses AND reverses IS NOT NULL
    )
    BEGIN SELECT RAISE(ABORT, 'a reversal cannot be reversed'); END
    """,
)
GUARDS_POSTGRES = (
    """
    CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION ledger_is_insert_only()
    """,
    """
    CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_insert_only()
    """,
)
FUNCTIONS_POSTGRES = (
    """
    CREATE FUNCTION ledger_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'the ledger is insert only' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE FUNCTION ledger_balances() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE fine boolean;
    BEGIN
      SELECT COUNT(*) >= 2 AND SUM(amount_minor) = 0 AND COUNT(DISTINCT currency) = 1
      INTO fine FROM ledger_entry
      WHERE practice_id = NEW.practice_id AND transaction_id = NEW.id;
      IF fine IS NOT TRUE THEN
        RAISE EXCEPTION 'a transaction must sum to zero' USING ERRCODE = 'check_violation';
      END IF;
      IF NEW.reverses IS NOT NULL AND EXISTS (
        SELECT 1 FROM ledger_transaction WHERE practice_id = NEW.practice_id
        AND id = NEW.reverses AND reverses IS NOT NULL
      ) THEN
        RAISE EXCEPTION 'a reversal cannot be reversed' USING ERRCODE = 'check_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION ledger_entry_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (
        SELECT 1 FROM ledger_transaction
        WHERE practice_id = NEW.practice_id AND id = NEW.transaction_id
      ) THEN
        RAISE EXCEPTION 'the transaction is closed' USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER ledger_transaction_balances BEFORE INSERT ON ledger_transaction
    FOR EACH ROW EXECUTE FUNCTION ledger_balances()
    """,
    """
    CREATE TRIGGER ledger_entry_closed BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_is_open()
    """,
)
