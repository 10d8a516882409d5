"""Action points."""

import sqlalchemy as sa
from alembic import op

from klankbord.db import wall

revision = "core_0008"
down_revision = "core_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "action_point",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("by_client", sa.Boolean(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("said_on", sa.Date(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("by_when", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "kept",
                "not_kept",
                "withdrawn",
                name="actionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["case_file.tenant_id", "case_file.id"],
            name=op.f("action_point_tenant_id_case_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("action_point_tenant_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("action_point_tenant_id_owner_id_fkey"),
            ondelete="SET NULL (owner_id)",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("action_point_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("action_point_pkey")),
    )
    op.create_index(
        op.f("action_point_tenant_id_client_id_index"),
        "action_point",
        ["tenant_id", "client_id"],
        unique=False,
    )
    op.create_index(
        op.f("action_point_tenant_id_owner_id_state_index"),
        "action_point",
        ["tenant_id", "owner_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("action_point_tenant_id_source_source_id_index"),
        "action_point",
        ["tenant_id", "source", "source_id"],
        unique=False,
    )
    for statement in wall("action_point"):
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("action_point")
