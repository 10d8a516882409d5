"""Instruments and answers, and what the database itself refuses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from klankbord.db import wall

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None

# A published wording never changes, whoever asks: answers point to it.
# Clocks of web servers and of the database may differ a little: hence the minute.
GUARDS = (
    """
    create function instrument_version_stays() returns trigger language plpgsql as $$
    begin
        if old.state <> 'draft' and (
            new.state = 'draft'
            or (new.tenant_id, new.id, new.instrument_id, new.number)
                is distinct from
                (old.tenant_id, old.id, old.instrument_id, old.number)
            or new.definition is distinct from old.definition
            or new.shipped_hash is distinct from old.shipped_hash
            or new.published_at is distinct from old.published_at
        ) then
            raise exception 'a published version never changes'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$
    """,
    """
    create trigger instrument_version_stays before update on instrument_version
        for each row execute function instrument_version_stays()
    """,
    """
    create function answer_set_stays() returns trigger language plpgsql as $$
    begin
        if (new.tenant_id, new.id, new.version_id, new.questionnaire, new.subject_id)
            is distinct from
            (old.tenant_id, old.id, old.version_id, old.questionnaire, old.subject_id)
            or new.client_id is distinct from old.client_id
            or new.account_id is distinct from old.account_id
        then
            raise exception 'answers belong to one person and one subject'
                using errcode = 'restrict_violation';
        end if;
        if old.state = 'sent' and new.sent_at is distinct from old.sent_at and (
            new.state = 'sent'
            or old.sent_at < clock_timestamp() - interval '6 minutes'
        ) then
            raise exception 'answers that were sent are final after five minutes'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$
    """,
    """
    create trigger answer_set_stays before update on answer_set
        for each row execute function answer_set_stays()
    """,
    """
    create function answer_stays() returns trigger language plpgsql as $$
    begin
        raise exception 'an answer is never overwritten'
            using errcode = 'restrict_violation';
    end $$
    """,
    """
    create trigger answer_stays before update on answer
        for each row execute function answer_stays()
    """,
    """
    create function answer_enters_draft() returns trigger language plpgsql as $$
    begin
        if exists (
            select from added join answer_set
                on answer_set.tenant_id = added.tenant_id
                and answer_set.id = added.answer_set_id
            where answer_set.state <> 'draft'
        ) then
            raise exception 'these answers were sent already'
                using errcode = 'restrict_violation';
        end if;
        return null;
    end $$
    """,
    """
    create trigger answer_enters_draft after insert on answer
        referencing new table as added
        for each statement execute function answer_enters_draft()
    """,
)
FUNCTIONS = (
    "instrument_version_stays",
    "answer_set_stays",
    "answer_stays",
    "answer_enters_draft",
)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "instrument",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("plugin", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("instrument_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("instrument_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "key", name=op.f("instrument_tenant_id_key_key")
        ),
    )
    for statement in wall("instrument"):
        op.execute(statement)
    op.create_table(
        "instrument_version",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "retired",
                name="versionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False
        ),
        sa.Column("shipped_hash", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "instrument_id"],
            ["instrument.tenant_id", "instrument.id"],
            name=op.f("instrument_version_tenant_id_instrument_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("instrument_version_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "id", name=op.f("instrument_version_pkey")
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "instrument_id",
            "number",
            name=op.f("instrument_version_tenant_id_instrument_id_number_key"),
        ),
    )
    for statement in wall("instrument_version"):
        op.execute(statement)
    op.create_table(
        "answer_set",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "parent",
                "youth",
                "child",
                "worker",
                name="respondentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "self",
                "with_help",
                "passed_phone",
                name="answermode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column(
            "rendering",
            sa.Enum(
                "standard",
                "easy",
                "pictures",
                name="rendering",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "sent",
                name="answersetstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at is not null)",
            name=op.f("answer_set_sent_at_check"),
        ),
        sa.CheckConstraint(
            "(client_id is null) <> (account_id is null)",
            name=op.f("answer_set_one_person_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("answer_set_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("answer_set_tenant_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "version_id"],
            ["instrument_version.tenant_id", "instrument_version.id"],
            name=op.f("answer_set_tenant_id_version_id_fkey"),
            ondelete="NO ACTION",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("answer_set_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("answer_set_pkey")),
    )
    op.create_index(
        "answer_set_one_per_person_index",
        "answer_set",
        ["tenant_id", "subject_id", "questionnaire", "client_id", "account_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        op.f("answer_set_tenant_id_client_id_index"),
        "answer_set",
        ["tenant_id", "client_id"],
        unique=False,
    )
    for statement in wall("answer_set"):
        op.execute(statement)
    op.create_table(
        "answer_draft",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("answer_set_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("choice", sa.String(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("skipped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "answer_set_id"],
            ["answer_set.tenant_id", "answer_set.id"],
            name=op.f("answer_draft_tenant_id_answer_set_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("answer_draft_tenant_id_owner_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("answer_draft_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("answer_draft_pkey")),
        sa.UniqueConstraint(
            "tenant_id",
            "answer_set_id",
            "item",
            name=op.f("answer_draft_tenant_id_answer_set_id_item_key"),
        ),
    )
    for statement in wall("answer_draft"):
        op.execute(statement)
    op.create_table(
        "answer",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("answer_set_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("choice", sa.String(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("skipped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "answer_set_id"],
            ["answer_set.tenant_id", "answer_set.id"],
            name=op.f("answer_tenant_id_answer_set_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("answer_tenant_id_owner_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("answer_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("answer_pkey")),
        sa.UniqueConstraint(
            "tenant_id",
            "answer_set_id",
            "item",
            name=op.f("answer_tenant_id_answer_set_id_item_key"),
        ),
    )
    for statement in wall("answer", "select, insert, delete"):
        op.execute(statement)
    for statement in GUARDS:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("answer")
    op.drop_table("answer_draft")
    op.drop_table("answer_set")
    op.drop_table("instrument_version")
    op.drop_table("instrument")
    for function in FUNCTIONS:
        op.execute(f"drop function {function}()")
