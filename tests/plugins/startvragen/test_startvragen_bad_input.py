"""What goes wrong between people and pages: nothing typed is lost, nothing leaks."""

import html
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from uuid import uuid4

import pytest
from sheet_steps import WORDS
from sqlalchemy import text

from klankbord.errors import Overtaken
from klankbord_startvragen.services import cards, changing

LONG = "x" * 20_000
MINE = "Bel eerst even, dan schrik ik niet."
OTHERS = "Kom liever in de middag."


def line_page(sheets, client, topic="explaining"):
    return f"/zo-werkt-het/regel/{sheets.lines(client)[topic].id}"


def typed(sheets, client, words, topic="explaining", choice="pictures"):
    version = sheets.lines(client)[topic].version
    return {"choice": choice, "words": words, "version": version}


# -- two at once -----------------------------------------------------------------------


def test_who_saves_second_on_another_device_sees_both_texts_and_loses_nothing(
    app, make, sheets
):
    mother = sheets.family.mother
    sheets.filled(mother)
    page = line_page(sheets, mother)
    at_home, on_the_way = make.sign_in(app, mother), make.sign_in(app, mother)
    first, second = typed(sheets, mother, OTHERS), typed(sheets, mother, MINE)
    assert at_home.post(page, data=first).status_code == 303

    overtaken = on_the_way.post(page, data=second)

    assert overtaken.status_code == 409
    assert overtaken.text.count(OTHERS) == 1
    assert overtaken.text.count(MINE) == 2  # beside the other, and in the field
    assert sheets.lines(mother)["explaining"].words == OTHERS

    again = second | {"version": sheets.lines(mother)["explaining"].version}
    assert f'value="{again["version"]}"' in overtaken.text
    assert on_the_way.post(page, data=again).status_code == 303
    assert sheets.lines(mother)["explaining"].words == MINE
    assert [row.words for row in sheets.earlier(mother)] == [WORDS, OTHERS]


def test_a_line_that_was_put_back_elsewhere_is_not_overwritten_unseen(sheets):
    mother = sheets.family.mother
    sheets.filled(mother)
    before = sheets.lines(mother)["explaining"]
    sheets.write(mother, "explaining", OTHERS)
    [earlier] = sheets.earlier(mother)
    opened = sheets.lines(mother)["explaining"].version
    with sheets.as_(mother) as ctx:
        changing.put_back(ctx, earlier.id)

    with pytest.raises(Overtaken), sheets.as_(mother) as ctx:
        changing.change_line(ctx, before.id, None, MINE, opened)

    assert sheets.lines(mother)["explaining"].words == WORDS


def test_two_members_who_save_at_once_are_both_kept(app, make, sheets):
    mother, father = sheets.family.mother, sheets.family.father
    for client, words in ((mother, MINE), (father, OTHERS)):
        sheets.filled(client)
        posted = typed(sheets, client, words)
        page = line_page(sheets, client)
        assert make.sign_in(app, client).post(page, data=posted).status_code == 303

    assert sheets.lines(mother)["explaining"].words == MINE
    assert sheets.lines(father)["explaining"].words == OTHERS


def test_a_member_who_is_asked_twice_has_one_card_and_one_mail(app, make, sheets):
    worker = make.sign_in(app, sheets.family.worker)
    page = f"/startvragen/{sheets.family.case_id}"
    asked = {"client_id": str(sheets.family.mother.client_id), "how": "alone"}
    assert [worker.post(page, data=asked).status_code for _ in range(2)] == [303, 303]
    assert len(sheets.cards()) == 1
    assert len(sheets.messages("startvragen.answer")) == 1


def test_who_asks_at_the_very_same_time_comes_to_the_same_card(make, sheets):
    family, others = sheets.family, ThreadPoolExecutor(1)
    with others, sheets.as_(family.worker) as ctx:
        whom = family.case_id, family.mother.client_id
        first = cards.ask_member(ctx, *whom, together=True)
        second = others.submit(sheets.ask, family.mother, together=True)
        wait_until_somebody_waits(make)

    assert second.result() == first


def wait_until_somebody_waits(make):
    """Return once a statement waits for the end of another's work."""
    waiting = text("select count(*) from pg_locks where not granted")
    until = monotonic() + 30
    with make.operator.connect() as connection:
        while not connection.scalar(waiting):
            assert monotonic() < until
            sleep(0.01)


def test_asking_without_saying_whom_is_said_on_the_page_and_to_nobody_elses_worker(
    app, make, sheets
):
    page = f"/startvragen/{sheets.family.case_id}"
    refused = make.sign_in(app, sheets.family.worker).post(page, data={})
    assert refused.status_code == 422
    assert "Kies over wie het gaat" in refused.text

    other = make.sign_in(app, make.family(sheets.tenant).worker)
    assert other.post(page, data={}).status_code == 404
    assert "Kies over wie het gaat" not in other.get("/startvragen").text


# -- too long, unknown, of somebody else -----------------------------------------------


def test_an_answer_of_twenty_thousand_characters_on_a_line_stays_in_the_field(
    app, make, sheets
):
    mother = sheets.family.mother
    sheets.filled(mother)
    browser = make.sign_in(app, mother)
    posted = typed(sheets, mother, LONG)

    refused = browser.post(line_page(sheets, mother), data=posted)

    assert refused.status_code == 422
    assert LONG in refused.text
    assert "te lang" in refused.text
    assert sheets.lines(mother)["explaining"].words == WORDS
    shorter = posted | {"words": LONG[:300]}
    assert browser.post(line_page(sheets, mother), data=shorter).status_code == 303
    assert len(sheets.lines(mother)["explaining"].words) == 300


@pytest.mark.parametrize("number", [2, 6], ids=["beside a choice", "only words"])
def test_an_answer_of_twenty_thousand_characters_on_the_card_stays_in_the_field(
    app, make, sheets, number
):
    mother = sheets.family.mother
    begun = sheets.draft(sheets.ask(mother), mother)
    browser = make.sign_in(app, mother)
    answer = {"answer": "pictures"} if number == 2 else {}

    page = f"/vragen/{begun}/{number}"
    refused = browser.post(page, data=answer | {"words": LONG})

    assert refused.status_code == 422
    assert LONG in refused.text
    assert "te lang" in refused.text
    assert browser.post(page, data=answer | {"words": MINE}).status_code == 303


@pytest.mark.parametrize("topic", ["explaining", "company"])
def test_a_choice_that_does_not_exist_is_refused_and_the_words_stay(
    app, make, sheets, topic
):
    mother = sheets.family.mother
    sheets.filled(mother)
    posted = typed(sheets, mother, MINE, topic, choice="planted")
    before = sheets.lines(mother)[topic].words

    refused = make.sign_in(app, mother).post(
        line_page(sheets, mother, topic), data=posted
    )

    assert refused.status_code == 422
    assert MINE in refused.text
    assert sheets.lines(mother)[topic].words == before


@pytest.mark.parametrize(
    "version", ["", "0", "no number", "99999999999999999999"], ids=str
)
def test_a_version_that_is_none_changes_nothing(app, make, sheets, version):
    mother = sheets.family.mother
    sheets.filled(mother)
    posted = typed(sheets, mother, MINE) | {"version": version}

    refused = make.sign_in(app, mother).post(line_page(sheets, mother), data=posted)

    assert refused.status_code in {409, 422}
    assert MINE in refused.text
    assert sheets.lines(mother)["explaining"].words == WORDS


@pytest.mark.parametrize("page", ["wie", "wie-per-onderwerp"])
def test_a_reader_who_does_not_exist_is_refused_and_nothing_is_shared(
    app, make, sheets, page
):
    mother = sheets.family.mother
    part_id = sheets.filled(mother)
    line_id = sheets.lines(mother)["explaining"].id
    name = "readers" if page == "wie" else f"line_{line_id}"
    browser = make.sign_in(app, mother)
    address = f"/zo-werkt-het/{part_id}/{page}"

    refused = browser.post(address, data={name: ["worker", "everybody"]})

    assert refused.status_code == 422
    assert shared_lines(sheets, mother) == set()
    assert browser.post(address, data={name: ["worker"]}).status_code == 303
    assert "explaining" in shared_lines(sheets, mother)


def shared_lines(sheets, client):
    return {
        topic
        for topic, line in sheets.lines(client).items()
        if line.worker_id or line.new_worker or line.expert
    }


def test_a_line_of_another_member_is_like_none_at_all(app, make, sheets):
    mother, father = sheets.family.mother, sheets.family.father
    sheets.filled(mother)
    sheets.filled(father)
    page = line_page(sheets, mother)
    posted = typed(sheets, mother, MINE)
    browser = make.sign_in(app, father)
    nowhere = f"/zo-werkt-het/regel/{uuid4()}"
    for answer, nothing in (
        (browser.get(page), browser.get(nowhere)),
        (browser.post(page, data=posted), browser.post(nowhere, data=posted)),
    ):
        assert answer.status_code == nothing.status_code == 404
        assert WORDS not in html.unescape(answer.text)
    his = sheets.part(father).id
    hers = {f"line_{sheets.lines(mother)['explaining'].id}": "worker"}
    each = f"/zo-werkt-het/{his}/wie-per-onderwerp"
    assert browser.post(each, data=hers).status_code == 422

    assert sheets.lines(mother)["explaining"].words == WORDS
    assert shared_lines(sheets, mother) == set()
    assert shared_lines(sheets, father) == set()


def test_what_stood_there_is_put_back_by_its_owner_only(app, make, sheets):
    mother = sheets.family.mother
    sheets.filled(mother)
    sheets.write(mother, "explaining", OTHERS)
    [earlier] = sheets.earlier(mother)
    page = f"/zo-werkt-het/eerder/{earlier.id}"
    assert make.sign_in(app, sheets.family.father).post(page).status_code == 404
    assert sheets.lines(mother)["explaining"].words == OTHERS

    assert make.sign_in(app, mother).post(page).status_code == 303
    assert sheets.lines(mother)["explaining"].words == WORDS


# -- withdrawn while the worker is at work ---------------------------------------------


def test_withdrawn_while_the_worker_asks_again_the_next_page_shows_nothing(
    app, make, sheets
):
    mother = sheets.family.mother
    sheets.filled(mother, share=True)
    worker = make.sign_in(app, sheets.family.worker)
    page = f"/startvragen/{sheets.family.case_id}"
    assert WORDS in worker.get(page).text
    sheets.stop(mother)

    asked = {"client_id": str(mother.client_id), "how": "alone"}
    answer = worker.post(page, data=asked, follow_redirects=True)

    assert answer.status_code == 200
    assert WORDS not in answer.text
    assert shared_lines(sheets, mother) == set()


def test_a_topic_that_stood_empty_is_not_shared_unseen_when_it_is_filled_in(
    app, make, sheets
):
    """Nobody ticks a topic on which nothing stands: later it is the owner's."""
    mother = sheets.family.mother
    sheets.filled(mother, share=True)
    sheets.share_each(mother, explaining=["worker"])

    sheets.write(mother, "never", MINE)

    worker = make.sign_in(app, sheets.family.worker)
    seen = worker.get(f"/startvragen/{sheets.family.case_id}").text
    assert WORDS in seen
    assert MINE not in seen
