"""Parts, cards, lines and what stood on them before."""

import sqlalchemy as sa
from alembic import op

from klankbord.db import wall

revision = "startvragen_0001"
down_revision = None
branch_labels = ("startvragen",)
depends_on = "core_0010"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "startvragen_part",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fits_on", sa.Date(), nullable=True),
        sa.Column("as_child", sa.Boolean(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["case_file.tenant_id", "case_file.id"],
            name=op.f("startvragen_part_tenant_id_case_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("startvragen_part_tenant_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "read_by_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("startvragen_part_tenant_id_read_by_id_fkey"),
            ondelete="SET NULL (read_by_id)",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("startvragen_part_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("startvragen_part_pkey")),
        sa.UniqueConstraint(
            "tenant_id",
            "case_id",
            "client_id",
            name=op.f("startvragen_part_tenant_id_case_id_client_id_key"),
        ),
    )
    op.create_index(
        op.f("startvragen_part_tenant_id_client_id_index"),
        "startvragen_part",
        ["tenant_id", "client_id"],
        unique=False,
    )
    for statement in wall("startvragen_part"):
        op.execute(statement)
    op.create_table(
        "startvragen_card",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("startvragen_card_tenant_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "part_id"],
            ["startvragen_part.tenant_id", "startvragen_part.id"],
            name=op.f("startvragen_card_tenant_id_part_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "worker_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("startvragen_card_tenant_id_worker_id_fkey"),
            ondelete="SET NULL (worker_id)",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("startvragen_card_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("startvragen_card_pkey")),
    )
    op.create_index(
        "startvragen_card_one_going_on",
        "startvragen_card",
        ["tenant_id", "part_id"],
        unique=True,
        postgresql_where=sa.text("drawn_up_at is null"),
    )
    op.create_index(
        op.f("startvragen_card_tenant_id_client_id_index"),
        "startvragen_card",
        ["tenant_id", "client_id"],
        unique=False,
    )
    op.create_index(
        op.f("startvragen_card_tenant_id_sent_at_index"),
        "startvragen_card",
        ["tenant_id", "sent_at"],
        unique=False,
        postgresql_where=sa.text("drawn_up_at is null"),
    )
    for statement in wall("startvragen_card"):
        op.execute(statement)
    op.create_table(
        "startvragen_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("answers_id", sa.Uuid(), nullable=False),
        sa.Column("choice", sa.String(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("new_worker", sa.Boolean(), nullable=False),
        sa.Column("expert", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("startvragen_line_tenant_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "part_id"],
            ["startvragen_part.tenant_id", "startvragen_part.id"],
            name=op.f("startvragen_line_tenant_id_part_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "worker_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("startvragen_line_tenant_id_worker_id_fkey"),
            ondelete="SET NULL (worker_id)",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("startvragen_line_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("startvragen_line_pkey")),
        sa.UniqueConstraint(
            "tenant_id",
            "part_id",
            "topic",
            name=op.f("startvragen_line_tenant_id_part_id_topic_key"),
        ),
    )
    op.create_index(
        op.f("startvragen_line_tenant_id_client_id_index"),
        "startvragen_line",
        ["tenant_id", "client_id"],
        unique=False,
    )
    for statement in wall("startvragen_line"):
        op.execute(statement)
    op.create_table(
        "startvragen_earlier_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("answers_id", sa.Uuid(), nullable=False),
        sa.Column("choice", sa.String(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("startvragen_earlier_line_tenant_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "line_id"],
            ["startvragen_line.tenant_id", "startvragen_line.id"],
            name=op.f("startvragen_earlier_line_tenant_id_line_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("startvragen_earlier_line_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "id", name=op.f("startvragen_earlier_line_pkey")
        ),
    )
    op.create_index(
        op.f("startvragen_earlier_line_tenant_id_client_id_index"),
        "startvragen_earlier_line",
        ["tenant_id", "client_id"],
        unique=False,
    )
    op.create_index(
        op.f("startvragen_earlier_line_tenant_id_line_id_index"),
        "startvragen_earlier_line",
        ["tenant_id", "line_id"],
        unique=False,
    )
    for statement in wall("startvragen_earlier_line"):
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("startvragen_earlier_line")
    op.drop_table("startvragen_line")
    op.drop_table("startvragen_card")
    op.drop_table("startvragen_part")
