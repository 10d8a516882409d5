"""The pages of somebody who answers, in a browser without JavaScript."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select
from talk_plugin.plugin import TALKS, hold_talk

from klankbord.db import now
from klankbord.questionnaires.models import Answer, AnswerDraft

WORDS = "Ik wil graag dat we <langzaam> praten"
SEVENTEEN = timedelta(days=int(17.5 * 365.25))


@pytest.fixture
def mother(make, app, scene):
    return make.sign_in(app, scene.family.mother)


def page_of(answer):
    return answer.get_data(as_text=True)


def heading_of(answer):
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page_of(answer), re.DOTALL)
    return found[1].strip()


def begin_address(scene):
    return f"/vragen/begin/talk/{scene.subject_id}"


def begin(browser, scene):
    """Begin, and return the address of the answers."""
    answer = browser.post(begin_address(scene))
    assert answer.status_code == 303
    return answer.location.rpartition("/")[0]


def test_the_start_page_tells_what_comes_and_who_sees_it(mother, scene):
    page = page_of(mother.get(begin_address(scene)))

    for words in (
        "Hoe ging het gesprek?",
        "Je mag vragen overslaan.",
        "Aantal vragen: 4",
        "Ongeveer 2 minuten",
        "Begin",
    ):
        assert words in page


def test_looking_at_the_start_page_begins_nothing(mother, scene):
    mother.get(begin_address(scene))
    assert "Ga verder" not in page_of(mother.get(begin_address(scene)))
    begin(mother, scene)
    assert "Ga verder" in page_of(mother.get(begin_address(scene)))


def test_the_title_is_neutral_and_counts_in_words(mother, scene):
    page = page_of(mother.get(f"{begin(mother, scene)}/1"))
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]

    assert "Vraag 1 van 4" in title
    assert "Karin" not in title
    assert "gesprek" not in title


def test_nothing_is_chosen_before_the_person_chooses(mother, scene):
    address = begin(mother, scene)
    for number in range(1, 5):
        page = page_of(mother.get(f"{address}/{number}"))
        assert " checked" not in page
        assert "Sla deze vraag over" in page


def test_the_whole_way_works_without_javascript(mother, scene, rows):
    address = begin(mother, scene)
    for number, typed in enumerate(
        ({"answer": "4", "words": WORDS}, {"answer": "7"}, {"skip": "1"}, {"skip": "1"})
    ):
        answer = mother.post(f"{address}/{number + 1}", data=typed)
        assert answer.status_code == 303
    assert answer.location == f"{address}/controle"

    check = page_of(mother.get(f"{address}/controle"))
    assert "Goed" in check
    assert "praten" in check
    assert "&lt;langzaam&gt;" in check
    assert "Je hebt deze vraag overgeslagen" in check

    answer = mother.post(f"{address}/controle")
    assert answer.location == f"{address}/verstuurd"
    sent = page_of(mother.get(answer.location))
    assert "Dank je wel" in sent
    assert "Neem terug" in sent
    assert len(rows(select(Answer.id))) == 4


def test_what_was_answered_is_there_when_the_person_comes_back(mother, scene):
    address = begin(mother, scene)
    mother.post(f"{address}/1", data={"answer": "2", "words": WORDS})
    mother.post(f"{address}/2", data={"answer": "0"})

    first, second = (page_of(mother.get(f"{address}/{n}")) for n in (1, 2))

    assert re.search(r'value="2"[^>]* checked', first)
    assert "langzaam" in first
    assert re.search(r'value="0"[^>]* checked', second)


def test_going_back_keeps_what_was_typed(mother, scene):
    address = begin(mother, scene)
    typed = {"answer": "4", "words": WORDS, "back": "1"}
    assert mother.post(f"{address}/1", data=typed).status_code == 303
    typed = {"answer": "7", "back": "1"}
    assert mother.post(f"{address}/2", data=typed).location == f"{address}/1"

    first, second = (page_of(mother.get(f"{address}/{n}")) for n in (1, 2))

    assert "langzaam" in first
    assert re.search(r'value="7"[^>]* checked', second)


def test_going_back_with_nothing_filled_in_skips_nothing(mother, scene, rows):
    address = begin(mother, scene)

    answer = mother.post(f"{address}/2", data={"back": "1"})

    assert answer.location == f"{address}/1"
    assert rows(select(AnswerDraft.id)) == []
    assert "Nog niet ingevuld" in page_of(mother.get(f"{address}/controle"))


def test_words_that_were_taken_out_stay_out_when_the_person_goes_back(mother, scene):
    address = begin(mother, scene)
    mother.post(f"{address}/4", data={"words": WORDS})
    mother.post(f"{address}/4", data={"words": "", "back": "1"})
    assert "langzaam" not in page_of(mother.get(f"{address}/4"))


def test_too_long_a_text_is_not_lost_by_going_back(mother, scene):
    address = begin(mother, scene)
    long_text = "heel lang verhaal " * 20
    answer = mother.post(f"{address}/1", data={"words": long_text, "back": "1"})
    assert answer.status_code == 422
    assert long_text.strip() in page_of(answer)


def test_going_back_from_a_change_leads_to_the_overview(mother, scene):
    address = begin(mother, scene)
    typed = {"answer": "3", "then": "check", "back": "1"}
    assert mother.post(f"{address}/2", data=typed).location == f"{address}/controle"
    assert "3" in page_of(mother.get(f"{address}/controle"))


def test_the_last_question_says_that_the_answers_come_once_more(mother, scene):
    address = begin(mother, scene)
    third, last = (page_of(mother.get(f"{address}/{n}")) for n in (3, 4))
    assert "Volgende vraag" in third
    assert "Kijk je antwoorden na" not in third
    assert "Kijk je antwoorden na" in last
    assert "Volgende vraag" not in last


def test_change_on_the_check_page_leads_back_to_the_check_page(mother, scene):
    address = begin(mother, scene)
    check = page_of(mother.get(f"{address}/controle"))
    assert f"{address}/2?then=check" in check
    page = page_of(mother.get(f"{address}/2?then=check"))
    assert '<input type="hidden" name="then" value="check">' in page

    answer = mother.post(f"{address}/2", data={"answer": "3", "then": "check"})

    assert answer.location == f"{address}/controle"


def test_an_empty_answer_is_told_and_skipping_is_offered(mother, scene):
    address = begin(mother, scene)
    answer = mother.post(f"{address}/1", data={})

    assert answer.status_code == 422
    assert "Kies een antwoord, of sla deze vraag over." in page_of(answer)
    assert mother.post(f"{address}/1", data={"skip": "1"}).status_code == 303


@pytest.mark.parametrize("typed", ["0", "6", "4.5", "veel", "-1"])
def test_an_answer_that_does_not_exist_is_refused(mother, scene, typed):
    address = begin(mother, scene)
    assert mother.post(f"{address}/1", data={"answer": typed}).status_code == 422
    assert mother.post(f"{address}/1", data={"answer": "5"}).status_code == 303


def test_a_field_that_does_not_exist_is_refused(mother, scene):
    address = begin(mother, scene)
    answer = mother.post(f"{address}/1", data={"answer": "4", "owner_id": str(uuid4())})
    assert answer.status_code == 422


def test_a_text_that_is_too_long_is_kept_and_the_limit_shown(mother, scene, rows):
    address = begin(mother, scene)
    long_text = "heel lang verhaal " * 20
    answer = mother.post(f"{address}/1", data={"answer": "4", "words": long_text})
    page = page_of(answer)

    assert answer.status_code == 422
    assert long_text.strip() in page
    assert "Je tekst is te lang" in page
    assert "200" in page
    assert re.search(r'value="4"[^>]* checked', page)
    assert rows(select(AnswerDraft.id)) == []


def test_a_line_break_counts_as_one_character(mother, scene):
    address = begin(mother, scene)
    words = "\r\n".join(["a" * 9] * 20)
    answer = mother.post(f"{address}/1", data={"words": words})
    assert answer.status_code == 303


def test_a_closed_subject_says_so_and_gives_the_text_back(mother, scene):
    address = begin(mother, scene)
    scene.talk.closed = True

    answer = mother.post(f"{address}/1", data={"answer": "4", "words": WORDS})
    page = page_of(answer)

    assert answer.status_code == 409
    assert "This talk is closed." in page
    assert "langzaam" in page


def test_two_equal_forms_make_one_answer_set(mother, scene):
    key = {"idempotency_key": str(uuid4())}
    first, second = (mother.post(begin_address(scene), data=key) for _ in range(2))
    assert first.location == second.location

    address = first.location.rpartition("/")[0]
    key = {"idempotency_key": str(uuid4())}
    assert [
        mother.post(f"{address}/controle", data=key).location for _ in range(2)
    ] == [f"{address}/verstuurd"] * 2
    assert len(scene.talk.happened) == 1


def test_answers_are_taken_back_within_five_minutes_and_stay_after(mother, scene):
    address = begin(mother, scene)
    mother.post(f"{address}/1", data={"answer": "4", "words": WORDS})
    mother.post(f"{address}/controle")
    assert mother.get(f"{address}/1").location == f"{address}/verstuurd"

    back = mother.post(f"{address}/verstuurd")
    assert back.location == f"{address}/controle"
    assert "langzaam" in page_of(mother.get(back.location))

    mother.post(f"{address}/controle")
    with time_machine.travel(now() + timedelta(minutes=6)):
        page = page_of(mother.get(f"{address}/verstuurd"))
        assert "Neem terug" not in page
        assert mother.post(f"{address}/verstuurd").status_code == 409


def test_who_sees_the_answer_stands_on_every_question(mother, scene):
    address = begin(mother, scene)
    for number in range(1, 5):
        assert "Karin reads your answers." in page_of(mother.get(f"{address}/{number}"))


def test_the_person_chooses_easier_words_and_nothing_typed_is_lost(mother, scene):
    address = begin(mother, scene)
    typed = {"answer": "3", "words": WORDS, "rendering": "easy"}
    answer = mother.post(f"{address}/1", data=typed)
    assert answer.location == f"{address}/1"

    page = mother.get(f"{address}/1")
    assert heading_of(page).endswith("Luisterde Karin?</h1>".removesuffix("</h1>"))
    assert re.search(r'value="3"[^>]* checked', page_of(page))
    assert "langzaam" in page_of(page)


def test_a_client_in_easy_mode_begins_with_easy_words(make, app, tenant, scene):
    mother = make.client(tenant, scene.family.family_id, easy_mode=True)
    subject_id = hold_talk(mother, scene.family.worker)
    browser = make.sign_in(app, mother)
    address = browser.post(f"/vragen/begin/talk/{subject_id}").location
    assert "Luisterde Karin?" in heading_of(browser.get(address))


def test_each_link_around_a_question_has_an_address(mother, scene):
    page = page_of(mother.get(f"{begin(mother, scene)}/1"))

    assert page.count('href="/taal?next=/vragen/') == 2
    assert 'href=""' not in page


def test_a_parent_is_addressed_as_the_organisation_does(make, app, talks_on):
    tenant = talks_on(make.tenant(formal=True))
    family = make.family(tenant)
    subject_id = hold_talk(family.mother, family.worker)
    browser = make.sign_in(app, family.mother)
    address = browser.post(f"/vragen/begin/talk/{subject_id}").location

    assert "goed naar u?" in heading_of(browser.get(address))
    youth_id = hold_talk(family.youth, family.worker)
    youth = make.sign_in(app, family.youth)
    address = youth.post(f"/vragen/begin/talk/{youth_id}").location
    assert "goed naar jou?" in heading_of(youth.get(address))
    young = make.client(tenant, family.family_id, born=tenant.today() - SEVENTEEN)
    young_id = hold_talk(young, family.worker)
    own = make.sign_in(app, young)
    address = own.post(f"/vragen/begin/talk/{young_id}").location
    assert "goed naar jou?" in heading_of(own.get(address))


@pytest.mark.parametrize(
    ("language", "direction", "title"),
    [("en", "ltr", "Question 1 of 4"), ("ar", "rtl", "السؤال 1 من 4")],
)
def test_the_pages_speak_other_languages_whole(
    mother, scene, language, direction, title
):
    address = begin(mother, scene)
    with mother.session_transaction(base_url=mother.base_url) as cookie:
        cookie["language"] = language
    pages = [
        page_of(mother.get(where))
        for where in (begin_address(scene), f"{address}/1", f"{address}/controle")
    ]
    mother.post(f"{address}/controle")
    pages.append(page_of(mother.get(f"{address}/verstuurd")))

    assert title in pages[1]
    for page in pages:
        assert f'lang="{language}" dir="{direction}"' in page
        for dutch in ("Vraag", "Verstuur", "Neem terug", "Verander", "overslaan"):
            assert dutch not in page


def test_a_worker_answers_the_same_questions_in_the_staff_layout(make, app, scene):
    worker = make.sign_in(app, scene.family.worker)
    address = begin(worker, scene)
    page = page_of(worker.get(f"{address}/1"))

    assert "kb-staff" in page
    assert "Luisterde Karin goed naar jou?" in page


def test_others_find_nothing_at_the_address(make, app, scene, mother, outsider):
    address = begin(mother, scene)
    mother.post(f"{address}/1", data={"answer": "4", "words": WORDS})
    family = scene.family
    for person in (family.father, family.youth, family.worker, outsider):
        browser = make.sign_in(app, person)
        for where in ("/1", "/controle", "/verstuurd"):
            answer = browser.get(address + where)
            assert answer.status_code == 404
            assert "langzaam" not in page_of(answer)
        assert browser.post(f"{address}/1", data={"answer": "1"}).status_code == 404
        assert browser.post(f"{address}/controle").status_code == 404
    assert mother.get(f"{address}/1").status_code == 200


def test_a_number_that_does_not_exist_is_not_found(mother, scene):
    address = begin(mother, scene)
    for number in (0, 5, 999):
        assert mother.get(f"{address}/{number}").status_code == 404
    assert mother.get(f"{address}/4").status_code == 200


def test_a_subject_or_questionnaire_that_does_not_exist_is_not_found(mother, scene):
    assert mother.get(f"/vragen/begin/talk/{uuid4()}").status_code == 404
    assert mother.get(f"/vragen/begin/nothing/{scene.subject_id}").status_code == 404
    assert mother.get(begin_address(scene)).status_code == 200
    assert scene.subject_id in TALKS
