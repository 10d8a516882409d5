"""A client's yes and no, own log, own data and language."""

import json
import re
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from reading import shown
from sqlalchemy import select

from klankbord.audit.models import Action, AuditEntry, Ground
from klankbord.db import now
from klankbord.people.models import Consent, Custody
from klankbord.permissions import Role
from klankbord.testing.tenants import visitor

# -- yes and no ------------------------------------------------------------------------


def say(browser, client_id, purpose="story", granted="true"):
    return browser.post(
        "/toestemming",
        data={"client_id": client_id, "purpose": purpose, "granted": granted},
    )


def test_a_client_says_yes_and_later_no_and_reads_both(family, mother):
    assert "Je hebt nog niet gekozen." in shown(mother, "/toestemming")
    assert say(mother, family.mother.client_id).status_code == 303
    assert "Je zei ja op" in shown(mother, "/toestemming")
    say(mother, family.mother.client_id, granted="false")
    page = shown(mother, "/toestemming")
    assert "Je zei nee op" in page
    assert "Wat is er eerder gezegd?" in page


def test_a_parent_with_custody_decides_along_for_a_young_child(
    make, app, tenant, family, mother
):
    page = shown(mother, "/toestemming")
    assert "Een maatje, voor Noor" in page
    assert say(mother, family.youth.client_id, "buddy").status_code == 303
    assert "voor Noor" not in shown(make.sign_in(app, family.father), "/toestemming")
    older = make.family(tenant, youth_age=16)
    parent = make.sign_in(app, older.mother)
    assert "voor Noor" not in shown(parent, "/toestemming")


def test_each_person_has_a_heading_and_a_list_of_their_own(make, app, tenant, family):
    small = make.client(
        tenant, family.family_id, Role.CHILD, given_name="Ilyas", born=tenant.today()
    )
    since = tenant.today() - timedelta(days=1)
    mother_id = family.mother.client_id
    make.add(
        tenant,
        Custody(parent_id=mother_id, youth_id=small.client_id, begins_on=since),
    )

    page = shown(make.sign_in(app, family.mother), "/toestemming")

    lists = {}
    for part in page.partition("<main")[2].partition("</main>")[0].split("<h2")[1:]:
        heading, *rows = re.findall(r">([^<]+)</h[23]>", part)
        lists[heading] = rows
        assert part.count("<li class=") == len(rows)
    assert lists == {
        "Voor jezelf": [
            *("Berichten per mail", "Een maatje", "Je verhaal vertellen"),
            *("Je foto", "Onderzoek"),
        ],
        "Voor Ilyas": [
            *("Een maatje, voor Ilyas", "Het verhaal van Ilyas vertellen"),
            *("Een foto van Ilyas", "Onderzoek, voor Ilyas"),
        ],
        "Voor Noor": [
            *("Een maatje, voor Noor", "Het verhaal van Noor vertellen"),
            *("Een foto van Noor", "Onderzoek, voor Noor"),
        ],
    }


def test_nobody_says_yes_for_somebody_else(make, app, family, mother, outsider):
    father = make.sign_in(app, family.father)
    for client_id in (family.mother.client_id, family.youth.client_id, uuid4()):
        assert say(father, client_id).status_code == 404
    assert say(make.sign_in(app, outsider), family.mother.client_id).status_code == 404
    count = make.context(family.worker).session.scalars(select(Consent)).all()
    assert count == []
    assert say(mother, family.mother.client_id).status_code == 303


@pytest.mark.parametrize(
    "wrong", [{"purpose": "everything"}, {"granted": "perhaps"}, {"client_id": "me"}]
)
def test_a_choice_that_does_not_exist_is_refused(family, mother, wrong):
    data = {
        "client_id": family.mother.client_id,
        "purpose": "story",
        "granted": "true",
    } | wrong
    assert mother.post("/toestemming", data=data).status_code == 422


# -- the own log -----------------------------------------------------------------------


def looked(make, family, **values) -> None:
    entry = {
        "account_id": family.worker.account_id,
        "role": "worker",
        "client_id": family.mother.client_id,
        "category": "case",
        "action": Action.READ,
        "ground": Ground.RELATION,
        "at": now(),
    }
    make.add(family.worker.tenant, AuditEntry(**(entry | values)))


def test_the_log_says_who_looked_at_what_and_why(make, family, mother):
    looked(make, family, category="answers", ground=Ground.EMERGENCY)
    page = shown(mother, "/wie-keek")
    assert "Karin de Wit" in page
    assert "jeugdbeschermer" in page
    assert "Bekeken: je antwoorden" in page
    assert "Nood: er was geen tijd om het te vragen" in page


def noon(tenant, days_ago):
    day = tenant.today() - timedelta(days=days_ago)
    return datetime.combine(day, time(12), tenant.time_zone)


def test_alike_lines_of_a_day_become_one(make, tenant, family, mother):
    for days_ago in (1, 1, 1, 2):
        looked(make, family, at=noon(tenant, days_ago))
    page = shown(mother, "/wie-keek")
    assert page.count("Bekeken: wie er met je werkt en waarom") == 2
    assert page.count("3 keer op deze dag") == 1


def test_the_log_narrows_to_a_period_with_both_days_in_it(make, tenant, family, mother):
    today = tenant.today()
    day = today - timedelta(days=10)
    looked(make, family, at=noon(tenant, 10))
    for since, until, there in (
        (day, day, True),
        (day + timedelta(days=1), today, False),
        (day - timedelta(days=5), day - timedelta(days=1), False),
    ):
        page = shown(mother, f"/wie-keek?since={since}&until={until}")
        assert ("Karin de Wit" in page) is there


def test_what_i_did_myself_shows_only_when_asked_for(mother):
    shown(mother, "/afspraken")
    assert "Dit deed je zelf" not in shown(mother, "/wie-keek")
    assert "Dit deed je zelf" in shown(mother, "/wie-keek?own=yes")


def test_a_wrong_date_is_said_beside_the_field_and_kept(mother):
    answer = mother.get("/wie-keek?since=gisteren&until=2026-11-22")
    assert answer.status_code == 422
    assert "Dit is geen datum." in answer.text
    assert "gisteren" in answer.text


def test_others_do_not_see_who_looked_at_me(make, app, family, mother):
    looked(make, family)
    for person in (family.father, family.youth):
        page = shown(make.sign_in(app, person), "/wie-keek")
        assert "Karin de Wit" not in page
    assert "Karin de Wit" in shown(mother, "/wie-keek")


# -- taking along, and language --------------------------------------------------------


def test_the_download_is_a_file_with_everything_of_mine(mother, promise):
    promise()
    for _ in range(2):
        answer = mother.post("/mijn-gegevens")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        assert answer.headers["Cache-Control"] == "no-store"
        everything = json.loads(answer.data)
    assert everything["person"]["person"][0]["given_name"] == "Samira"
    (agreement,) = everything["agreements"]["agreements"]
    assert agreement["text"] == "Ik bel altijd een dag van tevoren."


def test_a_language_is_kept_in_the_browser_and_on_the_account(
    make, app, family, mother
):
    answer = mother.post("/taal", data={"language": "ar", "next": "/afspraken"})
    assert answer.headers["Location"] == "/afspraken"
    assert 'dir="rtl"' in shown(mother, "/afspraken")
    elsewhere = make.sign_in(app, family.mother)
    assert 'dir="rtl"' in shown(elsewhere, "/start")


def test_a_visitor_chooses_a_language_too(app, tenant):
    browser = visitor(app, tenant)
    browser.post("/taal", data={"language": "en"})
    assert "Your voice counts" in shown(browser, "/")


@pytest.mark.parametrize("next_", ["//evil.example", "/\\evil", "https://evil.example"])
def test_choosing_a_language_never_leads_to_another_site(mother, next_):
    answer = mother.post("/taal", data={"language": "nl", "next": next_})
    assert answer.headers["Location"] == "/"


def test_a_language_that_is_not_offered_is_refused(mother):
    answer = mother.post("/taal", data={"language": "tlh"})
    assert answer.status_code == 422
    assert "Kies een van de talen op deze pagina." in answer.text
