"""The operator makes an organisation, lets it take everything along, and erases it."""

import json
import re
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from klankbord.db import TenantSession, open_engine
from klankbord.permissions import Role
from klankbord.schema.models import METADATA
from klankbord.tenants import register
from klankbord.testing.servers import environment_of
from klankbord.testing.tenants import Maker

KLANKBORD = Path(sys.executable).with_name("klankbord")
CREATE = ("--name", "Zilverwiek", "--host", "zilver.example", "--admin", "A@zilver.nl")


@pytest.fixture
def run(own_databases, valkey):
    def klankbord(*words, typed=None):
        return subprocess.run(
            [KLANKBORD, "tenant", *map(str, words)],
            env=environment_of(own_databases, valkey),
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    return klankbord


@pytest.fixture
def own_make(config, app, own_databases):  # noqa: ARG001 - the app opens the keyring
    urls = {
        "database_url": own_databases.app_url,
        "operator_database_url": own_databases.operator_url,
    }
    maker = Maker(replace(config, **urls))
    yield maker
    maker.close()
    maker.engine.dispose()
    maker.operator.dispose()


def rows_of(databases, tenant_id):
    """Count what is left of a tenant, table by table, as the owner of the tables."""
    engine = open_engine(databases.owner_url)
    owned = [one.name for one in METADATA.tables.values() if "tenant_id" in one.c]
    left = {}
    with TenantSession(engine, tenant_id) as session:
        for name in owned:
            query = text(f"select count(*) from {name} where tenant_id = :tenant_id")  # noqa: S608 - names of ours
            left[name] = session.scalar(query)
    engine.dispose()
    return {name: number for name, number in left.items() if number}


def keys_of(databases, tenant_id):
    engine = open_engine(databases.keys_url)
    with TenantSession(engine, tenant_id) as session:
        query = text("select count(*) from client_key where tenant_id = :tenant_id")
        found = session.scalar(query)
    engine.dispose()
    return found


def test_a_new_organisation_has_an_admin_with_a_link_to_begin(own_make, run):
    done = run("create", "zilverwiek", *CREATE)
    assert done.returncode == 0, done.stderr
    assert re.search(r"https://zilver\.example/u/\S{30,}", done.stdout)
    assert "zilverwiek\tactive\tzilver.example" in run("list").stdout
    facts = own_make.facts(register.find(own_make.operator, "zilverwiek"))
    assert facts.name == "Zilverwiek"
    assert not facts.plugins
    session = own_make.context_of(facts, own_make.staff(facts, Role.WORKER)).session
    admin = session.execute(
        text(
            "select email, roles from account"
            " where tenant_id = :tenant_id and 'tenant_admin' = any(roles)"
        )
    ).one()
    assert admin == ("a@zilver.nl", [Role.TENANT_ADMIN.value])
    mails = session.scalars(
        text("select template from message where tenant_id = :tenant_id")
    ).all()
    assert mails == ["accounts.set_up"]


def test_an_organisation_is_made_once(run):
    assert run("create", "zilverwiek", *CREATE).returncode == 0
    again = run("create", "zilverwiek", *CREATE)
    other = run("create", "zilverwiek2", *CREATE)
    assert (again.returncode, other.returncode) == (1, 1)
    assert "in use" in again.stderr
    assert "belongs to another organisation" in other.stderr


def test_what_is_wrong_is_said_before_anything_is_made(run):
    wrong = run("create", "Zilver!", *CREATE)
    nobody = run("create", "zilver", *CREATE[:-1], "nobody")
    assert (wrong.returncode, nobody.returncode) == (1, 1)
    assert "small letters" in wrong.stderr
    assert "an e-mail address" in nobody.stderr
    assert run("list").stdout == ""


def test_the_export_holds_this_organisation_whole_and_no_other(own_make, run, tmp_path):
    tenant, other = own_make.tenant("mine"), own_make.tenant("theirs")
    mother = own_make.family(tenant).mother
    own_make.family(other, worker=own_make.staff(other, name="Vreemde vogel"))
    file = tmp_path / "mine.json"
    done = run("export", "mine", file)
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = file.read_text()
    kept = json.loads(written)
    assert str(mother.client_id) in kept["clients"]
    assert {row["tenant_id"] for rows in kept["tables"].values() for row in rows} == {
        str(tenant.id)
    }
    for secret in ("Vreemde vogel", "password_hash", "token_hash", "totp_secret"):
        assert secret not in written
    again = run("export", "mine", file)
    assert again.returncode == 1
    assert "File exists" in again.stderr
    assert file.read_text() == written


def test_an_export_needs_the_owner_because_it_reads_content(
    own_databases, valkey, own_make, tmp_path
):
    own_make.tenant("mine")
    environment = environment_of(own_databases, valkey)
    del environment["KLANKBORD_OWNER_DATABASE_URL"]
    done = subprocess.run(
        [KLANKBORD, "tenant", "export", "mine", tmp_path / "mine.json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Set KLANKBORD_OWNER_DATABASE_URL" in done.stderr
    assert not (tmp_path / "mine.json").exists()


def test_deleting_erases_every_row_and_key_of_this_organisation_only(
    own_make, own_databases, run
):
    tenant, other = own_make.tenant("mine"), own_make.tenant("theirs")
    own_make.family(tenant)
    own_make.family(other)
    for one in (tenant, other):
        engine = open_engine(own_databases.keys_url)
        with TenantSession(engine, one.id) as session:
            query = "insert into client_key values (:tenant_id, :tenant_id, 'x')"
            session.execute(text(query))
            session.commit()
        engine.dispose()
    assert run("suspend", "mine").returncode == 0
    done = run("delete", "mine", typed="mine\n")
    assert done.returncode == 0, done.stderr
    assert rows_of(own_databases, tenant.id) == {}
    assert keys_of(own_databases, tenant.id) == 0
    assert rows_of(own_databases, other.id)["client"] == 3
    assert keys_of(own_databases, other.id) == 1
    assert run("list").stdout == "theirs\tactive\ttheirs.example\n"


def test_an_organisation_in_use_is_not_erased_and_a_wrong_name_stops_it(
    own_make, own_databases, run
):
    tenant = own_make.tenant("mine")
    active = run("delete", "mine", typed="mine\n")
    assert active.returncode == 1
    assert "tenant close mine" in active.stderr
    run("close", "mine")
    wrong = run("delete", "mine", typed="mien\n")
    assert wrong.returncode == 1
    assert "Nothing was erased" in wrong.stderr
    assert "There is no organisation nobody" in run("delete", "nobody").stderr
    assert rows_of(own_databases, tenant.id)["tenant_profile"] == 1
