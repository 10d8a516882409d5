"""Final answers stay as they are: the database itself refuses, whoever asks."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, delete, event, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from klankbord.context import SYSTEM
from klankbord.db import TenantSession, now, open_engine
from klankbord.plugin import Respondent, RespondentKind
from klankbord.questionnaires.models import Answer, AnswerSet
from klankbord.questionnaires.services import Given, answering, submit


@pytest.fixture
def owner_engine(databases) -> Iterator[Engine]:
    engine = open_engine(databases.owner_url)
    yield engine
    engine.dispose()


GUARDED = {
    "a sent answer is not changed": update(Answer).values(number=1),
    "a set goes to no other subject": update(AnswerSet).values(subject_id=uuid4()),
    "a final set is not reopened": update(AnswerSet).values(
        state="draft", sent_at=None
    ),
    "a final set is not sent again later": update(AnswerSet).values(sent_at=now()),
}


@pytest.fixture
def final(make, scene) -> UUID:
    """Make a set that was sent an hour ago, by the database's own clock."""
    mother = scene.family.mother
    respondent = Respondent(RespondentKind.PARENT, client_id=mother.client_id)
    system = make.context_of(mother.tenant, SYSTEM)
    hour_ago = now() - timedelta(hours=1)
    made = submit(system, "talk", scene.subject_id, respondent, {}, at=hour_ago)
    system.finish(commit=True)
    return made


@pytest.mark.parametrize("name", GUARDED)
@pytest.mark.parametrize("role", ["app", "owner"])
@pytest.mark.usefixtures("final")
def test_the_database_itself_keeps_final_answers(make, scene, owner_engine, name, role):
    engine = make.engine if role == "app" else owner_engine
    with (
        TenantSession(engine, scene.family.mother.tenant.id) as session,
        pytest.raises(DBAPIError, match=r"never|final|belong|permission denied"),
    ):
        session.execute(GUARDED[name])


@pytest.mark.parametrize("role", ["app", "owner"])
def test_the_database_lets_no_answer_into_a_set_that_was_sent(
    make, scene, final, owner_engine, role
):
    engine = make.engine if role == "app" else owner_engine
    mother = scene.family.mother
    with TenantSession(engine, mother.tenant.id) as session:
        session.execute(delete(Answer).where(Answer.item == "calm"))
        session.add(Answer(answer_set_id=final, owner_id=mother.client_id, item="calm"))
        with pytest.raises(IntegrityError, match="sent already"):
            session.flush()


def test_a_set_goes_in_with_as_few_statements_as_one_answer_would(make, scene):
    mother = scene.family.mother
    ctx = make.context(mother)
    begun = answering.begin(ctx, "talk", scene.subject_id, "nl")
    for item, given in {
        "listening": Given(number=4, words="Fijn"),
        "calm": Given(number=7),
        "again": Given(choice="soon"),
        "more": Given(words="Nog iets"),
    }.items():
        answering.save_answer(ctx, begun, item, given)
    ctx.finish(commit=True)
    ctx = make.context(mother)
    written = []

    def note(_connection, _cursor, statement, *_):
        verb = statement.split()[0].lower()
        if verb in {"insert", "update", "delete"}:
            written.append(" ".join(statement.lower().split()[:3]))

    event.listen(make.engine, "before_cursor_execute", note)
    try:
        answering.send(ctx, begun)
        ctx.finish(commit=True)
    finally:
        event.remove(make.engine, "before_cursor_execute", note)

    assert sorted(written) == [
        "delete from answer_draft",
        "insert into answer",
        "insert into audit_entry",
        "update answer_set set",
    ]
