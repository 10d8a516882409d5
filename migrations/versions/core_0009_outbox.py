"""Messages and scheduled runs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from klankbord.db import wall

revision = "core_0009"
down_revision = "core_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "message",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "paused",
                "dead",
                "withdrawn",
                name="messagestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "fault",
            sa.Enum(
                "",
                "unsafe_hour",
                "unreachable",
                "busy",
                "refused",
                "broken",
                "no_address",
                "plugin_off",
                "do_not_mail",
                "no_consent",
                "disabled",
                "not_needed",
                "by_admin",
                name="fault",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("message_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("message_tenant_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("message_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("message_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "dedupe_key", name=op.f("message_tenant_id_dedupe_key_key")
        ),
    )
    op.create_index(
        op.f("message_tenant_id_state_next_try_at_index"),
        "message",
        ["tenant_id", "state", "next_try_at"],
        unique=False,
    )
    for statement in wall("message"):
        op.execute(statement)
    op.create_table(
        "scheduled_run",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("schedule", sa.String(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("scheduled_run_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("scheduled_run_pkey")),
        sa.UniqueConstraint(
            "tenant_id",
            "schedule",
            "slot",
            name=op.f("scheduled_run_tenant_id_schedule_slot_key"),
        ),
    )
    for statement in wall("scheduled_run"):
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("scheduled_run")
    op.drop_table("message")
