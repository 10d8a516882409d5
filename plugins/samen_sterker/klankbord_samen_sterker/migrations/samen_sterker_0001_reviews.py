"""Reviews and kept copies."""

import sqlalchemy as sa
from alembic import op

from klankbord.db import wall

revision = "samen_sterker_0001"
down_revision = None
branch_labels = ("samen_sterker",)
depends_on = "core_0010"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "samen_sterker_review",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column(
            "trigger",
            sa.Enum(
                "cycle",
                "client",
                "worker",
                "hard_event",
                name="trigger",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "open",
                "one_party_done",
                "both_done",
                "revealed",
                "discussed",
                "closed",
                "expired",
                "cancelled",
                name="reviewstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("client_answers_id", sa.Uuid(), nullable=True),
        sa.Column("client_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker_answers_id", sa.Uuid(), nullable=True),
        sa.Column("worker_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shared_early_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "cancel_reason",
            sa.Enum(
                "change_of_worker",
                "case_ended",
                "declined",
                name="cancelreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["case_file.tenant_id", "case_file.id"],
            name=op.f("samen_sterker_review_tenant_id_case_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("samen_sterker_review_tenant_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "worker_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("samen_sterker_review_tenant_id_worker_id_fkey"),
            ondelete="NO ACTION",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("samen_sterker_review_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "id", name=op.f("samen_sterker_review_pkey")
        ),
    )
    op.create_index(
        "samen_sterker_review_one_sealed",
        "samen_sterker_review",
        ["tenant_id", "worker_id", "client_id"],
        unique=True,
        postgresql_where=sa.text(
            "state in ('planned', 'open', 'one_party_done', 'both_done')"
        ),
    )
    op.create_index(
        op.f("samen_sterker_review_tenant_id_case_id_index"),
        "samen_sterker_review",
        ["tenant_id", "case_id"],
        unique=False,
    )
    op.create_index(
        op.f("samen_sterker_review_tenant_id_client_id_index"),
        "samen_sterker_review",
        ["tenant_id", "client_id"],
        unique=False,
    )
    op.create_index(
        op.f("samen_sterker_review_tenant_id_state_due_on_index"),
        "samen_sterker_review",
        ["tenant_id", "state", "due_on"],
        unique=False,
    )
    for statement in wall("samen_sterker_review"):
        op.execute(statement)
    op.create_table(
        "samen_sterker_kept_copy",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("samen_sterker_kept_copy_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("samen_sterker_kept_copy_tenant_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "review_id"],
            ["samen_sterker_review.tenant_id", "samen_sterker_review.id"],
            name=op.f("samen_sterker_kept_copy_tenant_id_review_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("samen_sterker_kept_copy_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "id", name=op.f("samen_sterker_kept_copy_pkey")
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "review_id",
            "account_id",
            name=op.f("samen_sterker_kept_copy_tenant_id_review_id_account_id_key"),
        ),
    )
    for statement in wall("samen_sterker_kept_copy"):
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("samen_sterker_kept_copy")
    op.drop_table("samen_sterker_review")
