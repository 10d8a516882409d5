"""The card: taken back, stopped by the end of the case, and gone through again."""

import re

import pytest
from review_steps import later
from sheet_steps import WORDS

from klankbord.errors import Conflict, NotFound
from klankbord.questionnaires.services import answering
from klankbord_startvragen.services import cards, changing

TYPED = "Praat eerst met mij, niet over mij."
THEN = "Schrijf het op een briefje."


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def own_page(sheets, client):
    return f"/zo-werkt-het/{sheets.part(client).id}"


def shown_to_worker(app, make, sheets):
    """Return what the worker reads on every page about the family."""
    case_id = sheets.family.case_id
    worker = make.sign_in(app, sheets.family.worker)
    pages = (f"/gezinnen/{case_id}", f"/startvragen/{case_id}")
    return "".join(worker.get(page).text for page in pages)


# -- the case ends ---------------------------------------------------------------------


def test_when_the_case_ends_half_way_the_text_stays_to_read_and_nothing_is_sent(
    app, make, sheets
):
    mother = sheets.family.mother
    begun = sheets.draft(sheets.ask(mother), mother, never=TYPED)
    browser = make.sign_in(app, mother)
    assert "startvragen.answer" in sheets.tasks(mother)
    own = own_page(sheets, mother)
    assert TYPED not in browser.get(own).text

    sheets.end_case()

    sent = browser.post(f"/vragen/{begun}/controle")
    assert sent.status_code == 409
    assert "staat nog op" in text(sent)
    assert browser.post(f"/vragen/{begun}/6", data={"words": THEN}).status_code == 409
    assert TYPED in browser.get(own).text
    assert sheets.tasks(mother) == sheets.tasks(sheets.family.worker) == set()
    assert TYPED not in shown_to_worker(app, make, sheets)
    for other in (sheets.family.father, sheets.family.youth):
        assert make.sign_in(app, other).get(own).status_code == 404
    with sheets.as_(mother) as ctx, pytest.raises(Conflict):
        cards.begin_card(ctx, sheets.part(mother).id)


def test_what_is_typed_on_a_line_when_the_case_ends_is_shown_again(app, make, sheets):
    mother = sheets.family.mother
    sheets.filled(mother)
    line = sheets.lines(mother)["explaining"]
    browser = make.sign_in(app, mother)
    sheets.end_case()

    typed = {"choice": "talk", "words": TYPED, "version": line.version}
    refused = browser.post(f"/zo-werkt-het/regel/{line.id}", data=typed)

    assert refused.status_code == 409
    assert TYPED in refused.text
    assert sheets.lines(mother)["explaining"].words == WORDS


def test_sent_and_then_the_case_ends_it_comes_on_the_own_page_and_nobody_elses(
    app, make, sheets
):
    mother = sheets.family.mother
    sheets.send(sheets.ask(mother), mother, share=True, words=TYPED)
    sheets.end_case()
    sheets.draw_up()

    with later(minutes=6):
        assert TYPED in make.sign_in(app, mother).get(own_page(sheets, mother)).text
        assert TYPED not in shown_to_worker(app, make, sheets)
    assert sheets.tasks(sheets.family.worker) == set()
    assert sheets.tasks(mother) == set()


# -- taken back ------------------------------------------------------------------------


def test_taken_back_within_five_minutes_nothing_comes_on_the_sheet(sheets):
    mother = sheets.family.mother
    card_id = sheets.ask(mother)
    answers = sheets.send(card_id, mother, share=True)
    assert "startvragen.answer" not in sheets.tasks(mother)

    with later(minutes=4):
        sheets.take_back(answers, mother)
    sheets.draw_up()

    assert sheets.lines(mother) == {}
    assert "startvragen.answer" in sheets.tasks(mother)
    assert len(sheets.messages("startvragen.answer")) == 1
    with sheets.as_(mother) as ctx:
        answering.send(ctx, answers)
    with later(minutes=6):
        sheets.draw_up()
    assert sheets.lines(mother)["explaining"].words == WORDS


def test_after_it_stands_on_the_sheet_taking_back_is_refused(sheets):
    mother = sheets.family.mother
    answers = sheets.send(sheets.ask(mother), mother)
    sheets.draw_up()

    for minutes in (0, 6):
        with later(minutes=minutes), pytest.raises(Conflict):
            sheets.take_back(answers, mother)

    assert sheets.lines(mother)["explaining"].words == WORDS


def test_before_the_five_minutes_are_over_nothing_is_drawn_up(sheets):
    mother = sheets.family.mother
    sheets.send(sheets.ask(mother), mother, share=True)
    with later(minutes=4):
        sheets.look_at_what_is_due()
        assert sheets.lines(mother) == {}
    with later(minutes=6):
        sheets.look_at_what_is_due()
        assert sheets.lines(mother)["explaining"].words == WORDS


# -- a second time ---------------------------------------------------------------------


def test_a_second_time_what_is_skipped_stays_and_what_is_said_anew_is_kept_too(sheets):
    mother = sheets.family.mother
    with later(minutes=-30):
        sheets.filled(mother, reading="fine", steps="step")
    again = sheets.go_through(mother)
    assert sheets.go_through(mother) == again
    sheets.send(again, mother, words=THEN, reading="aloud")
    sheets.draw_up()

    lines = sheets.lines(mother)
    assert (lines["steps"].choice, lines["reading"].choice) == ("step", "aloud")
    assert lines["explaining"].words == THEN
    earlier = {(row.choice, row.words) for row in sheets.earlier(mother)}
    assert earlier == {("pictures", WORDS), ("fine", None)}
    [explained] = [row for row in sheets.earlier(mother) if row.words == WORDS]
    with sheets.as_(mother) as ctx:
        changing.put_back(ctx, explained.id)
    assert sheets.lines(mother)["explaining"].words == WORDS
    assert THEN in {row.words for row in sheets.earlier(mother)}


@pytest.mark.parametrize("answer", [True, False, None], ids=["yes", "no", "skipped"])
def test_a_second_time_only_a_yes_lets_the_worker_read(app, make, sheets, answer):
    """The card promises: only you see this now, until you say at the end who may."""
    mother = sheets.family.mother
    with later(minutes=-30):
        sheets.filled(mother, share=True)
    sheets.share(mother, "worker", "new_worker")
    assert WORDS in shown_to_worker(app, make, sheets)

    sheets.send(sheets.go_through(mother), mother, words=TYPED, share=answer)
    sheets.draw_up()

    with later(minutes=6):
        assert (TYPED in shown_to_worker(app, make, sheets)) is (answer is True)


def test_answers_meant_for_the_former_worker_are_not_for_the_new_one(app, make, sheets):
    mother, new = sheets.family.mother, make.staff(sheets.tenant, "worker")
    sheets.send(sheets.ask(mother), mother, share=True, words=TYPED)
    sheets.hand_over(new)
    sheets.draw_up()

    with later(minutes=6):
        page = f"/gezinnen/{sheets.family.case_id}"
        assert TYPED not in make.sign_in(app, new).get(page).text
    assert "startvragen.read" not in sheets.tasks(new)
    assert "startvragen.new_worker" in sheets.tasks(mother)


# -- under twelve ----------------------------------------------------------------------


@pytest.fixture
def with_child(make, tenant, sheets):
    return type(sheets)(make, make.family(tenant, youth_age=9))


def test_a_child_answers_with_the_worker_and_never_alone(app, make, with_child):
    child, family = with_child.family.youth, with_child.family
    worker = make.sign_in(app, family.worker)
    page = f"/startvragen/{family.case_id}"
    asked = {"client_id": str(child.client_id)}
    worker.post(page, data=asked | {"how": "alone"})
    assert with_child.tasks(child) == set()
    assert with_child.messages("startvragen.answer") == []

    passed = worker.post(page, data=asked | {"how": "together"})

    assert "/vragen/doorgeven/" in passed.headers["Location"]
    [card] = with_child.cards()
    browser = make.sign_in(app, child)
    own = f"/zo-werkt-het/{with_child.part(child).id}"
    assert browser.get(own).status_code == 200
    assert f"{own}/begin" not in browser.get(own).text
    assert browser.post(f"{own}/begin").status_code == 404
    for method in (browser.get, browser.post):
        assert method(f"/vragen/begin/startvragen/{card.id}").status_code == 404
    with with_child.as_(child) as ctx, pytest.raises(NotFound):
        answering.begin(ctx, "startvragen", card.id, "nl")
