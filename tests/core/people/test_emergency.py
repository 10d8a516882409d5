"""Opening a case of others in an emergency: with a reason, and never unseen."""

from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select

from klankbord.audit.models import AuditEntry, Ground
from klankbord.db import TenantSession, now
from klankbord.people.models import Client, EmergencyAccess
from klankbord.people.services.emergency import LASTS
from klankbord.permissions import Role


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


def all_of(make, person, model):
    with TenantSession(make.engine, person.tenant.id) as session:
        session.expire_on_commit = False
        return session.scalars(select(model)).all()


def text_of(answer):
    return answer.get_data(as_text=True)


def send(browser, url, **values):
    return browser.post(url, data={"idempotency_key": str(uuid4()), **values})


def emergency(**changes):
    return {
        "family_name": "bakkali",
        "reason": "danger",
        **changes,
    }


def test_a_case_of_others_opens_with_a_reason_and_the_family_sees_it(
    make, app, tenant, family
):
    stranger = make.staff(tenant, Role.WORKER, name="Ruud Smit")
    browser = make.sign_in(app, stranger)
    (born,) = (
        row.birth_date for row in all_of(make, stranger, Client) if row.birth_date
    )
    case = f"/gezinnen/{family.case_id}"
    assert browser.get(case).status_code == 404
    without = send(
        browser, "/gezinnen/spoed", family_name="Bakkali", birth_date=str(born)
    )
    assert without.status_code == 422
    assert browser.get(case).status_code == 404
    opened = send(browser, "/gezinnen/spoed", **emergency(birth_date=str(born)))
    assert (opened.status_code, opened.headers["Location"]) == (303, case)
    assert browser.get(case).status_code == 200
    assert browser.get(f"/personen/{family.youth.client_id}").status_code == 200
    assert browser.get(f"{case}/wijzigen").status_code == 404
    grounds = {
        row.client_id
        for row in all_of(make, stranger, AuditEntry)
        if row.ground is Ground.EMERGENCY
    }
    members = {family.mother.client_id, family.father.client_id, family.youth.client_id}
    assert grounds == members
    worker = make.sign_in(app, family.worker)
    assert "Ruud Smit" in text_of(worker.get(case))
    assert "Ruud Smit" in text_of(worker.get("/werk"))


def test_a_vain_emergency_shows_nothing_and_is_logged(make, app, tenant):
    make.family(tenant)
    stranger = make.staff(tenant, Role.WORKER)
    browser = make.sign_in(app, stranger)
    answer = send(browser, "/gezinnen/spoed", **emergency(birth_date="2001-01-01"))
    assert answer.status_code == 422
    assert all_of(make, stranger, EmergencyAccess) == []
    (row,) = all_of(make, stranger, AuditEntry)
    assert (row.action, row.ground) == ("refused", "emergency")
    assert row.account_id == stranger.account_id


def test_only_a_worker_opens_in_an_emergency(make, app, tenant):
    for role in (Role.TEAM_LEAD, Role.MANAGEMENT, Role.TENANT_ADMIN):
        browser = make.sign_in(app, make.staff(tenant, role))
        assert browser.get("/gezinnen/spoed").status_code == 403


def test_an_emergency_is_over_after_twelve_hours(make, app, tenant, family):
    stranger = make.staff(tenant, Role.WORKER)
    case = f"/gezinnen/{family.case_id}"
    born = next(
        row.birth_date for row in all_of(make, stranger, Client) if row.birth_date
    )
    browser = make.sign_in(app, stranger)
    send(browser, "/gezinnen/spoed", **emergency(birth_date=str(born)))
    assert browser.get(case).status_code == 200
    with time_machine.travel(now() + LASTS, tick=False):
        later = make.sign_in(app, stranger)
        assert later.get(case).status_code == 404


def test_the_own_case_needs_no_emergency(make, app, family):
    worker = family.worker
    born = next(
        row.birth_date for row in all_of(make, worker, Client) if row.birth_date
    )
    browser = make.sign_in(app, worker)
    answer = send(browser, "/gezinnen/spoed", **emergency(birth_date=str(born)))
    assert answer.headers["Location"] == f"/gezinnen/{family.case_id}"
    assert all_of(make, worker, EmergencyAccess) == []


def test_nobody_of_another_organisation_is_found(make, app, family, outsider):
    born = next(
        row.birth_date for row in all_of(make, family.worker, Client) if row.birth_date
    )
    browser = make.sign_in(app, outsider)
    answer = send(browser, "/gezinnen/spoed", **emergency(birth_date=str(born)))
    assert answer.status_code == 422
    assert all_of(make, outsider, EmergencyAccess) == []
