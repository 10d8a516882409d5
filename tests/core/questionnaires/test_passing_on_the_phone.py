"""The worker passes on the phone; the child answers; the worker sees nothing of it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from talk_plugin.plugin import hold_talk

from klankbord.accounts.models import Account, AccountSession
from klankbord.accounts.passwords import hash_password
from klankbord.audit.models import AuditEntry
from klankbord.db import TenantSession
from klankbord.permissions import Role
from klankbord.questionnaires.models import Answer, AnswerDraft, AnswerSet

PASSWORD = "zeven groene fietsen op dinsdag"
SECRET = "Ik vind het soms eng"


@pytest.fixture
def family(make, tenant):
    family = make.family(tenant, youth_age=9)
    with TenantSession(make.engine, tenant.id) as session:
        account = session.get(Account, (tenant.id, family.worker.account_id))
        account.password_hash = hash_password(PASSWORD)
        session.commit()
    return family


@pytest.fixture
def subject_id(family):
    return hold_talk(family.youth, family.worker)


@pytest.fixture
def address(family, subject_id):
    return f"/vragen/doorgeven/talk/{subject_id}/{family.youth.client_id}"


@pytest.fixture
def phone(make, app, family):
    return make.sign_in(app, family.worker)


@pytest.fixture
def passed(phone, address):
    """Pass on the phone; return where the child's answers are."""
    answer = phone.post(address, data={"language": "nl"})
    assert answer.status_code == 303
    return answer.location.rpartition("/")[0]


def page_of(answer):
    return answer.get_data(as_text=True)


def test_the_worker_reads_first_what_will_happen(phone, address, rows):
    page = page_of(phone.get(address))
    for words in ("Noor", "Jij ziet de antwoorden niet", "Zet op slot en geef door"):
        assert words in page
    assert rows(select(AnswerSet.id)) == []


def test_a_locked_phone_opens_nothing_but_the_questions(phone, passed):
    assert phone.get(f"{passed}/1").status_code == 200
    for where in ("/", "/werk", "/gezinnen", "/start", "/beheer/vragenlijsten"):
        assert phone.get(where).status_code in (403, 404), where
    assert "Gezinnen" not in page_of(phone.get(f"{passed}/1"))


def test_the_child_is_asked_in_words_for_a_child(phone, passed):
    assert "Luisterde Karin naar jou?" in page_of(phone.get(f"{passed}/1"))


@pytest.mark.parametrize(("age", "words"), [(40, "naar u?"), (17.5, "naar jou?")])
def test_a_parent_who_answers_on_it_is_addressed_by_age(
    make, app, talks_on, age, words
):
    tenant = talks_on(make.tenant(formal=True))
    family = make.family(tenant)
    born = tenant.today() - timedelta(days=int(age * 365.25))
    parent = make.client(tenant, family.family_id, born=born)
    talk = hold_talk(parent, family.worker)
    phone = make.sign_in(app, family.worker)

    address = f"/vragen/doorgeven/talk/{talk}/{parent.client_id}"
    first = phone.post(address, data={"language": "nl"}).location

    assert words in page_of(phone.get(first))


def test_the_family_chooses_its_own_language(phone, address):
    answer = phone.post(address, data={"language": "ar"})
    page = page_of(phone.get(answer.location))
    assert 'lang="ar" dir="rtl"' in page
    assert "هل استمع" in page


def test_the_child_answers_and_the_answers_are_the_childs(phone, passed, family, rows):
    phone.post(f"{passed}/1", data={"answer": "2", "words": SECRET})
    assert phone.post(f"{passed}/controle").status_code == 303
    sent = page_of(phone.get(f"{passed}/verstuurd"))
    assert "Geef de telefoon terug" in sent

    (answers,) = rows(select(AnswerSet.client_id, AnswerSet.account_id, AnswerSet.mode))
    assert answers.client_id == family.youth.client_id
    assert answers.account_id is None
    assert answers.mode.value == "passed_phone"
    assert SECRET in {row.words for row in rows(select(Answer.words))}


def test_the_access_log_says_that_the_worker_acted_for_the_child(
    phone, passed, family, rows
):
    phone.get(f"{passed}/1")
    entries = rows(
        select(AuditEntry.account_id, AuditEntry.on_behalf_of, AuditEntry.ground).where(
            AuditEntry.client_id == family.youth.client_id
        )
    )
    assert entries
    for entry in entries:
        assert entry.account_id == family.worker.account_id
        assert entry.on_behalf_of == family.youth.client_id
        assert entry.ground.value == "relation"


def test_after_giving_back_the_worker_sees_nothing_of_it(phone, passed):
    phone.post(f"{passed}/1", data={"answer": "2", "words": SECRET})
    phone.post(f"{passed}/controle")
    assert phone.post("/vragen/telefoon-terug").location == "/vragen/ontgrendelen"

    for where in ("/1", "/controle", "/verstuurd"):
        answer = phone.get(passed + where)
        assert answer.status_code == 404, where
        assert SECRET not in page_of(answer)
    assert phone.post(f"{passed}/verstuurd").status_code == 404
    unlocked = phone.post("/vragen/ontgrendelen", data={"password": PASSWORD})
    assert unlocked.status_code == 303
    for where in ("/1", "/controle", "/verstuurd"):
        assert phone.get(passed + where).status_code == 404, where


def test_no_page_with_an_answer_is_kept_by_the_browser(phone, passed):
    phone.post(f"{passed}/1", data={"answer": "2", "words": SECRET})
    for where in ("/1", "/controle"):
        answer = phone.get(passed + where)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("passed")
def test_only_the_workers_password_opens_the_phone_again(phone, rows):
    page = page_of(phone.get("/vragen/telefoon-terug"))
    assert "Karin" in page
    phone.post("/vragen/telefoon-terug")

    wrong = phone.post("/vragen/ontgrendelen", data={"password": "iets anders"})
    assert wrong.status_code == 422
    assert phone.get("/werk").status_code in (403, 404)
    assert rows(select(AccountSession.locked_for))[0][0] is not None

    right = phone.post("/vragen/ontgrendelen", data={"password": PASSWORD})
    assert right.status_code == 303
    assert rows(select(AccountSession.locked_for)) == [(None,)]


def test_the_password_does_not_open_a_phone_that_was_not_given_back(phone, passed):
    assert phone.get("/vragen/ontgrendelen").location == "/vragen/telefoon-terug"
    answer = phone.post("/vragen/ontgrendelen", data={"password": PASSWORD})
    assert answer.status_code == 409
    assert phone.get(f"{passed}/1").status_code == 200


def test_what_was_not_sent_is_gone_when_the_phone_comes_back(phone, passed, rows):
    phone.post(f"{passed}/1", data={"answer": "2", "words": SECRET})
    assert "Ze worden gewist" in page_of(phone.get("/vragen/telefoon-terug"))
    phone.post("/vragen/telefoon-terug")
    assert rows(select(AnswerDraft.id)) == []


def test_passing_on_again_shows_nothing_of_the_time_before(phone, passed, address):
    phone.post(f"{passed}/1", data={"answer": "2", "words": SECRET})
    phone.post("/vragen/telefoon-terug")
    phone.post("/vragen/ontgrendelen", data={"password": PASSWORD})

    again = phone.post(address, data={"language": "nl"})
    page = page_of(phone.get(again.location))

    assert again.location == f"{passed}/1"
    assert " checked" not in page
    assert SECRET not in page


def test_a_worker_who_comes_back_on_another_device_sees_nothing(
    make, app, family, phone, passed, address
):
    phone.post(f"{passed}/1", data={"answer": "2", "words": SECRET})
    other = make.sign_in(app, family.worker)
    assert other.get(f"{passed}/1").status_code == 404

    again = other.post(address, data={"language": "nl"})
    assert SECRET not in page_of(other.get(again.location))


def test_a_client_who_began_alone_goes_on_alone(
    make, app, family, subject_id, phone, address
):
    own = make.sign_in(app, family.youth)
    begun = own.post(f"/vragen/begin/talk/{subject_id}").location
    own.post(begun, data={"answer": "2", "words": SECRET})

    refused = phone.post(address, data={"language": "nl"})

    assert refused.status_code == 409
    assert SECRET not in page_of(refused)
    assert phone.get(begun).status_code == 404
    assert SECRET in page_of(own.get(begun))


def test_a_client_can_go_on_alone_with_what_began_on_the_workers_phone(
    make, app, family, subject_id, phone, passed, address
):
    phone.post("/vragen/telefoon-terug")
    phone.post("/vragen/ontgrendelen", data={"password": PASSWORD})
    own = make.sign_in(app, family.youth)
    begun = own.post(f"/vragen/begin/talk/{subject_id}").location
    own.post(begun, data={"answer": "2", "words": SECRET})

    assert begun == f"{passed}/1"
    assert phone.post(address, data={"language": "nl"}).status_code == 409
    assert SECRET in page_of(own.get(begun))


def test_a_phone_is_not_passed_on_for_answers_that_were_sent(phone, passed, address):
    phone.post(f"{passed}/controle")
    phone.post("/vragen/telefoon-terug")
    phone.post("/vragen/ontgrendelen", data={"password": PASSWORD})
    assert phone.post(address, data={"language": "nl"}).status_code == 409


@pytest.mark.usefixtures("passed")
def test_a_locked_phone_begins_nothing_else(phone, family):
    own = hold_talk(family.mother, family.worker)
    assert phone.post(f"/vragen/begin/talk/{own}").status_code == 403
    elsewhere = f"/vragen/doorgeven/talk/{own}/{family.mother.client_id}"
    assert phone.post(elsewhere, data={"language": "nl"}).status_code == 403


def test_others_cannot_pass_on_a_phone_for_this_child(
    make, app, tenant, family, address, outsider, phone
):
    colleague = make.staff(tenant, Role.WORKER, name="Piet")
    for person in (colleague, outsider):
        browser = make.sign_in(app, person)
        assert browser.get(address).status_code == 404
        assert browser.post(address, data={"language": "nl"}).status_code == 404
    assert make.sign_in(app, family.mother).get(address).status_code == 403
    assert phone.get(address).status_code == 200


def test_a_child_or_subject_that_does_not_exist_is_not_found(
    phone, family, subject_id, address
):
    for where in (
        f"/vragen/doorgeven/talk/{uuid4()}/{family.youth.client_id}",
        f"/vragen/doorgeven/talk/{subject_id}/{uuid4()}",
        f"/vragen/doorgeven/talk/{subject_id}/{family.mother.client_id}",
    ):
        assert phone.get(where).status_code == 404
    assert phone.get(address).status_code == 200


def test_a_language_that_is_not_offered_is_refused(phone, address):
    answer = phone.post(address, data={"language": "xx"})
    assert answer.status_code == 422
    assert re.search("Kies een van de talen", page_of(answer))
