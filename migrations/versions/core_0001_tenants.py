"""Organisations, and what every feature needs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from klankbord.db import POLICY, wall

revision = "core_0001"
down_revision = None
branch_labels = ("core",)
depends_on = None


# Everybody may read which tenants there are; a tenant raises its own revision only.
SELF = POLICY.replace("tenant_id", "id", 1)
TENANT_WALL = (
    "alter table tenant enable row level security",
    "create policy everybody_reads on tenant for select using (true)",
    f"create policy own_revision on tenant for update to klankbord_app using ({SELF})",
    "create policy operator on tenant to klankbord_operator using (true)",
    "grant select, update (revision) on tenant to klankbord_app",
    "grant select, insert, update, delete on tenant to klankbord_operator",
)
OPERATOR_GRANTS = (
    "grant select, insert, update, delete on tenant_host to klankbord_operator",
    "grant select, insert, update on tenant_profile to klankbord_operator",
    "grant select, insert, update on tenant_plugin to klankbord_operator",
    "grant insert on due to klankbord_operator",
)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "tenant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "suspended",
                "closed",
                name="tenantstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("tenant_pkey")),
        sa.UniqueConstraint("slug", name=op.f("tenant_slug_key")),
    )
    for statement in TENANT_WALL:
        op.execute(statement)
    op.create_table(
        "tenant_host",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("canonical", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("tenant_host_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("host", name=op.f("tenant_host_pkey")),
    )
    op.execute("grant select on tenant_host to klankbord_app")
    op.create_table(
        "tenant_profile",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("formal", sa.Boolean(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("theme", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column(
            "phone_numbers", postgresql.JSONB(astext_type=sa.Text()), nullable=False
        ),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("policies", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("tenant_profile_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("tenant_profile_pkey")),
        sa.UniqueConstraint("tenant_id", name=op.f("tenant_profile_tenant_id_key")),
    )
    for statement in wall("tenant_profile"):
        op.execute(statement)
    op.create_table(
        "tenant_plugin",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plugin", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "allowed",
                "on",
                "frozen",
                name="pluginstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("tenant_plugin_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("tenant_plugin_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "plugin", name=op.f("tenant_plugin_tenant_id_plugin_key")
        ),
    )
    for statement in wall("tenant_plugin"):
        op.execute(statement)
    op.create_table(
        "due",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("due_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("due_pkey")),
    )
    op.create_index(op.f("due_at_index"), "due", ["at"], unique=False)
    op.execute("grant select, insert, update, delete on due to klankbord_app")
    op.create_table(
        "remembered_request",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("remembered_request_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "id", name=op.f("remembered_request_pkey")
        ),
    )
    for statement in wall("remembered_request"):
        op.execute(statement)
    for statement in OPERATOR_GRANTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("remembered_request")
    op.drop_table("due")
    op.drop_table("tenant_plugin")
    op.drop_table("tenant_profile")
    op.drop_table("tenant_host")
    op.drop_table("tenant")
