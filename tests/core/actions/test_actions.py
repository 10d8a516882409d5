"""Promise something, keep it, and let the client see what was done."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from klankbord.actions import services
from klankbord.actions.models import ActionPoint, ActionState
from klankbord.actions.promises import Show, promise_to_close, promises
from klankbord.audit.models import Action, AuditEntry, Category, Ground
from klankbord.db import now
from klankbord.errors import Forbidden, Invalid, NotFound, Overtaken
from klankbord.outbox.models import Message
from klankbord.people.models import CaseFile
from klankbord.permissions import Role

PROMISED = "Ik bel altijd een dag van tevoren."
DONE = "Ik heb gebeld voor elke afspraak."


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


@pytest.fixture
def promise(make, family):
    """Promise something to the mother, in a context that is committed."""

    def promise_(**values):
        ctx = make.context(values.pop("by", family.worker))
        said = {
            "client_id": family.mother.client_id,
            "case_id": family.case_id,
            "source": "test",
            "source_id": uuid4(),
            "text": PROMISED,
        }
        action_id = services.promise(ctx, **(said | values))
        ctx.finish(commit=True)
        return action_id

    return promise_


def close(make, person, action_id, state=ActionState.KEPT, result=DONE, version=1):
    ctx = make.context(person)
    services.close(ctx, action_id, state, result, version=version)
    ctx.finish(commit=True)


def seen_by(make, person):
    ctx = make.context(person)
    return services.agreements_of(ctx, person.client_id)


def test_the_client_reads_what_the_worker_promised(make, family, promise):
    promise(said="Ik wil het eerder weten.", said_on=date(2026, 10, 5))
    (agreement,) = seen_by(make, family.mother)
    assert (agreement.text, agreement.said) == (PROMISED, "Ik wil het eerder weten.")
    assert (agreement.owner, agreement.state) == ("Karin de Wit", ActionState.OPEN)
    assert agreement.unseen


def test_what_the_client_saw_is_news_again_once_it_is_closed(make, family, promise):
    action_id = promise()
    ctx = make.context(family.mother)
    services.mark_seen(ctx, [action_id])
    ctx.finish(commit=True)
    assert not seen_by(make, family.mother)[0].unseen
    close(make, family.worker, action_id)
    (agreement,) = seen_by(make, family.mother)
    assert agreement.unseen
    assert (agreement.state, agreement.result) == (ActionState.KEPT, DONE)


def test_seeing_it_does_not_get_in_the_way_of_the_worker(make, family, promise):
    action_id = promise()
    ctx = make.context(family.mother)
    services.mark_seen(ctx, [action_id])
    ctx.finish(commit=True)
    close(make, family.worker, action_id, version=1)


def test_the_newest_news_stands_first(make, family, promise):
    promise(text="Eerst", made_at=now() - timedelta(days=9))
    promise(text="Daarna", made_at=now() - timedelta(days=3))
    assert [row.text for row in seen_by(make, family.mother)] == ["Daarna", "Eerst"]


@pytest.mark.parametrize("who", ["father", "youth"])
def test_somebody_else_of_the_family_does_not_see_it(make, family, promise, who):
    promise()
    person = getattr(family, who)
    assert seen_by(make, person) == ()
    with pytest.raises(NotFound):
        services.agreements_of(make.context(person), family.mother.client_id)


def test_nobody_marks_the_news_of_somebody_else_as_seen(make, family, promise):
    action_id = promise()
    ctx = make.context(family.father)
    services.mark_seen(ctx, [action_id])
    ctx.finish(commit=True)
    assert seen_by(make, family.mother)[0].unseen


def test_what_was_not_shown_stays_news(make, family, promise):
    read, unread = promise(text="gelezen"), promise(text="nog niet")
    ctx = make.context(family.mother)
    services.mark_seen(ctx, [read])
    ctx.finish(commit=True)
    news = {row.id: row.unseen for row in seen_by(make, family.mother)}
    assert news == {read: False, unread: True}


def test_a_worker_of_another_case_can_not_promise_nor_close(
    make, tenant, family, promise
):
    action_id = promise()
    stranger = make.staff(tenant, Role.WORKER)
    with pytest.raises(NotFound):
        promise(by=stranger)
    with pytest.raises(NotFound):
        close(make, stranger, action_id)
    with pytest.raises(NotFound):
        promise_to_close(make.context(stranger), action_id)
    close(make, family.worker, action_id)


def test_an_outsider_finds_nothing(make, family, promise, outsider):
    action_id = promise()
    with pytest.raises(NotFound):
        close(make, outsider, action_id)
    with pytest.raises(NotFound):
        promise_to_close(make.context(outsider), action_id)
    assert promises(make.context(outsider), show=Show.ALL).rows == ()
    assert promises(make.context(family.worker), show=Show.ALL).total == 1


def test_nothing_is_promised_to_somebody_who_takes_no_part_in_the_case(
    make, tenant, promise
):
    other = make.family(tenant)
    with pytest.raises(NotFound):
        promise(client_id=other.mother.client_id)


def test_a_client_can_not_close_an_agreement(make, family, promise):
    action_id = promise()
    with pytest.raises(Forbidden):
        close(make, family.mother, action_id)


def test_closing_asks_what_was_done(make, family, promise):
    action_id = promise()
    with pytest.raises(Invalid) as refused:
        close(make, family.worker, action_id, result=" \n")
    assert refused.value.fields == {"result": services.SAY_WHAT}


def test_the_second_of_two_who_close_it_is_shown_what_the_first_wrote(
    make, family, promise
):
    action_id = promise()
    close(make, family.worker, action_id, result="De eerste tekst")
    with pytest.raises(Overtaken) as overtaken:
        close(make, family.worker, action_id, ActionState.NOT_KEPT, "De tweede")
    assert overtaken.value.stored["result"] == "De eerste tekst"
    assert seen_by(make, family.mother)[0].result == "De eerste tekst"


def test_the_client_is_told_once_a_day_that_there_is_something_to_read(
    make, family, promise
):
    close(make, family.worker, promise())
    promise()
    ctx = make.context(family.worker)
    messages = ctx.session.execute(select(Message.template, Message.values)).all()
    assert messages == [("actions.changed", {})]


def test_writing_down_what_was_agreed_long_ago_tells_nobody(make, promise, family):
    promise(made_at=now() - timedelta(days=100))
    ctx = make.context(family.worker)
    assert ctx.session.scalar(select(func.count()).select_from(Message)) == 0


def test_every_step_stands_in_the_access_log(make, family, promise):
    action_id = promise()
    seen = make.context(family.mother)
    services.agreements_of(seen, family.mother.client_id)
    seen.finish(commit=True)
    close(make, family.worker, action_id)
    rows = make.context(family.worker).session.execute(
        select(AuditEntry.action, AuditEntry.role, AuditEntry.ground)
        .where(AuditEntry.client_id == family.mother.client_id)
        .order_by(AuditEntry.at)
    )
    assert rows.all() == [
        (Action.CREATE, "worker", Ground.RELATION),
        (Action.READ, "parent", Ground.OWN),
        (Action.UPDATE, "worker", Ground.RELATION),
    ]


# -- the list --------------------------------------------------------------------------


def names(make, family, **asked):
    return [row.text for row in promises(make.context(family.worker), **asked).rows]


def test_the_list_has_the_earliest_day_first_and_those_without_a_day_last(
    make, tenant, family, promise
):
    today = tenant.today()
    promise(text="geen dag")
    promise(text="later", by_when=today + timedelta(days=9))
    promise(text="eerder", by_when=today - timedelta(days=9))
    assert names(make, family) == ["eerder", "later", "geen dag"]
    assert names(make, family, sort="-day") == ["later", "eerder", "geen dag"]


def test_the_list_narrows_to_late_closed_or_all(make, tenant, family, promise):
    promise(text="te laat", by_when=tenant.today() - timedelta(days=1))
    promise(text="vandaag", by_when=tenant.today())
    close(make, family.worker, promise(text="gedaan"))
    assert names(make, family, show=Show.LATE) == ["te laat"]
    assert names(make, family, show=Show.OPEN) == ["te laat", "vandaag"]
    assert names(make, family, show=Show.CLOSED) == ["gedaan"]
    assert len(names(make, family, show=Show.ALL)) == 3


def test_the_list_finds_a_client_by_a_part_of_the_name(make, family, promise):
    promise(text="moeder")
    promise(text="vader", client_id=family.father.client_id)
    assert names(make, family, name="sam") == ["moeder"]
    assert names(make, family, name="100%") == []


def test_the_list_shows_a_page_and_counts_the_rest(make, family, promise):
    for number in range(3):
        promise(text=str(number))
    page = promises(make.context(family.worker), first=3, most=2)
    assert (len(page.rows), page.total) == (1, 3)


def test_reading_the_list_is_logged_for_each_client_in_it(make, family, promise):
    promise()
    promise(client_id=family.father.client_id)
    ctx = make.context(family.worker)
    promises(ctx)
    logged = ctx.session.scalars(
        select(AuditEntry.client_id).where(
            AuditEntry.action == Action.READ,
            AuditEntry.category == Category.AGREEMENTS,
        )
    )
    assert set(logged) == {family.mother.client_id, family.father.client_id}


def test_the_deputy_sees_the_list_too(make, tenant, family, promise):
    promise()
    deputy = make.staff(tenant, Role.WORKER)
    assert promises(make.context(deputy)).rows == ()
    ctx = make.context(family.worker)

    ctx.get(CaseFile, family.case_id).deputy_id = deputy.account_id
    ctx.session.commit()
    assert [row.text for row in promises(make.context(deputy)).rows] == [PROMISED]


def test_an_action_point_of_no_case_is_nobodys_to_close(make, tenant, family):
    row = ActionPoint(
        id=uuid4(),
        source="test",
        source_id=uuid4(),
        client_id=family.mother.client_id,
        text=PROMISED,
    )
    make.add(tenant, row)
    with pytest.raises(NotFound):
        close(make, family.worker, row.id)
