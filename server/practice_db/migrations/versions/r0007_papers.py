"""0007: profiles, superbills and claims."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.practice_db.migrations.parts import CODE

revision = "0007"
down_revision = "0006"

# A superbill that was issued is voided once, with its reason, and changes in no other way; the
# history of a claim only grows. SQLite's REPLACE removes a row without telling the trigger of
# DELETE, so a number that is there already is refused too.
GUARDS_SQLITE = (
    """
    CREATE TRIGGER superbill_no_update BEFORE UPDATE ON superbill
    WHEN OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL
      OR NEW.practice_id <> OLD.practice_id OR NEW.number <> OLD.number
      OR NEW.client_number <> OLD.client_number OR NEW.issued_on <> OLD.issued_on
      OR NEW.made_at <> OLD.made_at OR NEW.user_name <> OLD.user_name
      OR NEW.content <> OLD.content OR NEW.replaces IS NOT OLD.replaces
    BEGIN SELECT RAISE(ABORT, 'a superbill is kept as it was issued'); END
    """,
    """
    CREATE TRIGGER superbill_no_delete BEFORE DELETE ON superbill
    BEGIN SELECT RAISE(ABORT, 'a superbill is kept as it was issued'); END
    """,
    """
    CREATE TRIGGER superbill_no_replace BEFORE INSERT ON superbill
    WHEN EXISTS (
      SELECT 1 FROM superbill WHERE practice_id = NEW.practice_id AND number = NEW.number
    )
    BEGIN SELECT RAISE(ABORT, 'a superbill is kept as it was issued'); END
    """,
    """
    CREATE TRIGGER claim_step_no_update BEFORE UPDATE ON claim_step
    BEGIN SELECT RAISE(ABORT, 'the history of a claim is insert only'); END
    """,
    """
    CREATE TRIGGER claim_step_no_delete BEFORE DELETE ON claim_step
    BEGIN SELECT RAISE(ABORT, 'the history of a claim is insert only'); END
    """,
    """
    CREATE TRIGGER claim_step_no_replace BEFORE INSERT ON claim_step
    WHEN EXISTS (
      SELECT 1 FROM claim_step WHERE practice_id = NEW.practice_id
      AND claim_number = NEW.claim_number AND position = NEW.position
    )
    BEGIN SELECT RAISE(ABORT, 'the history of a claim is insert only'); END
    """,
)
GUARDS_POSTGRES = (
    """
    CREATE FUNCTION paper_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'papers are kept as they were issued'
      USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER superbill_no_update BEFORE UPDATE ON superbill
    FOR EACH ROW WHEN (
      OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL OR ROW(
        NEW.practice_id, NEW.number, NEW.client_number, NEW.issued_on,
        NEW.made_at, NEW.user_name, NEW.content, NEW.replaces
      ) IS DISTINCT FROM ROW(
        OLD.practice_id, OLD.number, OLD.client_number, OLD.issued_on,
        OLD.made_at, OLD.user_name, OLD.content, OLD.replaces
      )
    ) EXECUTE FUNCTION paper_is_kept()
    """,
    """
    CREATE TRIGGER superbill_no_delete BEFORE DELETE ON superbill
    FOR EACH ROW EXECUTE FUNCTION paper_is_kept()
    """,
    """
    CREATE TRIGGER superbill_no_truncate BEFORE TRUNCATE ON superbill
    FOR EACH STATEMENT EXECUTE FUNCTION paper_is_kept()
    """,
    """
    CREATE TRIGGER claim_step_no_change BEFORE UPDATE OR DELETE ON claim_step
    FOR EACH ROW EXECUTE FUNCTION paper_is_kept()
    """,
    """
    CREATE TRIGGER claim_step_no_truncate BEFORE TRUNCATE ON claim_step
    FOR EACH STATEMENT EXECUTE FUNCTION paper_is_kept()
    """,
)


def upgrade() -> None:
    make_profiles()
    make_papers()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in GUARDS_SQLITE if on_sqlite else GUARDS_POSTGRES:
        op.execute(statement)


def make_profiles() -> None:
    """Make the tables of what papers say of people and insurers."""
    op.create_table(
        "practice_profile",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("legal_name", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("tin", sa.String(), nullable=False),
        sa.Column("tin_kind", sa.String(), nullable=False),
        sa.Column("npi", sa.String(), nullable=False),
        sa.Column("taxonomy", sa.String(), nullable=False),
        sa.Column("payee", sa.String(), nullable=False),
        sa.Column("footer", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("submitter_id", sa.String(), nullable=False),
        sa.Column("receiver_name", sa.String(), nullable=False),
        sa.Column("receiver_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_practice_profile_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", name="pk_practice_profile"),
    )
    op.create_table(
        "practitioner_profile",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("user_name", CODE, nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("credentials", sa.String(), nullable=False),
        sa.Column("npi", sa.String(), nullable=False),
        sa.Column("taxonomy", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("licence_state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "user_name"],
            ["app_user.practice_id", "app_user.name"],
            name="fk_practitioner_profile_practice_id_user_name",
        ),
        sa.PrimaryKeyConstraint("practice_id", "user_name", name="pk_practitioner_profile"),
    )
    op.create_table(
        "client_profile",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("client_number", CODE, nullable=False),
        sa.Column("sex", sa.String(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_number"],
            ["client.practice_id", "client.number"],
            name="fk_client_profile_practice_id_client_number",
        ),
        sa.PrimaryKeyConstraint("practice_id", "client_number", name="pk_client_profile"),
    )
    op.create_table(
        "payer",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("filing", sa.String(), nullable=False),
        sa.Column("fees_forbidden", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_payer_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_payer"),
    )
    op.create_table(
        "coverage",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("client_number", CODE, nullable=False),
        sa.Column("payer_id", CODE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("group_number", sa.String(), nullable=False),
        sa.Column("relationship", sa.String(), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_number"],
            ["client.practice_id", "client.number"],
            name="fk_coverage_practice_id_client_number",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "payer_id"],
            ["payer.practice_id", "payer.id"],
            name="fk_coverage_practice_id_payer_id",
        ),
        sa.PrimaryKeyConstraint("practice_id", "client_number", "payer_id", name="pk_coverage"),
    )


def make_papers() -> None:
    """Make the tables of what was issued."""
    op.create_table(
        "paper_count",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_paper_count_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "kind", name="pk_paper_count"),
    )
    op.create_table(
        "superbill",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("client_number", CODE, nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("user_name", CODE, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("replaces", sa.BigInteger(), nullable=True),
        sa.Column("voided_at", sa.BigInteger(), nullable=True),
        sa.Column("voided_by", CODE, nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_number"],
            ["client.practice_id", "client.number"],
            name="fk_superbill_practice_id_client_number",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "replaces"],
            ["superbill.practice_id", "superbill.number"],
            name="fk_superbill_practice_id_replaces",
        ),
        sa.PrimaryKeyConstraint("practice_id", "number", name="pk_superbill"),
    )
    op.create_index("ix_superbill_client", "superbill", ["practice_id", "client_number"])
    op.create_table(
        "claim",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("bill_id", CODE, nullable=False),
        sa.Column("client_number", CODE, nullable=False),
        sa.Column("payer_id", CODE, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "bill_id"],
            ["bill.practice_id", "bill.id"],
            name="fk_claim_practice_id_bill_id",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_number"],
            ["client.practice_id", "client.number"],
            name="fk_claim_practice_id_client_number",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "payer_id"],
            ["payer.practice_id", "payer.id"],
            name="fk_claim_practice_id_payer_id",
        ),
        sa.PrimaryKeyConstraint("practice_id", "number", name="pk_claim"),
    )
    op.create_index("ix_claim_bill", "claim", ["practice_id", "bill_id"])
    op.create_index("ix_claim_client", "claim", ["practice_id", "client_number"])
    op.create_index("ix_claim_state", "claim", ["practice_id", "state"])
    op.create_table(
        "claim_step",
        sa.Column("practice_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("claim_number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("user_name", CODE, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "claim_number"],
            ["claim.practice_id", "claim.number"],
            name="fk_claim_step_practice_id_claim_number",
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "claim_number", "position", name="pk_claim_step"
        ),
    )


def downgrade() -> None:
    for table in (
        "claim_step",
        "claim",
        "superbill",
        "paper_count",
        "coverage",
        "payer",
        "client_profile",
        "practitioner_profile",
        "practice_profile",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION paper_is_kept()")
