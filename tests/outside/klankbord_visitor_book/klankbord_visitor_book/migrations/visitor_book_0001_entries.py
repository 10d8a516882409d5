"""Entries."""

import sqlalchemy as sa
from alembic import op

from klankbord.db import wall

revision = "visitor_book_0001"
down_revision = None
branch_labels = ("visitor_book",)
depends_on = "core_0002"


def upgrade() -> None:
    """Create the table and its walls."""
    op.create_table(
        "visitor_book_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("visitor_book_entry_tenant_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("visitor_book_entry_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "id", name=op.f("visitor_book_entry_pkey")
        ),
    )
    for statement in wall("visitor_book_entry"):
        op.execute(statement)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("visitor_book_entry")
