"""The pages of the two, without JavaScript, from the first question to the talk."""

import re

import pytest
from sqlalchemy import text as sql

from klankbord.actions.services import agreements_from
from klankbord.db import TenantSession
from klankbord.permissions import Role
from klankbord.tenants.models import PluginState, TenantPlugin
from klankbord.testing.tenants import visitor
from klankbord_samen_sterker.models import ReviewState
from klankbord_samen_sterker.services import talk
from klankbord_samen_sterker.services.talk import Promised

WORDS = "Ik wil het eerder weten als een afspraak niet doorgaat."
PANEL = 'aria-labelledby="samen-sterker"'


def text(response):
    assert response.status_code == 200, response.status_code
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def answer_all(browser, begun, answer, words=""):
    """Walk through the five questions as a form, check, and send."""
    base = begun.headers["Location"].rsplit("/", 1)[0]
    for number in range(1, 6):
        sent = browser.post(f"{base}/{number}", data={"answer": answer, "words": words})
        assert sent.status_code == 303
    done = browser.post(f"{base}/controle")
    assert done.status_code == 303
    return base


def begin(browser, review_id):
    begun = browser.post(f"/vragen/begin/samen_sterker/{review_id}")
    assert begun.status_code == 303
    return begun


def test_parent_and_worker_answer_open_talk_and_agree(app, make, steps, in_time):
    mother = make.sign_in(app, steps.family.mother)
    asked = mother.post("/samenwerken", data={"case_id": str(steps.family.case_id)})
    page = asked.headers["Location"]
    review_id = page.rsplit("/", 1)[1]
    assert "Hoe gaat het samenwerken met Karin?" in text(mother.get(page))
    answer_all(mother, begin(mother, review_id), "2", WORDS)
    waiting = text(mother.get(page))
    assert "Je antwoorden zijn verstuurd." in waiting
    assert "Wil je iets veranderen?" in waiting
    worker = make.sign_in(app, steps.family.worker)
    theirs = f"/samen-sterker/{review_id}"
    assert WORDS not in text(worker.get(theirs))
    answer_all(worker, begin(worker, review_id), "4", "Ik luister graag.")
    assert WORDS not in text(worker.get(theirs))
    assert "Ik luister graag." not in text(mother.get(page))
    with in_time(minutes=6):
        mother = make.sign_in(app, steps.family.mother)
        worker = make.sign_in(app, steps.family.worker)
        seen = text(mother.get(page))
        assert WORDS in seen
        assert "Ik luister graag." in seen
        assert "Jullie denken hier verschillend over" in seen
        assert WORDS in text(worker.get(theirs))
        assert WORDS in text(worker.get(f"{theirs}/voorbereiden"))
        today = steps.tenant.today().isoformat()
        talked = worker.post(f"{theirs}/gesprek", data={"met_on": today})
        assert talked.status_code == 303
        agreed = worker.post(
            f"{theirs}/afspraken",
            data={
                "text": "Ik bel een dag van tevoren.",
                "said": "Bel mij eerder.",
                "who": "worker",
                "by_when": today,
            },
        )
        assert agreed.status_code == 303
        assert "Ik bel een dag van tevoren." in text(mother.get(page))
        assert "Ik bel een dag van tevoren." in text(mother.get("/start"))
        assert worker.post(f"{theirs}/afsluiten").status_code == 303
    assert steps.review(review_id).state is ReviewState.CLOSED


def found(browser, **wish):
    return browser.post("/samen-sterker", data=wish, follow_redirects=True)


def test_lists_show_who_is_ready_and_find_by_name(app, make, steps):
    review_id = steps.begin()
    steps.answer(review_id, steps.family.mother, words=WORDS)
    worker = make.sign_in(app, steps.family.worker)
    listed = text(found(worker, q="samira", state="running"))
    assert "Samira Bakkali" in listed
    assert "Cliënt: klaar" in listed
    assert WORDS not in listed
    assert "Niets gevonden" in text(found(worker, q="niemand"))


def test_the_worker_begins_from_a_form_that_keeps_what_was_typed(app, make, steps):
    worker = make.sign_in(app, steps.family.worker)
    assert "Samira Bakkali" in text(worker.get("/samen-sterker/nieuw"))
    wrong = worker.post("/samen-sterker/nieuw", data={"opens_on": "2020-01-01"})
    assert wrong.status_code == 422
    assert "2020-01-01" in wrong.text
    pair = f"{steps.family.case_id}:{steps.family.mother.client_id}"
    past = worker.post(
        "/samen-sterker/nieuw", data={"pair": pair, "opens_on": "2020-01-01"}
    )
    assert past.status_code == 422
    right = worker.post("/samen-sterker/nieuw", data={"pair": pair})
    assert right.status_code == 303
    stranger = f"{steps.family.case_id}:{steps.family.case_id}"
    foreign = worker.post("/samen-sterker/nieuw", data={"pair": stranger})
    assert foreign.status_code == 422


def test_answers_to_a_review_that_expired_get_a_sentence_and_stay_on_the_page(
    app, make, steps, in_time
):
    review_id = steps.begin()
    mother = make.sign_in(app, steps.family.mother)
    base = begin(mother, review_id).headers["Location"].rsplit("/", 1)[0]
    with in_time(days=15):
        steps.round()
        mother = make.sign_in(app, steps.family.mother)
        late = mother.post(f"{base}/1", data={"answer": "3", "words": WORDS})
        assert late.status_code == 409
        assert WORDS in late.text
        assert "De laatste dag is voorbij" in late.text
        assert "Het is deze keer niet gelukt" in text(
            mother.get(f"/samenwerken/{review_id}")
        )


def test_what_was_opened_can_no_longer_be_sent_or_taken_back(app, make, steps, in_time):
    review_id = steps.begin()
    steps.answer(review_id, steps.family.worker)
    mother = make.sign_in(app, steps.family.mother)
    base = answer_all(mother, begin(mother, review_id), "3")
    taken = mother.post(f"{base}/verstuurd")
    assert taken.status_code == 303
    assert steps.review(review_id).state is ReviewState.ONE_PARTY_DONE
    assert mother.post(f"{base}/controle").status_code == 303
    with in_time(minutes=6):
        mother = make.sign_in(app, steps.family.mother)
        assert mother.post(f"{base}/verstuurd").status_code == 409
        mother.get(f"/samenwerken/{review_id}")
    assert steps.review(review_id).state is ReviewState.REVEALED


def test_other_people_find_nothing_and_the_two_do(app, make, steps, outsider):
    review_id = steps.opened()
    client_page, worker_page = (
        f"/samenwerken/{review_id}",
        f"/samen-sterker/{review_id}",
    )
    assert make.sign_in(app, steps.family.mother).get(client_page).status_code == 200
    assert make.sign_in(app, steps.family.worker).get(worker_page).status_code == 200
    colleague = make.staff(
        steps.tenant, Role.WORKER, Role.TEAM_LEAD, team_id=steps.family.team_id
    )
    for person in (steps.family.father, steps.family.youth):
        assert make.sign_in(app, person).get(client_page).status_code == 404
    for person in (colleague, outsider):
        browser = make.sign_in(app, person)
        assert browser.get(worker_page).status_code == 404
        assert browser.get(f"{worker_page}/voorbereiden").status_code == 404
        assert browser.post(f"{worker_page}/afsluiten").status_code == 404
    assert visitor(app, steps.tenant).get(client_page).status_code == 303


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_every_page_of_the_client_speaks_the_language(app, make, steps, language):
    mother = make.sign_in(app, steps.family.mother)
    waiting = steps.begin()
    pages = ["/samenwerken", f"/samenwerken/{waiting}"]
    for url in pages:
        with mother.session_transaction(base_url=steps.tenant.base_url) as cookie:
            cookie["language"] = language
        page = mother.get(url)
        assert page.status_code == 200
        expected = {"nl": "Samenwerken", "en": "Working together", "ar": "العمل معًا"}
        assert expected[language] in page.text
        if language != "en":
            assert "Working together" not in page.text


def test_a_plugin_that_is_off_answers_as_for_an_id_that_never_was(app, make, steps):
    review_id = steps.begin()
    with TenantSession(make.engine, steps.tenant.id) as session:
        row = session.query(TenantPlugin).filter_by(plugin="samen_sterker").one()
        row.state = PluginState.FROZEN
        session.commit()
    with make.operator.begin() as connection:
        connection.execute(
            sql("update tenant set revision = revision + 1 where id = :id"),
            {"id": steps.tenant.id},
        )
    mother = make.sign_in(app, steps.family.mother)
    assert mother.get(f"/samenwerken/{review_id}").status_code == 404
    assert mother.get(f"/vragen/begin/samen_sterker/{review_id}").status_code == 404


def test_the_talk_comes_after_the_opening_and_not_in_the_future(app, make, steps):
    review_id = steps.opened()
    worker = make.sign_in(app, steps.family.worker)
    url = f"/samen-sterker/{review_id}/gesprek"
    for day in ("2020-01-01", "2099-01-01", "gisteren", ""):
        wrong = worker.post(url, data={"met_on": day})
        assert wrong.status_code == 422, day
        assert day in wrong.text
    today = steps.tenant.today().isoformat()
    assert worker.post(url, data={"met_on": today}).status_code == 303


def test_an_agreement_that_is_too_long_is_kept_and_refused(app, make, steps):
    review_id = steps.opened()
    worker = make.sign_in(app, steps.family.worker)
    long = "x" * 501
    typed = {"text": long, "who": "worker", "by_when": "2099-01-01"}
    refused = worker.post(f"/samen-sterker/{review_id}/afspraken", data=typed)
    assert refused.status_code == 422
    assert long in refused.text


def test_an_agreement_is_the_clients_or_the_workers(steps):
    review_id = steps.opened()
    by_when = steps.tenant.today()
    with steps.as_(steps.family.worker) as ctx:
        talk.agree(ctx, review_id, Promised("Ik bel.", by_when, by_client=False))
        talk.agree(ctx, review_id, Promised("Ik app.", by_when, by_client=True))
    with steps.as_(steps.family.worker) as ctx:
        found = agreements_from(ctx, "samen_sterker", review_id)
    assert {(one.text, one.by_client, one.owner) for one in found} == {
        ("Ik bel.", False, "Karin de Wit"),
        ("Ik app.", True, None),
    }


def test_the_page_of_a_case_shows_its_worker_where_each_review_stands(app, make, steps):
    page = f"/gezinnen/{steps.family.case_id}"
    worker = make.sign_in(app, steps.family.worker)
    assert PANEL not in worker.get(page).text

    review_id = steps.begin()
    shown = worker.get(page)
    assert PANEL in shown.text
    assert f"/samen-sterker/{review_id}" in shown.text
    assert "Samen Sterker met Samira Open" in text(shown)

    lead = make.staff(
        steps.tenant, Role.TEAM_LEAD, name="Olaf", team_id=steps.family.team_id
    )
    seen = make.sign_in(app, lead).get(page)
    assert seen.status_code == 200
    assert PANEL not in seen.text
    assert str(review_id) not in seen.text
