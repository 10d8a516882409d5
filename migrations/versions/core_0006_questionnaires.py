"""Instruments and answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from klankbord.db import wall

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None


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
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
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
            ondelete="RESTRICT",
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
        op.f("answer_set_tenant_id_client_id_index"),
        "answer_set",
        ["tenant_id", "client_id"],
        unique=False,
    )
    op.create_index(
        op.f("answer_set_tenant_id_subject_id_client_id_account_id_index"),
        "answer_set",
        ["tenant_id", "subject_id", "client_id", "account_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    for statement in wall("answer_set"):
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
    for statement in wall("answer"):
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("answer")
    op.drop_table("answer_set")
    op.drop_table("instrument_version")
    op.drop_table("instrument")
