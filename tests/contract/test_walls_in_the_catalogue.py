"""`klankbord db check` finds nothing in our schema, and every fault that is planted."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from klankbord.schema.check import faults
from klankbord.testing.servers import environment_of

KLANKBORD = Path(sys.executable).with_name("klankbord")


def check(databases, valkey):
    return subprocess.run(
        [KLANKBORD, "db", "check"],
        env=environment_of(databases, valkey),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_schema_has_no_fault(databases, valkey):
    done = check(databases, valkey)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


TABLE = "create table planted (tenant_id uuid, id uuid, name text, {rest})"
KEY = "primary key (tenant_id, id)"
SECURE = (
    "alter table planted enable row level security",
    "alter table planted force row level security",
)
POLICY = (
    "create policy tenant on planted using"
    " (tenant_id = nullif(current_setting('klankbord.tenant', true), '')::uuid)"
    " with check"
    " (tenant_id = nullif(current_setting('klankbord.tenant', true), '')::uuid)"
)
SOUND = (TABLE.format(rest=KEY), *SECURE, POLICY)

PLANTED = {
    "not forced": (["alter table team no force row level security"], "team: row-level"),
    "disabled": (["alter table team disable row level security"], "team: row-level"),
    "no policy": (["drop policy tenant on team"], "team: needs exactly one policy"),
    "a second policy": (
        ["create policy more on team using (true)"],
        "team: needs exactly one policy",
    ),
    "a lax policy": (
        ["drop policy tenant on team", "create policy tenant on team using (true)"],
        "team: needs exactly one policy",
    ),
    "key without tenant": (
        [TABLE.format(rest="primary key (id)"), *SECURE, POLICY],
        "planted: the primary key",
    ),
    "no wall at all": (["create table planted (id uuid primary key)"], "planted: row"),
    "global unique": (
        [*SOUND, "alter table planted add unique (name)"],
        "a unique index must start",
    ),
    "plain foreign key": (
        [
            "alter table team add unique (id)",
            "alter table account add constraint planted foreign key (team_id)"
            " references team (id)",
        ],
        "planted: a foreign key",
    ),
    "set null of all": (
        [
            "alter table account add constraint planted foreign key"
            " (tenant_id, team_id) references team on delete set null"
        ],
        "planted: SET NULL",
    ),
    "reference into owned": (
        [
            "alter table due add team_id uuid",
            "alter table due add constraint planted foreign key"
            " (tenant_id, team_id) references team",
        ],
        "planted: a tenant-free",
    ),
    "sequence": (
        [*SOUND, "alter table planted add number int generated always as identity"],
        "planted.number: an owned table has no sequence",
    ),
    "owner's view": (["create view planted as select * from team"], "planted: a view"),
    "materialised view": (
        ["create materialized view planted as select * from team"],
        "planted: a materialised view",
    ),
    "owner's function": (
        [
            "create function planted() returns bigint language sql security definer"
            " as 'select count(*) from team'"
        ],
        "planted: a function",
    ),
    "truncate": (["grant truncate on team to klankbord_app"], "team: klankbord_app"),
    "a writing backup": (
        ["grant update on team to klankbord_backup"],
        "team: klankbord_backup",
    ),
}
ROLES = {
    "past the walls": ("alter role klankbord_app bypassrls", "klankbord_app: must be"),
    "superuser": ("alter role klankbord_owner superuser", "klankbord_owner: must be"),
    "a superuser's backup": (
        "alter role klankbord_backup superuser",
        "klankbord_backup: must be",
    ),
    "reads all": (
        "grant pg_read_all_data to klankbord_operator",
        "klankbord_operator: must not be in the role pg_read_all_data",
    ),
    "a backup that writes all": (
        "grant pg_write_all_data to klankbord_backup",
        "klankbord_backup: must not be in the role pg_write_all_data",
    ),
    "one as another": (
        "grant klankbord_backup to klankbord_app",
        "klankbord_app: must not be in the role klankbord_backup",
    ),
}


@pytest.mark.parametrize(("statements", "fault"), PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_fault_is_found(databases, statements, fault):
    engine = create_engine(databases.owner_url)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
        found = faults(connection)
        connection.rollback()
        assert faults(connection) == []
    engine.dispose()
    assert any(line.startswith(fault) or fault in line for line in found), found


@pytest.mark.parametrize(("statement", "fault"), ROLES.values(), ids=ROLES.keys())
def test_a_role_with_too_many_rights_is_found(databases, statement, fault):
    as_superuser = make_url(databases.owner_url).set(username="postgres")
    engine = create_engine(as_superuser)
    with engine.connect() as connection:
        connection.execute(text(statement))
        found = faults(connection)
        connection.rollback()
        assert faults(connection) == []
    engine.dispose()
    assert any(line.startswith(fault) for line in found), found


def test_the_command_names_the_fault_and_fails(own_databases, valkey):
    engine = create_engine(own_databases.owner_url)
    with engine.begin() as connection:
        connection.execute(text("alter table team no force row level security"))
    engine.dispose()
    done = check(own_databases, valkey)
    assert done.returncode == 1
    assert "team: row-level security" in done.stdout
