"""The pages about families, in a browser without JavaScript."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from klankbord.db import TenantSession
from klankbord.people.models import (
    Appointment,
    CaseEvent,
    CaseFile,
    CaseMember,
    Client,
    Custody,
    Family,
)
from klankbord.permissions import Role


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


@pytest.fixture
def browser(make, app, family):
    return make.sign_in(app, family.worker)


def all_of(make, person, model):
    with TenantSession(make.engine, person.tenant.id) as session:
        session.expire_on_commit = False
        return session.scalars(select(model)).all()


def text_of(answer):
    return answer.get_data(as_text=True)


def send(browser, url, **values):
    return browser.post(url, data={"idempotency_key": str(uuid4()), **values})


def pages_of(family):
    case, youth = family.case_id, family.youth.client_id
    return [
        f"/gezinnen/{case}",
        f"/gezinnen/{case}/wijzigen",
        f"/gezinnen/{case}/wie-werkt-er",
        f"/gezinnen/{case}/gebeurtenis",
        f"/gezinnen/{case}/beeindigen",
        f"/gezinnen/{case}/gesprek",
        f"/gezinnen/{case}/personen/nieuw",
        f"/gezinnen/{case}/personen/{youth}/weg",
        f"/personen/{youth}",
        f"/personen/{youth}/wijzigen",
        f"/personen/{youth}/gezag",
    ]


def test_who_works_with_the_family_opens_every_page(browser, family):
    for url in ["/gezinnen", "/gezinnen/nieuw", "/gezinnen/spoed", *pages_of(family)]:
        answer = browser.get(url)
        assert answer.status_code == 200, url
        assert answer.headers["Cache-Control"] == "no-store"


def test_nobody_else_opens_any_of_them(make, app, tenant, family, outsider):
    deputy = make.staff(tenant, Role.DEPUTY)
    other_worker = make.staff(tenant, Role.WORKER)
    strangers = [deputy, other_worker, outsider]
    for stranger in strangers:
        browser = make.sign_in(app, stranger)
        for url in pages_of(family):
            foreign = browser.get(url)
            known_id, unknown_id = str(family.case_id), str(uuid4())
            never = browser.get(
                url.replace(known_id, unknown_id).replace(
                    str(family.youth.client_id), unknown_id
                )
            )
            assert (foreign.status_code, never.status_code) == (404, 404), url
    for person in (family.mother, family.father, family.youth):
        browser = make.sign_in(app, person)
        for url in ["/gezinnen", *pages_of(family)]:
            assert browser.get(url).status_code == 403, url


def test_a_team_lead_opens_the_case_but_no_person(make, app, tenant, family):
    lead = make.staff(tenant, Role.TEAM_LEAD, team_id=family.team_id)
    browser = make.sign_in(app, lead)
    page = browser.get(f"/gezinnen/{family.case_id}")
    assert page.status_code == 200
    assert "Noor Bakkali" in text_of(page)
    assert f"/personen/{family.youth.client_id}" not in text_of(page)
    assert browser.get(f"/personen/{family.youth.client_id}").status_code == 404
    assert browser.get(f"/gezinnen/{family.case_id}/wie-werkt-er").status_code == 200


def test_a_new_family_with_a_child_and_a_parent_with_custody(make, app, tenant):
    worker = make.staff(tenant, Role.WORKER)
    browser = make.sign_in(app, worker)
    opened = send(
        browser,
        "/gezinnen/nieuw",
        family="El Amrani",
        measure="supervision_order",
        begins_on="2026-01-05",
        worker_id=str(worker.account_id),
    )
    assert opened.status_code == 303
    url = opened.headers["Location"]
    for kind, name, born in (("parent", "Fatima", ""), ("youth", "Adam", "2012-05-01")):
        added = send(
            browser,
            f"{url}/personen/nieuw",
            kind=kind,
            given_name=name,
            family_name="El Amrani",
            birth_date=born,
            language="nl",
            begins_on="2026-01-05",
        )
        assert added.status_code == 303, text_of(added)
    clients = {row.given_name: row for row in all_of(make, worker, Client)}
    given = send(
        browser,
        f"/personen/{clients['Adam'].id}/gezag",
        parent_id=str(clients["Fatima"].id),
        begins_on="2012-05-01",
    )
    assert given.status_code == 303
    (custody,) = all_of(make, worker, Custody)
    page = text_of(browser.get(f"/personen/{clients['Adam'].id}"))
    assert "Fatima El Amrani" in page
    ended = send(browser, f"/gezag/{custody.id}/eindigt", on="2026-02-01")
    assert ended.status_code == 303
    assert str(all_of(make, worker, Custody)[0].ends_on) == "2026-02-01"


def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(
    browser, family
):
    answer = send(
        browser,
        f"/gezinnen/{family.case_id}/personen/nieuw",
        kind="youth",
        given_name="Adam",
        email="geen adres",
        birth_date="0026-11-23",
        safe_from="09:00",
        how_to_reach="Bel eerst",
    )
    page = text_of(answer)
    assert answer.status_code == 422
    for name in ("family_name", "email", "birth_date", "safe_until"):
        assert f'id="field-{name}-error"' in page, name
    assert 'value="Adam"' in page
    assert "Bel eerst" in page
    assert 'value="geen adres"' in page


def test_extra_and_wrongly_typed_fields_are_refused(browser, family):
    values = {
        "family": "Bakkali",
        "measure": "guardianship",
        "begins_on": "2026-01-01",
        "version": "1",
    }
    url = f"/gezinnen/{family.case_id}/wijzigen"
    for wrong in (
        {"worker_id": str(family.worker.account_id)},
        {"tenant_id": str(uuid4())},
        {"measure": "everything"},
        {"version": "x"},
        {"version": "99999999999999999999"},
        {"family": "x" * 101},
    ):
        assert send(browser, url, **(values | wrong)).status_code == 422, wrong
    assert send(browser, url, **values).status_code == 303


def test_words_with_markup_are_shown_as_they_were_typed(browser, family):
    nasty = "<script>alert(1)</script>{{ 7*7 }}"
    send(
        browser,
        f"/gezinnen/{family.case_id}/wijzigen",
        family=nasty,
        measure="guardianship",
        begins_on="2026-01-01",
        version="1",
    )
    for url in ("/gezinnen", f"/gezinnen/{family.case_id}"):
        page = text_of(browser.get(url))
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page


def client_form(client, **changes):
    return {
        "kind": "parent",
        "given_name": client["given_name"],
        "family_name": "Bakkali",
        "language": "nl",
        "version": "1",
        **changes,
    }


def test_two_editors_of_one_person_both_see_both_texts(make, browser, family):
    url = f"/personen/{family.mother.client_id}/wijzigen"
    base = {"given_name": "Samira"}
    first = send(
        browser,
        url,
        **client_form(base, phone="0611111111", how_to_reach="Bel in de ochtend"),
    )
    assert first.status_code == 303
    typed = client_form(base, phone="0622222222", how_to_reach="Bel in de avond")
    second = send(browser, url, **typed)
    page = text_of(second)
    assert second.status_code == 409
    for words in ("0611111111", "0622222222", "Bel in de ochtend", "Bel in de avond"):
        assert words in page
    assert 'name="version" value="2"' in page
    assert all_of(make, family.worker, Client)
    third = send(browser, url, **(typed | {"version": "2"}))
    assert third.status_code == 303
    page = text_of(browser.get(f"/personen/{family.mother.client_id}"))
    assert "Bel in de avond" in page
    assert "Bel in de ochtend" not in page


def test_a_double_click_makes_one_appointment(make, browser, family, tenant):
    key = str(uuid4())
    values = {
        "client_id": str(family.mother.client_id),
        "on": str(tenant.today() + timedelta(days=3)),
        "at": "14:30",
        "place": "Bij oma",
        "idempotency_key": key,
    }
    url = f"/gezinnen/{family.case_id}/gesprek"
    answers = [browser.post(url, data=values) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    (meeting,) = all_of(make, family.worker, Appointment)
    local = meeting.begins_at.astimezone(tenant.time_zone)
    assert (local.hour, local.minute) == (14, 30)
    page = text_of(browser.get(f"/gezinnen/{family.case_id}"))
    assert "Bij oma" in page
    moved = send(
        browser,
        f"/gesprekken/{meeting.id}/verzetten",
        on=values["on"],
        at="16:00",
        place="Op school",
        version="1",
    )
    assert moved.status_code == 303
    stale = send(browser, f"/gesprekken/{meeting.id}/afzeggen", version="1")
    assert stale.status_code == 409
    cancelled = send(browser, f"/gesprekken/{meeting.id}/afzeggen", version="2")
    assert cancelled.status_code == 303
    assert "Op school" not in text_of(browser.get(f"/gezinnen/{family.case_id}"))


def test_an_appointment_in_the_past_is_refused_with_what_was_typed(
    make, browser, family, tenant
):
    answer = send(
        browser,
        f"/gezinnen/{family.case_id}/gesprek",
        client_id=str(family.mother.client_id),
        on=str(tenant.today() - timedelta(days=1)),
        at="14:30",
        place="Bij oma",
    )
    assert answer.status_code == 422
    assert 'value="Bij oma"' in text_of(answer)
    assert all_of(make, family.worker, Appointment) == []


def test_an_event_is_written_down_and_shown(make, browser, family, tenant):
    url = f"/gezinnen/{family.case_id}/gebeurtenis"
    answer = send(browser, url, kind="hearing", on=str(tenant.today()))
    assert answer.status_code == 303
    assert send(browser, url, kind="end", on=str(tenant.today())).status_code == 422
    assert [row.kind for row in all_of(make, family.worker, CaseEvent)] == ["hearing"]


def test_a_case_is_ended_on_a_day_that_has_come(make, browser, family, tenant):
    url = f"/gezinnen/{family.case_id}/beeindigen"
    tomorrow = str(tenant.today() + timedelta(days=1))
    assert send(browser, url, on=tomorrow, version="1").status_code == 422
    assert send(browser, url, on=str(tenant.today()), version="1").status_code == 303
    (case,) = all_of(make, family.worker, CaseFile)
    assert case.ended_on == tenant.today()
    assert "Bakkali" not in text_of(browser.get("/gezinnen")).split("<table", 1)[-1]
    assert "Bakkali" in text_of(browser.get("/gezinnen?show=ended"))


def test_who_hands_a_family_over_comes_back_to_the_list(make, app, tenant, family):
    colleague = make.staff(tenant, Role.WORKER)
    browser = make.sign_in(app, family.worker)
    answer = send(
        browser,
        f"/gezinnen/{family.case_id}/wie-werkt-er",
        worker_id=str(colleague.account_id),
        team_id=str(family.team_id),
        version="1",
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/gezinnen"
    assert browser.get(f"/gezinnen/{family.case_id}").status_code == 404
    assert make.sign_in(app, colleague).get(f"/gezinnen/{family.case_id}")


def test_somebody_leaves_the_case_and_comes_back(make, browser, family, tenant):
    person = f"/gezinnen/{family.case_id}/personen/{family.father.client_id}"
    assert send(browser, f"{person}/weg", on=str(tenant.today())).status_code == 303
    assert browser.get(f"/personen/{family.father.client_id}").status_code == 404
    assert send(browser, f"{person}/terug").status_code == 303
    assert browser.get(f"/personen/{family.father.client_id}").status_code == 200
    assert send(browser, f"{person}/terug").status_code == 409
    members = all_of(make, family.worker, CaseMember)
    assert [row.ends_on for row in members] == [None, None, None]


def test_the_list_as_a_file_holds_no_formula(make, browser, family):
    make.add(family.worker.tenant, formula := Family(id=uuid4(), name="=1+1"))
    make.add(
        family.worker.tenant,
        CaseFile(
            family_id=formula.id,
            measure="guardianship",
            begins_on=family.worker.tenant.today(),
            worker_id=family.worker.account_id,
        ),
    )
    answer = browser.get("/gezinnen.csv")
    assert answer.mimetype == "text/csv"
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert any(line.startswith("'=1+1;") for line in lines)
    assert any(line.startswith("Bakkali;") for line in lines)


def test_odd_questions_to_the_list_get_an_answer(browser):
    for query in ("page=0", "page=-1", "page=x", "sort=;drop", "show=hidden", "q=%00"):
        assert browser.get(f"/gezinnen?{query}").status_code in {200, 422}, query
    answer = browser.post("/gezinnen", data={"q": "a\0b", "show": "all"})
    assert browser.get(answer.location).status_code in {200, 422}
