"""What the methods that are on show on the page of a case."""

from importlib import import_module

import pytest

from klankbord.people import services
from klankbord.permissions import Role
from klankbord.plugin import CaseLink, Plugin


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


@pytest.fixture(autouse=True)
def methods(monkeypatch):
    """Install two methods that show a line: one is on, the other one is off."""

    def show(_ctx, case_id):
        values = {"case_id": case_id}
        state = "Open until %(day)s"
        return [CaseLink("A talk", "people.case", values, state, {"day": "vrijdag"})]

    monkeypatch.setattr(
        # By its full name: the package gives its function under the same name.
        import_module("klankbord.people.services.case_page"),
        "installed_plugins",
        lambda: {
            "samen_sterker": Plugin("samen_sterker", "On", case_links=show),
            "elsewhere": Plugin("elsewhere", "Off", case_links=show),
        },
    )


def test_a_method_that_is_on_shows_its_line(make, app, family):
    page = make.sign_in(app, family.worker).get(f"/gezinnen/{family.case_id}")
    text = page.get_data(as_text=True)
    assert text.count("A talk") == 1
    assert "Open until vrijdag" in text


def test_a_team_lead_sees_no_line_of_a_method(make, tenant, family):
    lead = make.staff(tenant, Role.TEAM_LEAD, team_id=family.team_id)
    assert services.case_page(make.context(lead), family.case_id).links == ()
    own = services.case_page(make.context(family.worker), family.case_id)
    assert [link.title for link in own.links] == ["A talk"]
