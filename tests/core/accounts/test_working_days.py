"""Working days are chosen and read as words, on the pages of staff and of clients."""

import pytest

from klankbord.permissions import Role


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


def test_an_admin_chooses_days_and_everybody_reads_words(make, app, tenant, family):
    admin = make.sign_in(app, make.staff(tenant, Role.TENANT_ADMIN))
    address = f"/medewerkers/{family.worker.account_id}"
    form = admin.get(address).text
    for day in ("maandag", "zondag"):
        assert day in form

    answer = admin.post(
        address,
        data={
            "version": "1",
            "name": "Karin de Wit",
            "roles": ["worker"],
            "team_id": str(family.team_id),
            "working_days": ["5", "1", "2"],
        },
    )

    assert answer.status_code == 303
    days = "maandag, dinsdag en vrijdag"
    assert (
        days in make.sign_in(app, family.worker).get(f"/gezinnen/{family.case_id}").text
    )
    assert days in make.sign_in(app, family.mother).get("/wie-werkt-met-mij").text
    assert 'value="5" id="field-working_days-5" checked' in admin.get(address).text


def test_a_day_that_does_not_exist_is_refused(make, app, tenant, family):
    admin = make.sign_in(app, make.staff(tenant, Role.TENANT_ADMIN))

    answer = admin.post(
        f"/medewerkers/{family.worker.account_id}",
        data={
            "version": "1",
            "name": "Karin de Wit",
            "roles": ["worker"],
            "working_days": ["8"],
        },
    )

    assert answer.status_code == 422
