"""The admin sees which mail did not get through and why, and never what it says."""

from uuid import uuid4

import pytest
from sqlalchemy import update

from klankbord.audit.models import AuditEntry
from klankbord.db import TenantSession
from klankbord.outbox.models import Fault, MessageState
from klankbord.people.models import CaseFile
from klankbord.permissions import Role
from klankbord.testing.tenants import visitor

PAGE = "/beheer/berichten"
ALL_IS_WELL = "Geen enkel bericht is blijven steken"


@pytest.fixture
def stuck(outbox):
    """One mail that the server refused, to the mother."""
    outbox.sink.refuse("554 no")
    outbox.write(outbox.family.mother)
    outbox.send()
    outbox.sink.recover()
    return outbox


@pytest.fixture
def admin(app, stuck):
    return stuck.make.sign_in(
        app, stuck.make.staff(stuck.tenant, Role.TENANT_ADMIN, name="Anna Beheer")
    )


def test_a_dead_mail_is_shown_with_its_reason_and_without_its_content(admin):
    page = admin.get(PAGE)

    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "De mailserver weigerde het bericht." in text
    assert "samira@voorbeeld.test" not in text
    assert "Samira" not in text
    assert "kanarie" not in text
    assert "Jeugdbeschermer: <bdi>Karin de Wit</bdi>" in text


def test_a_mail_to_somebody_without_a_worker_now_names_none(admin, stuck):
    with TenantSession(stuck.make.engine, stuck.tenant.id) as session:
        session.execute(update(CaseFile).values(ended_on=stuck.tenant.today()))
        session.commit()

    text = admin.get(PAGE).get_data(as_text=True)

    assert "Een cliënt" in text
    assert "Karin de Wit" not in text


def test_a_mail_is_sent_again_when_the_admin_says_so(admin, stuck):
    answer = admin.post(f"{PAGE}/{stuck.row().id}/opnieuw")
    stuck.send()

    assert answer.status_code == 303
    assert stuck.is_(MessageState.SENT)
    assert len(stuck.sink.mails) == 1


def test_a_mail_is_withdrawn_when_the_admin_says_so(admin, stuck):
    answer = admin.post(f"{PAGE}/{stuck.row().id}/intrekken")
    stuck.send()

    assert answer.status_code == 303
    assert stuck.is_(MessageState.WITHDRAWN, Fault.BY_ADMIN)
    assert stuck.sink.mails == []


@pytest.mark.parametrize("what", ["opnieuw", "intrekken"])
def test_what_was_sent_can_be_neither_sent_again_nor_withdrawn(admin, stuck, what):
    admin.post(f"{PAGE}/{stuck.row().id}/opnieuw")
    stuck.send()

    answer = admin.post(f"{PAGE}/{stuck.row().id}/{what}")

    assert answer.status_code == 409
    stuck.send()
    assert len(stuck.sink.mails) == 1


def test_what_an_admin_does_stands_in_the_access_log(admin, stuck):
    admin.post(f"{PAGE}/{stuck.row().id}/intrekken")

    with TenantSession(stuck.make.engine, stuck.tenant.id) as session:
        entries = session.query(AuditEntry).where(
            AuditEntry.object_id == stuck.row().id
        )
        assert [entry.client_id for entry in entries] == [stuck.family.mother.client_id]


def test_a_mail_that_waits_for_the_morning_is_no_trouble(app, outbox, at_noon):
    at_noon.move_to("2026-03-03T23:00:00+00:00")
    outbox.write(outbox.family.mother)
    outbox.send()
    browser = outbox.make.sign_in(
        app, outbox.make.staff(outbox.tenant, Role.TENANT_ADMIN)
    )

    assert "Geen enkel bericht is blijven steken" in browser.get(PAGE).get_data(
        as_text=True
    )


def test_an_admin_without_stuck_mail_reads_that_all_is_well(app, make, tenant):
    browser = make.sign_in(app, make.staff(tenant, Role.TENANT_ADMIN))

    assert "Geen enkel bericht is blijven steken" in browser.get(PAGE).get_data(
        as_text=True
    )


@pytest.mark.parametrize("role", [Role.WORKER, Role.TEAM_LEAD, Role.PRIVACY_OFFICER])
def test_only_the_admin_sees_the_page(app, stuck, role):
    browser = stuck.make.sign_in(app, stuck.make.staff(stuck.tenant, role))

    assert browser.get(PAGE).status_code == 403
    assert browser.post(f"{PAGE}/{stuck.row().id}/opnieuw").status_code == 403
    assert stuck.is_(MessageState.DEAD, Fault.REFUSED)


def test_a_visitor_is_asked_to_sign_in(app, stuck):
    assert visitor(app, stuck.tenant).get(PAGE).status_code == 303


@pytest.mark.parametrize("what", ["opnieuw", "intrekken"])
def test_an_outsider_finds_no_such_message(app, make, outsider, stuck, what):
    browser = make.sign_in(app, outsider)

    foreign = browser.post(f"{PAGE}/{stuck.row().id}/{what}")
    unknown = browser.post(f"{PAGE}/{uuid4()}/{what}")

    assert foreign.status_code == unknown.status_code == 404
    assert stuck.is_(MessageState.DEAD, Fault.REFUSED)
