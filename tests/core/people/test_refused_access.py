"""Who tries to see a family of others is refused, and the attempt is kept."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from klankbord.audit.models import Action, AuditEntry, Category, Ground
from klankbord.db import TenantSession
from klankbord.people.models import Client
from klankbord.permissions import Role
from klankbord.testing.tenants import visitor


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


def refused(make, tenant):
    with TenantSession(make.engine, tenant.id) as session:
        session.expire_on_commit = False
        query = select(AuditEntry).where(AuditEntry.action == Action.REFUSED)
        return session.scalars(query).all()


def test_a_colleague_without_a_relation_is_refused_and_that_is_logged(
    make, app, tenant, family
):
    stranger = make.staff(tenant, Role.WORKER, name="Ruud Smit")
    browser = make.sign_in(app, stranger)

    answer = browser.get(f"/personen/{family.mother.client_id}")

    assert answer.status_code == 404
    [entry] = refused(make, tenant)
    assert entry.account_id == stranger.account_id
    assert entry.client_id == family.mother.client_id
    assert (entry.category, entry.ground) == (Category.PERSON, Ground.NONE)


def test_who_works_with_the_family_is_not_refused(make, app, tenant, family):
    browser = make.sign_in(app, family.worker)

    assert browser.get(f"/personen/{family.mother.client_id}").status_code == 200
    assert browser.get(f"/gezinnen/{family.case_id}").status_code == 200

    assert refused(make, tenant) == []


def test_a_refused_family_is_logged_for_everybody_in_it(make, app, tenant, family):
    browser = make.sign_in(app, make.staff(tenant, Role.WORKER))

    assert browser.get(f"/gezinnen/{family.case_id}").status_code == 404

    assert {entry.client_id for entry in refused(make, tenant)} == {
        family.mother.client_id,
        family.father.client_id,
        family.youth.client_id,
    }


def test_a_change_that_is_refused_is_logged_too(make, app, tenant, family):
    browser = make.sign_in(app, make.staff(tenant, Role.WORKER))

    answer = browser.get(f"/personen/{family.mother.client_id}/wijzigen")

    assert answer.status_code == 404
    assert len(refused(make, tenant)) == 1


def test_the_privacy_officer_and_the_client_see_it(make, app, tenant, family):
    stranger = make.staff(tenant, Role.WORKER, name="Ruud Smit")
    make.sign_in(app, stranger).get(f"/personen/{family.mother.client_id}")
    officer = make.sign_in(app, make.staff(tenant, Role.PRIVACY_OFFICER))

    page = officer.get("/logboek?ground=none").text
    own = make.sign_in(app, family.mother).get("/wie-keek").text

    for words in ("Ruud Smit", "Samira Bakkali", "Geweigerd", "Geen grond"):
        assert words in page
    assert "Ruud Smit" in own
    assert "Mocht dit niet zien" in own


def test_an_id_of_elsewhere_writes_nothing_anywhere(make, app, tenant, family):
    elsewhere = make.tenant()
    stranger = make.staff(elsewhere, Role.WORKER, Role.TEAM_LEAD)
    browser = make.sign_in(app, stranger)

    for path in (
        f"/personen/{family.mother.client_id}",
        f"/gezinnen/{family.case_id}",
    ):
        assert browser.get(path).status_code == 404

    assert refused(make, tenant) == []
    assert refused(make, elsewhere) == []


@pytest.mark.parametrize("role", [Role.TENANT_ADMIN, Role.CLIENT_COUNCIL])
def test_a_page_that_no_role_of_theirs_opens_is_logged_too(
    make, app, tenant, family, role
):
    stranger = make.staff(tenant, role)
    browser = make.sign_in(app, stranger)

    answer = browser.get(f"/personen/{family.mother.client_id}/wijzigen")

    assert answer.status_code == 403
    [entry] = refused(make, tenant)
    assert (entry.account_id, entry.role) == (stranger.account_id, role)
    assert entry.client_id == family.mother.client_id
    assert (entry.category, entry.ground) == (Category.PERSON, Ground.NONE)


def test_a_family_that_no_role_of_theirs_opens_is_logged_for_everybody_in_it(
    make, app, tenant, family
):
    browser = make.sign_in(app, make.staff(tenant, Role.TENANT_ADMIN))

    assert browser.post(f"/gezinnen/{family.case_id}/beeindigen").status_code == 403

    assert {entry.client_id for entry in refused(make, tenant)} == {
        family.mother.client_id,
        family.father.client_id,
        family.youth.client_id,
    }


def test_a_refused_page_of_nobody_writes_nothing(make, app, tenant, family):
    """Not of a list, not of an unknown id, not of a visitor, not of another client."""
    admin = make.sign_in(app, make.staff(tenant, Role.TENANT_ADMIN))
    elsewhere = make.staff(make.tenant(), Role.TENANT_ADMIN)
    page = f"/personen/{family.mother.client_id}/wijzigen"

    assert admin.get("/gezinnen/nieuw").status_code == 403
    assert admin.get(f"/personen/{uuid4()}/wijzigen").status_code == 403
    assert visitor(app, tenant).get(page).status_code == 303
    assert make.sign_in(app, family.father).get(page).status_code == 403
    assert make.sign_in(app, elsewhere).get(page).status_code == 403

    assert refused(make, tenant) == []
    assert refused(make, elsewhere.tenant) == []


def test_an_attempt_that_ends_well_after_all_is_no_refusal(make, app, tenant, family):
    """Opening in an emergency first finds that there is no relation."""
    colleague = make.staff(tenant, Role.WORKER)
    with TenantSession(make.engine, tenant.id) as session:
        youth = session.get(Client, (tenant.id, family.youth.client_id))
        born = youth.birth_date
    browser = make.sign_in(app, colleague)

    answer = browser.post(
        "/gezinnen/spoed",
        data={
            "family_name": "Bakkali",
            "birth_date": born.isoformat(),
            "reason": "danger",
        },
    )

    assert answer.status_code == 303
    assert refused(make, tenant) == []
