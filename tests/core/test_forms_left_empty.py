"""A form that is sent empty says of each field apart what is missing."""

import re

import pytest

from klankbord.forms import OUR_OWN
from klankbord.permissions import Role
from klankbord.testing.tenants import visitor

FORMS = {
    Role.TENANT_ADMIN: (
        *("/beheer/organisatie", "/medewerkers/nieuw"),
        "/beheer/methodes/samen_sterker/instellingen",
    ),
    Role.WORKER: (
        *("/gezinnen/nieuw", "/gezinnen/spoed", "/mijn-account/wachtwoord"),
        *("{case}/wijzigen", "{case}/gesprek", "{case}/gebeurtenis"),
        *("{case}/personen/nieuw", "{person}/wijzigen", "{youth}/gezag"),
        "{youth}/toestemming",
    ),
    Role.ANONYMOUS: ("/inloggen", "/inloggen/medewerkers"),
}


@pytest.mark.parametrize(
    ("role", "path"), [(role, path) for role, paths in FORMS.items() for path in paths]
)
def test_no_two_lines_above_a_form_are_the_same(make, app, tenant, role, path):
    family = make.family(tenant)
    browser = {
        Role.TENANT_ADMIN: lambda: make.sign_in(app, make.staff(tenant, role)),
        Role.WORKER: lambda: make.sign_in(app, family.worker),
        Role.ANONYMOUS: lambda: visitor(app, tenant),
    }[role]()
    address = path.format(
        case=f"/gezinnen/{family.case_id}",
        person=f"/personen/{family.mother.client_id}",
        youth=f"/personen/{family.youth.client_id}",
    )
    shown = browser.get(address)
    assert shown.status_code == 200
    fields = re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', shown.text)
    empty = dict.fromkeys(set(fields) - OUR_OWN, "")

    refused = browser.post(address, data=empty | {"version": "1"})

    assert refused.status_code == 422
    summary = refused.text.partition("kb-error-summary")[2].partition("</ul>")[0]
    lines = [re.sub("<[^>]+>", "", one) for one in summary.split("<li>")[1:]]
    assert lines
    assert len(lines) == len(set(lines)), lines
