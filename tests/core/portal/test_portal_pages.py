"""The pages of the portal, in a browser without JavaScript."""

import re
from datetime import timedelta

import pytest
from reading import read, shown
from sqlalchemy import select

from klankbord.accounts.models import Account
from klankbord.actions import services as actions
from klankbord.actions.models import ActionState
from klankbord.db import now
from klankbord.people.models import Appointment, CaseFile, CaseMember, Client
from klankbord.permissions import Role
from klankbord.testing.tenants import visitor

OWN_PAGES = [
    "/start",
    "/afspraken",
    "/wie-werkt-met-mij",
    "/toestemming",
    "/wie-keek",
    "/mijn-gegevens",
]
ALL_PAGES = [*OWN_PAGES, "/wie-ziet-wat", "/taal"]
LANGUAGES = ["nl", "en", "ar"]


def change(make, person, model, row_id, **values) -> None:
    ctx = make.context(person)
    row = ctx.get(model, row_id)
    for name, value in values.items():
        setattr(row, name, value)
    ctx.session.commit()


# -- the front door --------------------------------------------------------------------


def test_a_visitor_reads_what_this_is_and_where_to_sign_in(app, tenant):
    page = shown(visitor(app, tenant), "/")
    assert 'href="/inloggen"' in page
    assert 'href="/inloggen/medewerkers"' in page
    assert "112" in page


def test_who_is_signed_in_is_sent_to_the_own_start(make, app, family, mother):
    assert mother.get("/").headers["Location"] == "/start"
    worker = make.sign_in(app, family.worker)
    assert worker.get("/").headers["Location"] == "/werk"


@pytest.mark.parametrize("path", OWN_PAGES)
def test_a_visitor_has_to_sign_in_for_own_pages(app, tenant, path):
    answer = visitor(app, tenant).get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/inloggen")


@pytest.mark.parametrize("path", [path for path in OWN_PAGES if path != "/start"])
def test_staff_have_no_pages_of_a_client(make, app, family, mother, path):
    assert make.sign_in(app, family.worker).get(path).status_code == 403
    assert mother.get(path).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ALL_PAGES)
@pytest.mark.parametrize("formal", [False, True])
def test_each_page_speaks_each_language(make, app, path, language, formal):
    family = make.family(make.tenant(formal=formal))
    browser = make.sign_in(app, family.mother)
    browser.post("/taal", data={"language": language})
    page = shown(browser, path)
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in page
    # Each page has a help number's line in it, in the reader's own language.
    danger = {"nl": "in gevaar", "en": "in danger", "ar": "في خطر"}
    assert danger[language] in page


def test_an_organisation_that_says_u_says_it_on_every_page(make, app):
    for formal, own, other in ((True, "Uw", "Jouw"), (False, "Jouw", "Uw")):
        browser = make.sign_in(app, make.family(make.tenant(formal=formal)).mother)
        # Without the tags: a nonce is chance, and may hold any two letters.
        words = re.sub(r"<[^>]+>", " ", shown(browser, "/start"))
        assert f"{own} jeugdbeschermer" in words
        assert not re.search(rf"\b{other}\b", words)


# -- the start page --------------------------------------------------------------------


def test_the_start_page_greets_by_the_name_that_fits(make, app):
    for formal, name in ((True, "mevrouw Bakkali"), (False, "Dag Samira")):
        family = make.family(make.tenant(formal=formal))
        mother = family.mother
        change(make, mother, Client, mother.client_id, salutation="mevrouw Bakkali")
        assert name in shown(make.sign_in(app, mother), "/start")


def test_with_nothing_to_do_the_start_page_says_so_kindly(mother):
    page = shown(mother, "/start")
    assert "Je hoeft nu niets te doen." in page
    assert "Er zijn nog geen afspraken." in page


def test_what_was_said_leads_to_something_the_client_sees_until_it_is_read(
    mother, promise
):
    promise(said="Ik wil het eerder weten.", said_on=now().date())
    page = shown(mother, "/start")
    assert "Ik wil het eerder weten." in page
    assert "Karin doet nu dit" in page
    assert "Nieuw" in page
    assert read(mother, page).status_code == 303
    page = shown(mother, "/start")
    assert "Ik bel altijd een dag van tevoren." in page
    assert "Nieuw" not in page


def test_news_stands_on_the_start_page_before_what_was_seen(
    make, family, mother, promise
):
    old = promise("De oude afspraak")
    promise("De nieuwere afspraak")
    promise("De nieuwste afspraak")
    read(mother, shown(mother, "/afspraken"))
    ctx = make.context(family.worker)
    actions.close(ctx, old, ActionState.KEPT, "Gelukt!", version=1)
    ctx.finish(commit=True)
    page = shown(mother, "/start")
    assert "Gelukt!" in page
    assert "De nieuwste afspraak" not in page


def test_news_that_does_not_fit_on_the_start_page_comes_after_what_was_read(
    mother, promise
):
    for number in range(3):
        promise(f"Afspraak {number}")
    page = shown(mother, "/start")
    assert "Er is meer nieuws: 3 in totaal" in page
    assert "Afspraak 0" not in page
    read(mother, page)
    page = shown(mother, "/start")
    assert "Afspraak 0" in page
    assert "Nieuw" in page


def test_the_start_page_shows_the_worker_the_days_the_number_and_the_deputy(
    make, tenant, family, mother
):
    deputy = make.staff(tenant, Role.WORKER, name="Ahmed Yilmaz")
    change(make, deputy, Account, deputy.account_id, phone="06 0000 0002")
    change(
        make,
        family.worker,
        Account,
        family.worker.account_id,
        phone="06 0000 0001",
        working_days="125",
    )
    change(make, deputy, CaseFile, family.case_id, deputy_id=deputy.account_id)
    page = shown(mother, "/start")
    assert "maandag, dinsdag en vrijdag" in page
    assert 'href="tel:0600000001"' in page
    assert "Is Karin er niet? Dan helpt Ahmed Yilmaz je." in page
    assert 'href="tel:0600000002"' in page


def test_the_start_page_shows_the_next_appointment_only(make, family, mother):
    def appointment(days: int, place: str, **more) -> Appointment:
        return Appointment(
            case_id=family.case_id,
            worker_id=family.worker.account_id,
            client_id=family.mother.client_id,
            begins_at=now() + timedelta(days=days),
            place=place,
            **more,
        )

    make.add(
        family.worker.tenant,
        appointment(-2, "geweest"),
        appointment(2, "afgezegd", cancelled_at=now()),
        appointment(5, "bij je thuis"),
        appointment(9, "op kantoor"),
    )
    page = shown(mother, "/start")
    assert "bij je thuis" in page
    for other in ("geweest", "afgezegd", "op kantoor"):
        assert other not in page
    everything = shown(mother, "/wie-werkt-met-mij")
    assert "bij je thuis" in everything
    assert "op kantoor" in everything


def test_who_left_the_case_sees_its_worker_no_more(make, tenant, family, mother):
    assert "Karin de Wit" in shown(mother, "/start")
    ctx = make.context(family.worker)
    member = ctx.session.scalar(
        select(CaseMember).where(CaseMember.client_id == family.mother.client_id)
    )
    member.ends_on = tenant.today()
    ctx.session.commit()
    page = shown(mother, "/start")
    assert "Karin de Wit" not in page
    assert "Er werkt nu niemand met jou." in page


def test_a_buddy_has_a_simple_start_page_and_no_pages_of_a_client(make, app, tenant):
    buddy = make.staff(tenant, Role.BUDDY, name="Marja Maat")
    browser = make.sign_in(app, buddy)
    page = shown(browser, "/start")
    assert "Dag Marja Maat" in page
    assert "Fijn dat je er bent" in page
    assert browser.get("/afspraken").status_code == 403


def test_the_start_page_asks_as_much_of_the_database_with_many_agreements(
    mother, promise, statements
):
    promise()
    mother.get("/start")  # the first request also reads what a process remembers
    with statements() as few:
        mother.get("/start")
    for number in range(40):
        promise(f"Afspraak {number}", made_at=now())
    with statements() as many:
        mother.get("/start")
    assert len(many) == len(few)


# -- agreements, for others ------------------------------------------------------------


@pytest.mark.parametrize("who", ["father", "youth"])
def test_what_was_agreed_with_one_parent_is_not_on_the_pages_of_the_others(
    make, app, family, mother, promise, who
):
    promise("Alleen voor moeder")
    browser = make.sign_in(app, getattr(family, who))
    for path in OWN_PAGES:
        assert "Alleen voor moeder" not in browser.get(path).text
    assert "Alleen voor moeder" not in browser.post("/mijn-gegevens").text
    assert "Alleen voor moeder" in shown(mother, "/afspraken")


def test_what_people_write_is_text_and_nothing_else(mother, promise):
    promise("<script>alert(1)</script>", said="<img src=x onerror=alert(1)>")
    for path in ("/start", "/afspraken"):
        page = shown(mother, path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_the_young_are_je_where_grown_ups_are_u(make, app):
    family = make.family(make.tenant(formal=True))
    assert "Uw jeugdbeschermer" in make.sign_in(app, family.mother).get("/start").text
    assert "Jouw jeugdbeschermer" in make.sign_in(app, family.youth).get("/start").text


def test_who_sees_what_tells_it_of_the_methods_that_are_on(make, app):
    on, off = make.tenant(), make.tenant(on=False)
    of_method = "Jouw antwoorden over samenwerken"
    of_the_core = "Wie in jouw gegevens keek"
    assert of_method in shown(visitor(app, on), "/wie-ziet-wat")
    rules = shown(visitor(app, off), "/wie-ziet-wat")
    assert of_method not in rules
    assert of_the_core in rules
