"""The life of plugins that were really installed; `test_outside_plugin.py` runs this.

Runs in a process of its own, where the folder of the installed plugins is on the path.
"""

import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import klankbord_visitor_book
import pytest

from klankbord.keepers import keepers
from klankbord.permissions import Role
from klankbord.plugin import installed_plugins
from klankbord.privacy.services import erase_person, export_person
from klankbord.tenants import register
from klankbord.tenants.description import read
from klankbord.testing.servers import environment_of
from klankbord.testing.tenants import visitor

BOOK = "/gastenboek"
METHOD = "/beheer/methodes/visitor_book"
WORDS = "Het was een fijn gesprek."
TOML = """
name = "Het Gastenhuis"
hosts = ["{slug}.example"]
languages = ["nl"]
{plugins}
"""


@pytest.fixture
def apply(make, tmp_path):
    """Make an organisation as a folder describes it."""

    def apply(plugins):
        folder = tmp_path / f"g{uuid4().hex[:12]}"
        folder.mkdir()
        toml = TOML.format(slug=folder.name, plugins=plugins)
        (folder / "tenant.toml").write_text(toml)
        described = read(folder, installed_plugins())
        return make.facts(register.apply(make.operator, described))

    return apply


@pytest.fixture
def allowed(apply):
    """An organisation that may have the book and has it not on yet."""
    return apply("[plugins.visitor_book]")


@pytest.fixture
def mother(make, allowed):
    return make.family(allowed).mother


def test_the_plugin_was_installed_as_a_wheel_outside_the_checkout():
    here = Path(__file__).parents[2]
    assert here not in Path(klankbord_visitor_book.__file__).parents
    assert {"hello", "visitor_book"} <= set(installed_plugins())


def test_its_table_stands_behind_the_walls(databases, valkey):
    done = subprocess.run(
        [Path(sys.executable).with_name("klankbord"), "db", "check"],
        env=environment_of(databases, valkey),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_a_tenant_allows_it_switches_it_on_uses_it_and_switches_it_off(
    make, app, allowed, mother
):
    admin = make.sign_in(app, make.staff(allowed, Role.TENANT_ADMIN))
    client = make.sign_in(app, mother)
    assert client.get(BOOK).status_code == 404

    assert admin.post(f"{METHOD}/aan").status_code == 303
    assert client.get(BOOK).status_code == 200
    assert client.post(BOOK, data={"words": ""}).status_code == 422
    assert client.post(BOOK, data={"words": WORDS}).status_code == 303
    assert WORDS in client.get(BOOK).text
    assert f'href="{BOOK}"' in client.get("/start").text

    assert admin.get(f"{METHOD}/uit").status_code == 200
    assert admin.post(f"{METHOD}/uit").status_code == 303
    assert client.get(BOOK).status_code == 404
    assert client.post(BOOK, data={"words": WORDS}).status_code == 404
    assert f'href="{BOOK}"' not in client.get("/start").text

    assert admin.post(f"{METHOD}/aan").status_code == 303
    assert WORDS in client.get(BOOK).text


def test_an_organisation_that_may_not_have_it_never_sees_it(make, app, apply):
    tenant = apply("")
    admin = make.sign_in(app, make.staff(tenant, Role.TENANT_ADMIN))
    client = make.sign_in(app, make.family(tenant).mother)
    assert "Gastenboek" not in admin.get("/beheer/methodes/").text
    assert admin.post(f"{METHOD}/aan").status_code == 404
    assert client.get(BOOK).status_code == 404


def test_it_exports_and_erases_a_person_also_while_it_is_off(
    make, app, allowed, mother
):
    admin = make.sign_in(app, make.staff(allowed, Role.TENANT_ADMIN))
    client = make.sign_in(app, mother)
    admin.post(f"{METHOD}/aan")
    client.post(BOOK, data={"words": WORDS})
    admin.post(f"{METHOD}/uit")

    ctx = make.context(mother)
    exported = export_person(ctx, mother.client_id, keepers())
    ctx.finish(commit=True)
    assert exported["visitor_book"] == {"entries": [WORDS]}

    officer = make.context(make.staff(allowed, Role.PRIVACY_OFFICER))
    keeper = keepers()["visitor_book"]  # alone: the person's own row takes all along
    erase_person(officer, mother.client_id, {"visitor_book": keeper})
    officer.finish(commit=True)
    left = make.context(mother)
    assert keeper.export(left, mother.client_id) == {"entries": []}


def test_the_privacy_officer_exports_it_whole_and_clears_it(make, app, allowed, mother):
    admin = make.sign_in(app, make.staff(allowed, Role.TENANT_ADMIN))
    officer = make.sign_in(app, make.staff(allowed, Role.PRIVACY_OFFICER))
    client = make.sign_in(app, mother)
    admin.post(f"{METHOD}/aan")
    client.post(BOOK, data={"words": WORDS})
    admin.post(f"{METHOD}/uit")

    with officer.post(f"{METHOD}/export") as file:
        kept = [{"client": str(mother.client_id), "entries": [WORDS]}]
        assert file.json == kept
    assert officer.post(f"{METHOD}/wissen").status_code == 303
    admin.post(f"{METHOD}/aan")
    assert WORDS not in client.get(BOOK).text


def test_the_plugin_of_ten_lines_says_hello_where_it_is_on(make, app, apply):
    tenant = apply("[plugins.hello]")
    assert visitor(app, tenant).get("/hallo").status_code == 404

    admin = make.sign_in(app, make.staff(tenant, Role.TENANT_ADMIN))
    page = admin.get("/beheer/methodes/").text
    assert page.index("Methodes") < page.index("Hello") < page.index("Aanzetten")
    assert admin.post("/beheer/methodes/hello/aan").status_code == 303

    assert visitor(app, tenant).get("/hallo").text == "Hallo!"
