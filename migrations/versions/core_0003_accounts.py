"""Accounts, sessions and links."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from klankbord.db import wall

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "account",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("young", sa.Boolean(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("working_days", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_used", sa.Integer(), nullable=False),
        sa.Column(
            "recovery_code_hashes", postgresql.ARRAY(sa.String()), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("account_tenant_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "team_id"],
            ["team.tenant_id", "team.id"],
            name=op.f("account_tenant_id_team_id_fkey"),
            ondelete="SET NULL (team_id)",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("account_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("account_pkey")),
    )
    op.create_index(
        op.f("account_tenant_id_client_id_index"),
        "account",
        ["tenant_id", "client_id"],
        unique=True,
    )
    op.create_index(
        op.f("account_tenant_id_email_index"),
        "account",
        ["tenant_id", "email"],
        unique=True,
    )
    for statement in wall("account"):
        op.execute(statement)
    op.create_table(
        "account_session",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("own_device", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_for", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("account_session_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("account_session_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("account_session_pkey")),
    )
    op.create_index(
        op.f("account_session_tenant_id_account_id_index"),
        "account_session",
        ["tenant_id", "account_id"],
        unique=False,
    )
    op.create_index(
        op.f("account_session_tenant_id_token_hash_index"),
        "account_session",
        ["tenant_id", "token_hash"],
        unique=True,
    )
    for statement in wall("account_session"):
        op.execute(statement)
    op.create_table(
        "sign_in_link",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "sign_in",
                "set_up",
                "new_password",
                name="linkpurpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("sign_in_link_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("sign_in_link_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("sign_in_link_pkey")),
    )
    op.create_index(
        op.f("sign_in_link_tenant_id_account_id_index"),
        "sign_in_link",
        ["tenant_id", "account_id"],
        unique=False,
    )
    op.create_index(
        op.f("sign_in_link_tenant_id_token_hash_index"),
        "sign_in_link",
        ["tenant_id", "token_hash"],
        unique=True,
    )
    for statement in wall("sign_in_link"):
        op.execute(statement)
    op.create_table(
        "counted_tries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("counted_tries_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("counted_tries_pkey")),
    )
    op.create_index(
        op.f("counted_tries_tenant_id_what_index"),
        "counted_tries",
        ["tenant_id", "what"],
        unique=True,
    )
    for statement in wall("counted_tries"):
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("counted_tries")
    op.drop_table("sign_in_link")
    op.drop_table("account_session")
    op.drop_table("account")
