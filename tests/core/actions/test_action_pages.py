"""The pages of staff about agreements, in a browser without JavaScript."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest

from klankbord.db import now
from klankbord.permissions import Role

LIST = "/afspraken-met-gezinnen"
DONE = "Ik heb gebeld voor elke afspraak."


@pytest.fixture
def worker(make, app, family):
    """Give the browser of the worker."""
    return make.sign_in(app, family.worker)


def close(browser, action_id, **values):
    said = {"state": "kept", "result": DONE, "version": "1"}
    return browser.post(f"{LIST}/{action_id}", data=said | values)


def test_an_agreement_is_closed_and_the_family_reads_what_was_done(
    make, app, family, worker, promise
):
    action_id = promise()
    page = worker.get(f"{LIST}/{action_id}").text
    assert "Wat is er gedaan?" in page
    assert close(worker, action_id).headers["Location"] == LIST
    assert "Opgeslagen. Het gezin kan het nu lezen." in worker.get(LIST).text
    assert DONE in make.sign_in(app, family.mother).get("/afspraken").text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"result": ""}, "Schrijf op wat er gedaan is."),
        ({"result": "x" * 2001}, "Gebruik hoogstens 2000 tekens."),
        ({"state": ""}, "Kies een van de twee."),
        ({"state": "withdrawn"}, "Kies een van de twee."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    worker, promise, wrong, sentence
):
    answer = close(worker, promise(), **wrong)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert (wrong.get("result") or DONE) in answer.text or "result" in wrong


def test_a_form_without_its_version_is_refused_and_shown_again(worker, promise):
    answer = worker.post(f"{LIST}/{promise()}", data={"result": DONE})
    assert answer.status_code == 422
    assert DONE in answer.text
    assert 'name="version" value="1"' in answer.text


def test_the_second_of_two_sees_both_texts_and_may_then_save_over_it(
    worker, promise, family, make, app
):
    action_id = promise()
    close(worker, action_id, result="De eerste tekst")
    answer = close(worker, action_id, result="De tweede tekst", state="not_kept")
    assert answer.status_code == 409
    for words in ("De eerste tekst", "De tweede tekst", "Nagekomen", "Niet nagekomen"):
        assert words in answer.text
    assert 'name="version" value="2"' in answer.text
    again = close(worker, action_id, result="De tweede tekst", version="2")
    assert again.status_code == 303
    page = make.sign_in(app, family.mother).get("/afspraken").text
    assert "De tweede tekst" in page


def test_the_same_form_sent_twice_closes_once(worker, promise):
    action_id, key = promise(), str(uuid4())
    for _ in range(2):
        assert close(worker, action_id, idempotency_key=key).status_code == 303


def test_the_list_says_in_words_what_is_late(tenant, worker, promise):
    promise("te laat", by_when=tenant.today() - timedelta(days=1))
    page = worker.get(LIST).text
    assert "te laat" in page
    assert "De dag is voorbij" in page
    assert "te laat" not in worker.get(f"{LIST}?show=closed").text


@pytest.mark.parametrize("query", ["?show=nonsense", "?page=-3", "?sort=;drop", "?x=1"])
def test_an_address_that_makes_no_sense_shows_the_ordinary_list(worker, promise, query):
    promise("gewoon")
    answer = worker.get(f"{LIST}{query}")
    assert answer.status_code == 200
    assert "gewoon" in answer.text


def test_the_download_holds_all_and_no_formulas(worker, promise):
    promise("=HYPERLINK(1)", made_at=now())
    text = worker.get(f"{LIST}?as=csv").data.decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text), delimiter=";")
    assert head == ["Naam", "Afspraak", "Uiterlijk", "Stand"]
    assert row[:2] == ["Samira Bakkali", "'=HYPERLINK(1)"]


def test_an_empty_list_says_where_agreements_come_from(worker):
    page = worker.get(LIST).text
    assert "Hier staan geen afspraken" in page


def test_others_find_no_such_agreement(make, app, tenant, worker, promise, outsider):
    action_id = promise()
    for person in (make.staff(tenant, Role.WORKER), outsider):
        browser = make.sign_in(app, person)
        assert browser.get(f"{LIST}/{action_id}").status_code == 404
        assert close(browser, action_id).status_code == 404
        assert "Samira" not in browser.get(LIST).text
    assert worker.get(f"{LIST}/{action_id}").status_code == 200


@pytest.mark.parametrize("role", [Role.TENANT_ADMIN, Role.TEAM_LEAD, Role.MANAGEMENT])
def test_who_works_in_no_cases_has_no_such_list(make, app, tenant, worker, role):
    assert make.sign_in(app, make.staff(tenant, role)).get(LIST).status_code == 403
    assert worker.get(LIST).status_code == 200


def test_the_list_asks_as_much_of_the_database_with_many_rows(
    app, worker, promise, statements
):
    promise()
    worker.get(LIST)
    with statements(app) as few:
        worker.get(LIST)
    for number in range(30):
        promise(f"Afspraak {number}", made_at=now())
    with statements(app) as many:
        worker.get(LIST)
    assert len(many) == len(few)
