"""The cards of the methods that are on, on the page of a case."""

from dataclasses import dataclass
from importlib import import_module

import pytest
from jinja2 import ChoiceLoader, DictLoader

from klankbord.people.services import case_panels
from klankbord.permissions import Role
from klankbord.plugin import CasePanel, Plugin

TEMPLATE = "<p>{{ panel.page.words }}, {{ _('What happened') }}</p>"


@dataclass(frozen=True)
class Page:
    words: str


def method(name, words, *, on_top=False, roles=frozenset(Role)):
    """A method that shows these words to these roles, and else nothing."""

    def panel(ctx, _case_id, _language):
        seen = CasePanel("planted/panel.html", Page(words), on_top)
        return seen if roles & ctx.actor.roles else None

    return Plugin(name, name, case_panel=panel)


@pytest.fixture
def install(app, monkeypatch):
    """Install these methods instead of the real ones; the tenant has these two on."""
    planted = DictLoader({"planted/panel.html": TEMPLATE})
    loader = ChoiceLoader([planted, app.jinja_env.loader])
    monkeypatch.setattr(app.jinja_env, "loader", loader)

    def install(*methods):
        monkeypatch.setattr(
            # By its full name: the package gives its function under the same name.
            import_module("klankbord.people.services.case_page"),
            "installed_plugins",
            lambda: {method.name: method for method in methods},
        )

    return install


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


def page_of(make, app, person, family):
    page = make.sign_in(app, person).get(f"/gezinnen/{family.case_id}")
    assert page.status_code == 200
    return page.get_data(as_text=True)


def test_a_method_that_is_on_shows_its_own_template(make, app, family, install):
    install(method("samen_sterker", "A talk"), method("elsewhere", "Not on"))
    page = page_of(make, app, family.worker, family)
    assert page.count("<p>A talk, Wat er gebeurde</p>") == 1
    assert "Not on" not in page


def test_a_panel_stands_beside_who_takes_part_or_above_all_else(
    make, app, family, install
):
    install(method("samen_sterker", "Later"))
    page = page_of(make, app, family.worker, family)
    assert page.index("<h1") < page.index('id="members"') < page.index("Later")

    install(method("samen_sterker", "Look first", on_top=True))
    page = page_of(make, app, family.worker, family)
    assert page.index("<h1") < page.index("Look first") < page.index('id="members"')


def test_the_method_decides_who_sees_its_panel(make, tenant, family, install):
    install(method("samen_sterker", "A talk", roles=frozenset({Role.WORKER})))
    lead = make.staff(tenant, Role.TEAM_LEAD, team_id=family.team_id)
    assert case_panels(make.context(lead), family.case_id, "nl") == ()
    [own] = case_panels(make.context(family.worker), family.case_id, "nl")
    assert own.page == Page("A talk")
