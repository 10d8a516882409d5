"""The administrator's page: inviting, roles, teams, helping in, disabling."""

import pyotp
import pytest
from colleagues import (
    PASSWORD,
    enter,
    first_step,
    is_in,
    newest_link,
    queued,
    second_step,
)
from sqlalchemy import event, select

from klankbord.accounts.models import Account, LinkPurpose, Team
from klankbord.audit.models import AuditEntry
from klankbord.db import TenantSession
from klankbord.permissions import Role
from klankbord.testing.tenants import Person, visitor

NEW = {"name": "Sanne Visser", "email": "Sanne@Staff.example", "roles": ["worker"]}


@pytest.fixture
def office(app, make, admin):
    """Open the administrator's browser."""
    return make.sign_in(app, admin.person)


def test_an_invited_colleague_chooses_a_password_sets_up_an_app_and_is_in(
    app, make, tenant, office
):
    assert office.post("/medewerkers/nieuw", data=NEW).status_code == 303
    assert len(queued(make, tenant, "accounts.set_up")) == 1
    sanne = _person(make, tenant, "sanne@staff.example")
    browser = visitor(app, tenant)
    assert browser.get(newest_link(make, sanne, LinkPurpose.SET_UP)).location == (
        "/wachtwoord-kiezen"
    )
    answer = browser.post(
        "/wachtwoord-kiezen", data={"password": PASSWORD, "again": PASSWORD}
    )
    assert answer.location == "/inloggen/app-instellen"
    assert not is_in(browser)
    page = browser.get(answer.location).text
    assert "data:image/svg+xml" in page
    secret = page.partition("<code")[2].partition(">")[2].partition("<")[0]
    code = _code(secret.replace(" ", ""))
    page = browser.post("/inloggen/app-instellen", data={"code": code}).text
    codes = [part.partition("</code>")[0] for part in page.split("<code>")[1:]]
    assert len(codes) == 10
    assert is_in(browser)
    again = visitor(app, tenant)
    first_step(again, "sanne@staff.example")
    assert second_step(again, codes[3]).status_code == 303


def test_a_weak_or_leaked_password_is_refused_and_the_link_still_works(
    app, make, tenant, office
):
    office.post("/medewerkers/nieuw", data=NEW)
    sanne = _person(make, tenant, "sanne@staff.example")
    browser = visitor(app, tenant)
    browser.get(newest_link(make, sanne, LinkPurpose.SET_UP))
    for password in ("kort", "Welkom2026!", "password123", "sannevisser1"):
        form = {"password": password, "again": password}
        assert browser.post("/wachtwoord-kiezen", data=form).status_code == 422
    form = {"password": PASSWORD, "again": PASSWORD + "x"}
    assert browser.post("/wachtwoord-kiezen", data=form).status_code == 422
    form = {"password": PASSWORD, "again": PASSWORD}
    assert browser.post("/wachtwoord-kiezen", data=form).status_code == 303
    assert visitor(app, tenant).post("/wachtwoord-kiezen", data=form).status_code == 409


def test_one_address_has_one_account_and_what_was_typed_stays(office):
    office.post("/medewerkers/nieuw", data=NEW)
    answer = office.post("/medewerkers/nieuw", data=NEW)
    assert answer.status_code == 422
    assert 'value="Sanne Visser"' in answer.text


def test_roles_of_clients_cannot_be_given(office):
    answer = office.post("/medewerkers/nieuw", data={**NEW, "roles": ["parent"]})
    assert answer.status_code == 422


def test_the_list_searches_filters_sorts_and_goes_along_as_a_table(
    make, tenant, office
):
    make.staff(tenant, Role.WORKER, name="Anna Aardbei")
    make.staff(tenant, Role.TEAM_LEAD, name="Zoë Zwaan")
    make.staff(tenant, Role.TEAM_LEAD, name="=1+1 zwaan")
    make.family(tenant)
    page = office.get("/medewerkers?sort=-name").text
    assert page.index("Zoë") < page.index("Anna")
    assert "Bakkali" not in page
    swans = office.post("/medewerkers", data={"text": "zwaan"}).location
    assert "Anna" not in office.get(swans).text
    assert "Zoë" in office.get(swans).text
    assert "Zoë" not in office.get("/medewerkers?role=worker").text
    assert "Anna" not in office.get("/medewerkers?state=disabled").text
    percent = office.post("/medewerkers", data={"text": "%"}).location
    assert "%" not in office.get(percent).text.partition("<tbody")[2]
    assert office.get("/medewerkers?sort=password_hash&role=x").status_code == 200
    table = office.get(swans.replace("/medewerkers?", "/medewerkers.csv?"))
    assert "'=1+1 zwaan" in table.text
    assert "Anna" not in table.text


def test_the_list_asks_as_many_questions_for_fifty_as_for_five(make, tenant, office):
    for number in range(3):
        make.staff(tenant, Role.WORKER, name=f"Eerste {number}")
    office.get("/medewerkers")
    few = _count_statements(office)
    for number in range(45):
        make.staff(tenant, Role.WORKER, name=f"Volgende {number}")
    assert _count_statements(office) == few


def test_an_administrator_gives_roles_and_a_team(make, tenant, office, colleague):
    office.post("/medewerkers/teams", data={"name": "Team Oost"})
    team_id = str(_only(make, tenant, Team).id)
    form = {
        "name": "Karin de Wit",
        "roles": ["worker", "team_lead"],
        "team_id": team_id,
        "phone": "088 123 45 67",
        "version": "1",
    }
    path = f"/medewerkers/{colleague.person.account_id}"
    assert office.post(path, data=form).status_code == 303
    account = _account(make, colleague.person)
    assert account.roles == ["team_lead", "worker"]
    assert str(account.team_id) == team_id


def test_the_second_of_two_administrators_sees_both_texts(
    app, make, office, make_colleague, tenant, colleague
):
    other = make.sign_in(app, make_colleague(tenant, Role.TENANT_ADMIN).person)
    path = f"/medewerkers/{colleague.person.account_id}"
    form = {"name": "Karin van Dam", "roles": ["worker"], "version": "1"}
    assert office.post(path, data=form).status_code == 303
    answer = other.post(path, data={**form, "name": "Karin Smit"})
    assert answer.status_code == 409
    assert "Karin van Dam" in answer.text
    assert 'value="Karin Smit"' in answer.text
    assert _account(make, colleague.person).name == "Karin van Dam"


def test_a_team_gets_another_name_and_two_teams_never_the_same(make, tenant, office):
    office.post("/medewerkers/teams", data={"name": "Team Oost"})
    team = _only(make, tenant, Team)
    assert office.post(
        "/medewerkers/teams", data={"name": "Team Oost"}
    ).status_code == (422)
    path = f"/medewerkers/teams/{team.id}"
    assert office.post(path, data={"name": "Team West"}).status_code == 303
    assert _only(make, tenant, Team).name == "Team West"


def test_a_reset_password_stops_at_once_and_a_mail_brings_a_new_one(
    app, make, tenant, office, colleague
):
    browser = enter(app, colleague)
    path = f"/medewerkers/{colleague.person.account_id}/wachtwoord"
    assert office.get(path).status_code == 200
    assert is_in(browser)
    assert office.post(path).status_code == 303
    assert not is_in(browser)
    assert first_step(visitor(app, tenant), colleague.person.email).status_code == 422
    assert len(queued(make, tenant, "accounts.password_reset")) == 1
    fresh = visitor(app, tenant)
    fresh.get(newest_link(make, colleague.person, LinkPurpose.SET_UP))
    new = "acht paarse laarzen dansen"
    fresh.post("/wachtwoord-kiezen", data={"password": new, "again": new})
    assert second_step(fresh, colleague.recovery_code).status_code == 303


def test_a_reset_second_factor_is_set_up_anew_after_the_password(
    app, make, tenant, office, colleague
):
    browser = enter(app, colleague)
    path = f"/medewerkers/{colleague.person.account_id}/tweede-stap"
    assert office.post(path).status_code == 303
    assert not is_in(browser)
    assert len(queued(make, tenant, "accounts.factor_reset")) == 1
    fresh = visitor(app, tenant)
    assert first_step(fresh, colleague.person.email).location == (
        "/inloggen/app-instellen"
    )
    assert second_step(fresh, colleague.code).status_code in {409, 422}


def test_nobody_resets_the_own_password_or_second_factor_here(make, office, admin):
    path = f"/medewerkers/{admin.person.account_id}"
    assert office.post(f"{path}/wachtwoord").status_code == 409
    assert office.post(f"{path}/tweede-stap").status_code == 409
    assert _account(make, admin.person).password_hash


def test_what_an_administrator_does_is_logged(make, tenant, office, colleague, admin):
    office.post(f"/medewerkers/{colleague.person.account_id}/wachtwoord")
    with TenantSession(make.engine, tenant.id) as session:
        lines = session.scalars(
            select(AuditEntry).where(
                AuditEntry.object_id == colleague.person.account_id
            )
        ).all()
    assert [(line.account_id, line.role) for line in lines] == [
        (admin.person.account_id, "tenant_admin")
    ]


def test_a_disabled_colleague_is_out_and_can_be_let_in_again(app, office, colleague):
    browser = enter(app, colleague)
    path = f"/medewerkers/{colleague.person.account_id}"
    office.post(f"{path}/uitzetten")
    assert not is_in(browser)
    office.post(f"{path}/aanzetten")
    assert not is_in(browser)
    assert is_in(enter(app, colleague, colleague.recovery_code))


def test_the_last_administrator_stays(make, tenant, office, admin, make_colleague):
    path = f"/medewerkers/{admin.person.account_id}"
    form = {"name": "Karin", "roles": ["worker"], "version": "1"}
    assert office.post(f"{path}/uitzetten").status_code == 409
    assert office.post(path, data=form).status_code == 409
    assert _account(make, admin.person).roles == ["tenant_admin"]
    make_colleague(tenant, Role.TENANT_ADMIN)
    assert office.post(path, data=form).status_code == 303
    assert _account(make, admin.person).roles == ["worker"]


def test_a_client_is_no_colleague(make, tenant, office):
    mother = make.family(tenant).mother
    assert office.get(f"/medewerkers/{mother.account_id}").status_code == 404


def test_an_administrator_of_elsewhere_finds_nobody_here(
    app, make, outsider, colleague, admin
):
    browser = make.sign_in(app, outsider)
    for person in (colleague.person, admin.person):
        path = f"/medewerkers/{person.account_id}"
        assert browser.get(path).status_code == 404
        for step in ("wachtwoord", "tweede-stap", "uitzetten", "aanzetten"):
            assert browser.get(f"{path}/{step}").status_code == 404
            assert browser.post(f"{path}/{step}").status_code == 404
    page = browser.get("/medewerkers").text
    assert outsider.email in page
    assert colleague.person.email not in page


def test_a_worker_may_not_look_at_the_list(app, make, colleague):
    browser = make.sign_in(app, colleague.person)
    assert browser.get("/medewerkers").status_code == 403


def test_who_forgot_the_password_gets_a_link_and_strangers_get_the_same_answer(
    app, make, tenant, colleague
):
    answers = []
    for email in (colleague.person.email, "nobody@nowhere.example"):
        browser = visitor(app, tenant)
        answer = browser.post("/wachtwoord-vergeten", data={"email": email})
        answers.append((answer.status_code, answer.location))
    assert len(set(answers)) == 1
    assert [mail.account_id for mail in queued(make, tenant, "accounts.new_password")]
    assert len(queued(make, tenant, "accounts.new_password")) == 1
    browser = visitor(app, tenant)
    browser.get(newest_link(make, colleague.person, LinkPurpose.NEW_PASSWORD))
    new = "acht paarse laarzen dansen"
    browser.post("/wachtwoord-kiezen", data={"password": new, "again": new})
    assert not is_in(browser)
    assert second_step(browser, colleague.code).status_code == 303


def test_changing_the_password_asks_the_present_one_and_signs_others_out(
    app, make, tenant, colleague
):
    here = enter(app, colleague)
    elsewhere = enter(app, colleague, colleague.recovery_code)
    new = "acht paarse laarzen dansen"
    form = {"present": "wrong", "password": new, "again": new}
    assert here.post("/mijn-account/wachtwoord", data=form).status_code == 422
    form["present"] = PASSWORD
    assert here.post("/mijn-account/wachtwoord", data=form).status_code == 303
    assert is_in(here)
    assert not is_in(elsewhere)
    assert len(queued(make, tenant, "accounts.password_changed")) == 1


def test_new_recovery_codes_replace_the_older_ones(app, tenant, colleague):
    browser = enter(app, colleague)
    page = browser.post("/mijn-account/herstelcodes", data={"present": PASSWORD}).text
    fresh = page.partition("<code>")[2].partition("</code>")[0]
    other = visitor(app, tenant)
    first_step(other, colleague.person.email)
    assert second_step(other, colleague.recovery_code).status_code == 422
    assert second_step(other, fresh).status_code == 303


def _code(secret: str) -> str:
    return pyotp.TOTP(secret).now()


def _person(make, tenant, email: str) -> Person:
    with TenantSession(make.engine, tenant.id) as session:
        account = session.scalars(select(Account).where(Account.email == email)).one()
        return Person(tenant, account.id, frozenset(), account.name, account.email)


def _account(make, person: Person) -> Account:
    with TenantSession(make.engine, person.tenant.id) as session:
        account = session.get(Account, (person.tenant.id, person.account_id))
        session.expunge(account)
        return account


def _only(make, tenant, model):
    with TenantSession(make.engine, tenant.id) as session:
        row = session.scalars(select(model)).one()
        session.expunge(row)
        return row


def _count_statements(browser) -> int:
    engine = browser.application.extensions["klankbord-engine"]
    seen = []
    listener = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    try:
        assert browser.get("/medewerkers").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    return len(seen)
