"""The access log."""

import sqlalchemy as sa
from alembic import op

from klankbord.db import wall

revision = "core_0010"
down_revision = "core_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "audit_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "create",
                "read",
                "update",
                "delete",
                "export",
                "refused",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "ground",
            sa.Enum(
                "own",
                "relation",
                "role",
                "consent",
                "emergency",
                "system",
                "none",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("audit_entry_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("audit_entry_pkey")),
    )
    op.create_index(
        op.f("audit_entry_tenant_id_at_index"),
        "audit_entry",
        ["tenant_id", "at"],
        unique=False,
    )
    op.create_index(
        op.f("audit_entry_tenant_id_client_id_at_index"),
        "audit_entry",
        ["tenant_id", "client_id", "at"],
        unique=False,
    )
    for statement in wall("audit_entry", "select, insert"):
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("audit_entry")
