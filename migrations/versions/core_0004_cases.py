"""Cases, custody, appointments and consent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from klankbord.db import wall

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None


def _one_of(name: str, *values: str) -> sa.Enum:
    """Return text with a CHECK, as the models have it."""
    return sa.Enum(
        *values, name=name, native_enum=False, create_constraint=True, length=40
    )


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "custody",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=False),
        sa.Column("youth_id", sa.Uuid(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("custody_tenant_id_parent_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "youth_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("custody_tenant_id_youth_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("custody_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("custody_pkey")),
    )
    op.create_index(
        op.f("custody_tenant_id_parent_id_index"),
        "custody",
        ["tenant_id", "parent_id"],
        unique=False,
    )
    op.create_index(
        op.f("custody_tenant_id_youth_id_index"),
        "custody",
        ["tenant_id", "youth_id"],
        unique=False,
    )
    for statement in wall("custody"):
        op.execute(statement)
    op.create_table(
        "case_file",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column(
            "measure",
            _one_of(
                "measurekind",
                "supervision_order",
                "provisional_supervision_order",
                "guardianship",
                "youth_probation",
            ),
            nullable=False,
        ),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("deputy_id", sa.Uuid(), nullable=True),
        sa.Column("expert_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "deputy_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("case_file_tenant_id_deputy_id_fkey"),
            ondelete="SET NULL (deputy_id)",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "expert_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("case_file_tenant_id_expert_id_fkey"),
            ondelete="SET NULL (expert_id)",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "family_id"],
            ["family.tenant_id", "family.id"],
            name=op.f("case_file_tenant_id_family_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "team_id"],
            ["team.tenant_id", "team.id"],
            name=op.f("case_file_tenant_id_team_id_fkey"),
            ondelete="SET NULL (team_id)",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "worker_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("case_file_tenant_id_worker_id_fkey"),
            ondelete="SET NULL (worker_id)",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("case_file_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("case_file_pkey")),
    )
    op.create_index(
        op.f("case_file_tenant_id_family_id_index"),
        "case_file",
        ["tenant_id", "family_id"],
        unique=False,
    )
    op.create_index(
        op.f("case_file_tenant_id_worker_id_index"),
        "case_file",
        ["tenant_id", "worker_id"],
        unique=False,
    )
    for statement in wall("case_file"):
        op.execute(statement)
    op.create_table(
        "case_member",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["case_file.tenant_id", "case_file.id"],
            name=op.f("case_member_tenant_id_case_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("case_member_tenant_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("case_member_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("case_member_pkey")),
        sa.UniqueConstraint(
            "tenant_id",
            "case_id",
            "client_id",
            name=op.f("case_member_tenant_id_case_id_client_id_key"),
        ),
    )
    op.create_index(
        op.f("case_member_tenant_id_client_id_index"),
        "case_member",
        ["tenant_id", "client_id"],
        unique=False,
    )
    for statement in wall("case_member"):
        op.execute(statement)
    op.create_table(
        "case_event",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            _one_of(
                "caseeventkind",
                "hearing",
                "out_of_home_placement",
                "change_of_worker",
                "end_talk",
                "end",
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["case_file.tenant_id", "case_file.id"],
            name=op.f("case_event_tenant_id_case_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("case_event_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("case_event_pkey")),
    )
    op.create_index(
        op.f("case_event_tenant_id_case_id_index"),
        "case_event",
        ["tenant_id", "case_id"],
        unique=False,
    )
    for statement in wall("case_event"):
        op.execute(statement)
    op.create_table(
        "appointment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["case_file.tenant_id", "case_file.id"],
            name=op.f("appointment_tenant_id_case_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("appointment_tenant_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "worker_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("appointment_tenant_id_worker_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("appointment_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("appointment_pkey")),
    )
    op.create_index(
        op.f("appointment_tenant_id_client_id_begins_at_index"),
        "appointment",
        ["tenant_id", "client_id", "begins_at"],
        unique=False,
    )
    op.create_index(
        op.f("appointment_tenant_id_worker_id_begins_at_index"),
        "appointment",
        ["tenant_id", "worker_id", "begins_at"],
        unique=False,
    )
    for statement in wall("appointment"):
        op.execute(statement)
    op.create_table(
        "consent",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            _one_of("purpose", "mail", "buddy", "story", "photo", "research"),
            nullable=False,
        ),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column(
            "way",
            _one_of("consentway", "portal", "spoken", "phone", "paper"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("consent_tenant_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "given_by"],
            ["client.tenant_id", "client.id"],
            name=op.f("consent_tenant_id_given_by_fkey"),
            ondelete="SET NULL (given_by)",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "recorded_by"],
            ["account.tenant_id", "account.id"],
            name=op.f("consent_tenant_id_recorded_by_fkey"),
            ondelete="SET NULL (recorded_by)",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("consent_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("consent_pkey")),
    )
    op.create_index(
        op.f("consent_tenant_id_client_id_index"),
        "consent",
        ["tenant_id", "client_id"],
        unique=False,
    )
    for statement in wall("consent"):
        op.execute(statement)
    op.create_table(
        "emergency_access",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reason",
            _one_of(
                "emergencyreason", "danger", "on_duty", "colleague_away", "client_asks"
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("emergency_access_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["case_file.tenant_id", "case_file.id"],
            name=op.f("emergency_access_tenant_id_case_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("emergency_access_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("emergency_access_pkey")),
    )
    op.create_index(
        op.f("emergency_access_tenant_id_account_id_expires_at_index"),
        "emergency_access",
        ["tenant_id", "account_id", "expires_at"],
        unique=False,
    )
    op.create_index(
        op.f("emergency_access_tenant_id_case_id_index"),
        "emergency_access",
        ["tenant_id", "case_id"],
        unique=False,
    )
    for statement in wall("emergency_access"):
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("emergency_access")
    op.drop_table("consent")
    op.drop_table("appointment")
    op.drop_table("case_event")
    op.drop_table("case_member")
    op.drop_table("case_file")
    op.drop_table("custody")
