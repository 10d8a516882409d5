"""Somebody answers: begins, keeps, skips, looks, sends and takes back."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import func, select, text
from talk_plugin.plugin import OVER, hold_talk

from klankbord.audit.models import AuditEntry
from klankbord.context import SYSTEM
from klankbord.db import TenantSession, now
from klankbord.errors import Conflict, NotFound
from klankbord.plugin import Respondent, RespondentKind
from klankbord.questionnaires.models import Answer, AnswerDraft, AnswerSet
from klankbord.questionnaires.services import (
    Given,
    answering,
    erase_answers,
    final_answers,
    own_answers,
    question_texts,
    seeing,
    submit,
)

SECRET = "Ik voel me soms niet gehoord"


@pytest.fixture
def begun(make, scene):
    ctx = make.context(scene.family.mother)
    answer_set_id = answering.begin(ctx, "talk", scene.subject_id, "nl")
    ctx.finish(commit=True)
    return answer_set_id


def do(make, person, step, *args):
    ctx = make.context(person)
    try:
        result = step(ctx, *args)
        ctx.finish(commit=True)
    finally:
        ctx.session.close()
    return result


def test_beginning_twice_goes_on_with_the_same_answers(make, scene, begun):
    again = do(
        make, scene.family.mother, answering.begin, "talk", scene.subject_id, "nl"
    )
    assert again == begun


def test_every_answer_is_kept_as_the_person_goes(make, scene, begun):
    given = Given(number=4, words=SECRET)
    do(make, scene.family.mother, answering.save_answer, begun, "listening", given)

    page = do(make, scene.family.mother, seeing.see_question, begun, 1, "nl")

    assert page.given == given


def test_a_changed_answer_takes_the_place_of_the_first(make, scene, begun, rows):
    mother = scene.family.mother
    for number in (2, 5):
        given = Given(number=number, words=f"{SECRET} {number}")
        do(make, mother, answering.save_answer, begun, "listening", given)

    page = do(make, mother, seeing.see_question, begun, 1, "nl")

    assert page.given == Given(number=5, words=f"{SECRET} 5")
    assert rows(select(func.count()).select_from(AnswerDraft))[0][0] == 1


def test_a_skipped_question_is_recorded_as_skipped(make, scene, begun):
    mother = scene.family.mother
    do(make, mother, answering.save_answer, begun, "listening", Given())

    page = do(make, mother, seeing.see_check, begun, "nl")

    assert page.given["listening"] == Given()
    assert page.given["calm"] is None


def test_sending_writes_every_item_once_and_leaves_no_draft(make, scene, begun, rows):
    mother = scene.family.mother
    given = Given(number=3, words=SECRET)
    do(make, mother, answering.save_answer, begun, "listening", given)
    do(make, mother, answering.send, begun)

    answers = {
        row.item: row
        for row in rows(
            select(Answer.item, Answer.number, Answer.words, Answer.skipped)
        )
    }

    assert answers["listening"].number == 3
    assert answers["listening"].words == SECRET
    assert {item for item, row in answers.items() if row.skipped} == {
        "calm",
        "again",
        "more",
    }
    assert rows(select(AnswerDraft.id)) == []
    assert scene.talk.happened == [("sent", begun)]


def test_words_lie_sealed_in_the_database(make, scene, begun, rows):
    mother = scene.family.mother
    do(make, mother, answering.save_answer, begun, "more", Given(words=SECRET))
    drafts = rows(text("select words from answer_draft where tenant_id = :tenant_id"))
    do(make, mother, answering.send, begun)
    answers = rows(text("select words from answer where tenant_id = :tenant_id"))

    stored = b"".join(bytes(row.words) for row in (*drafts, *answers) if row.words)

    assert len(stored) > len(SECRET) * 2
    assert SECRET.encode() not in stored


def test_sending_twice_is_sending_once(make, scene, begun):
    for _ in range(2):
        do(make, scene.family.mother, answering.send, begun)

    assert scene.talk.happened == [("sent", begun)]


def test_two_devices_that_send_at_once_send_once(make, scene, begun, rows):
    contexts = [make.context(scene.family.mother) for _ in range(4)]

    def send(ctx):
        answering.send(ctx, begun)
        ctx.finish(commit=True)

    threads = [threading.Thread(target=send, args=(ctx,)) for ctx in contexts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert scene.talk.happened == [("sent", begun)]
    assert rows(select(func.count()).select_from(Answer))[0][0] == 4


def test_within_five_minutes_answers_can_be_taken_back(make, scene, begun):
    mother = scene.family.mother
    given = Given(number=1, words=SECRET)
    do(make, mother, answering.save_answer, begun, "listening", given)
    do(make, mother, answering.send, begun)

    with time_machine.travel(now() + timedelta(minutes=4, seconds=50)):
        do(make, mother, answering.take_back, begun)

    page = do(make, mother, seeing.see_check, begun, "nl")
    assert page.given["listening"] == given
    assert scene.talk.happened == [("sent", begun), ("taken back", begun)]


def test_after_five_minutes_answers_stay(make, scene, begun):
    mother = scene.family.mother
    do(make, mother, answering.send, begun)

    with time_machine.travel(now() + timedelta(minutes=5, seconds=1)):
        assert not do(make, mother, seeing.see_sent, begun, "nl").may_take_back
        with pytest.raises(Conflict):
            do(make, mother, answering.take_back, begun)

    assert scene.talk.happened == [("sent", begun)]


def test_sent_answers_cannot_be_changed(make, scene, begun):
    mother = scene.family.mother
    do(make, mother, answering.send, begun)

    with pytest.raises(Conflict):
        do(make, mother, answering.save_answer, begun, "calm", Given(number=9))


def test_a_closed_subject_takes_no_more_answers(make, scene, begun):
    mother = scene.family.mother
    scene.talk.closed = True

    for step, *args in (
        (answering.save_answer, begun, "calm", Given(number=9)),
        (answering.send, begun),
        (seeing.see_question, begun, 1, "nl"),
    ):
        with pytest.raises(Conflict) as refused:
            do(make, mother, step, *args)
        assert refused.value.message_id == OVER


STEPS = {
    "question": lambda ctx, begun: seeing.see_question(ctx, begun, 1, "nl"),
    "save": lambda ctx, begun: answering.save_answer(ctx, begun, "calm", Given(1)),
    "check": lambda ctx, begun: seeing.see_check(ctx, begun, "nl"),
    "send": answering.send,
    "take back": answering.take_back,
    "own answers": own_answers,
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_nobody_but_the_one_who_answers_gets_in(make, scene, begun, outsider, step):
    family = scene.family
    for person in (family.father, family.youth, family.worker, outsider):
        with pytest.raises(NotFound):
            do(make, person, step, begun)
    do(make, family.mother, step, begun)


def test_who_has_no_part_in_the_subject_cannot_begin(make, scene, outsider):
    for person in (scene.family.father, scene.family.youth, outsider):
        with pytest.raises(NotFound):
            answering.begin(make.context(person), "talk", scene.subject_id, "nl")


def test_worker_and_client_answer_about_the_same_talk_apart(make, scene, begun):
    worker = scene.family.worker
    own = do(make, worker, answering.begin, "talk", scene.subject_id, "nl")

    assert own != begun
    assert do(make, worker, seeing.see_question, own, 1, "nl").given is None


def test_a_method_that_is_off_answers_as_if_it_never_existed(make, scene, begun):
    tenant = scene.family.mother.tenant
    with TenantSession(make.engine, tenant.id) as session:
        session.execute(
            text(
                "update tenant_plugin set state = 'frozen'"
                " where tenant_id = :tenant_id and plugin = 'talk'"
            )
        )
        session.commit()

    with pytest.raises(NotFound):
        seeing.see_question(make.context(scene.family.mother), begun, 1, "nl")


def test_answers_become_readable_for_the_method_when_they_are_final(make, scene, begun):
    mother = scene.family.mother
    given = Given(number=4, words=SECRET)
    do(make, mother, answering.save_answer, begun, "listening", given)
    do(make, mother, answering.send, begun)
    system = make.context_of(mother.tenant, SYSTEM)

    assert final_answers(system, [begun]) == {}
    with time_machine.travel(now() + timedelta(minutes=5, seconds=1)):
        found = final_answers(system, [begun, uuid4()])

    assert list(found) == [begun]
    assert ("listening", 4, None, SECRET, False) in found[begun]


def test_the_author_reads_the_own_answers_also_when_it_is_closed(make, scene, begun):
    mother = scene.family.mother
    do(make, mother, answering.save_answer, begun, "more", Given(words=SECRET))
    scene.talk.closed = True

    assert [row.words for row in do(make, mother, own_answers, begun)] == [SECRET]


def test_the_system_can_submit_a_whole_set_of_long_ago(make, scene, rows):
    mother = scene.family.mother
    respondent = Respondent(RespondentKind.PARENT, client_id=mother.client_id)
    long_ago = now() - timedelta(days=90)
    system = make.context_of(mother.tenant, SYSTEM)

    made = submit(
        system,
        "talk",
        scene.subject_id,
        respondent,
        {"listening": Given(number=5)},
        at=long_ago,
    )
    system.finish(commit=True)

    assert rows(select(AnswerSet.sent_at).where(AnswerSet.id == made)) == [(long_ago,)]
    assert len(final_answers(make.context_of(mother.tenant, SYSTEM), [made])[made]) == 4


def test_nobody_submits_for_somebody_else_or_for_another_moment(make, scene):
    mother, father = scene.family.mother, scene.family.father
    hers = Respondent(RespondentKind.PARENT, client_id=mother.client_id)

    with pytest.raises(NotFound):
        submit(make.context(father), "talk", scene.subject_id, hers, {})
    with pytest.raises(NotFound):
        submit(make.context(mother), "talk", scene.subject_id, hers, {}, at=now())
    assert isinstance(
        do(make, mother, submit, "talk", scene.subject_id, hers, {}), UUID
    )


def test_erasing_takes_answers_and_drafts_of_a_subject_only(make, scene, begun, rows):
    mother, worker = scene.family.mother, scene.family.worker
    other = hold_talk(mother, worker)
    kept = do(make, mother, answering.begin, "talk", other, "nl")
    for made in (begun, kept):
        do(make, mother, answering.save_answer, made, "more", Given(words=SECRET))
    do(make, mother, answering.send, begun)
    ctx = make.context_of(mother.tenant, SYSTEM)

    erase_answers(ctx, "talk", [scene.subject_id])
    ctx.session.commit()

    assert rows(select(AnswerSet.id)) == [(kept,)]
    assert rows(select(Answer.id)) == []
    assert len(rows(select(AnswerDraft.id))) == 1


def test_texts_of_a_set_speak_as_the_one_who_answered_was_asked(make, scene, begun):
    ctx = make.context(scene.family.mother)
    names = {"worker": "Karin"}

    je = question_texts(ctx, begun, "nl", names)["listening"]
    ctx.tenant = replace(ctx.tenant, formal=True)
    u = question_texts(ctx, begun, "nl", names)["listening"]

    assert je.question == "Luisterde Karin goed naar jou?"
    assert u.question == "Luisterde Karin goed naar u?"
    assert je.options["5"] == "Heel goed"


def test_each_step_is_in_the_access_log_of_the_client(make, scene, begun, rows):
    mother = scene.family.mother
    do(make, mother, answering.save_answer, begun, "calm", Given(number=7))
    do(make, mother, answering.send, begun)
    do(make, mother, seeing.see_sent, begun, "nl")

    entries = rows(
        select(AuditEntry.action, AuditEntry.ground, AuditEntry.category)
        .where(AuditEntry.client_id == mother.client_id)
        .order_by(AuditEntry.at)
    )

    assert [entry.action.value for entry in entries] == [
        "create",
        "update",
        "create",
        "read",
    ]
    assert {(entry.ground.value, entry.category) for entry in entries} == {
        ("own", "answers")
    }


def test_a_whole_set_at_once_is_in_the_access_log_too(make, scene, rows):
    mother, worker = scene.family.mother, scene.family.worker
    hers = Respondent(RespondentKind.PARENT, client_id=mother.client_id)
    karins = Respondent(RespondentKind.WORKER, account_id=worker.account_id)
    first = do(make, mother, submit, "talk", scene.subject_id, hers, {})
    second = do(make, worker, submit, "talk", scene.subject_id, karins, {})
    other = hold_talk(mother, worker)
    system = make.context_of(mother.tenant, SYSTEM)
    third = submit(system, "talk", other, hers, {})
    system.finish(commit=True)

    entries = rows(
        select(
            AuditEntry.object_id,
            AuditEntry.client_id,
            AuditEntry.action,
            AuditEntry.ground,
        ).order_by(AuditEntry.at)
    )

    assert [(made, who, what.value, why.value) for made, who, what, why in entries] == [
        (first, mother.client_id, "create", "own"),
        (second, mother.client_id, "create", "relation"),
        (third, mother.client_id, "create", "system"),
    ]
