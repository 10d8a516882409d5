"""A mail that was written with a change is sent once, or the admin sees why not."""

from datetime import timedelta
from itertools import pairwise

import pytest

from klankbord.db import TenantSession, now
from klankbord.errors import Unchecked
from klankbord.outbox.models import Fault, MessageState
from klankbord.outbox.services import queue
from klankbord.tenants.models import (
    PluginState,
    Tenant,
    TenantPlugin,
    TenantProfile,
    TenantStatus,
)

QUEUED, SENT, DEAD = MessageState.QUEUED, MessageState.SENT, MessageState.DEAD
WITHDRAWN, PAUSED = MessageState.WITHDRAWN, MessageState.PAUSED


def text_of(mail) -> str:
    return mail.message.get_body(("plain",)).get_content()


def test_a_mail_arrives_once(outbox):
    outbox.write(number="42")

    outbox.send()
    outbox.send()

    [mail] = outbox.sink.mails
    assert mail.recipients == (outbox.family.worker.email,)
    assert "Nummer 42." in text_of(mail)
    assert outbox.is_(SENT)
    assert outbox.due() == []


def test_one_key_is_one_mail(outbox):
    outbox.write(key="review-1-opened")
    outbox.write(key="review-1-opened")
    outbox.write(key="review-2-opened")

    outbox.send()

    assert len(outbox.sink.mails) == 2


def test_a_change_that_is_undone_sends_nothing(outbox):
    ctx = outbox.make.context(outbox.family.worker)
    worker = outbox.family.worker.account_id
    queue(ctx, template="test.plain", account_id=worker, dedupe_key="undone")
    ctx.finish(commit=False)

    outbox.send()

    assert outbox.rows() == []
    assert outbox.due() == []


def test_queueing_alone_is_no_permission_check(outbox):
    ctx = outbox.make.context(outbox.family.worker)
    worker = outbox.family.worker.account_id
    queue(ctx, template="test.plain", account_id=worker, dedupe_key="unchecked")

    with pytest.raises(Unchecked):
        ctx.finish(commit=True)


def test_a_mail_has_one_receiver(outbox):
    ctx = outbox.make.context(outbox.family.worker)

    with pytest.raises(TypeError):
        queue(ctx, template="test.plain", dedupe_key="nobody")


def test_links_and_message_id_hold_the_organisations_own_host(outbox):
    outbox.write()

    outbox.send()

    [mail] = outbox.sink.mails
    host = f"{outbox.tenant.slug}.example"
    assert mail.message["Message-ID"] == f"<{outbox.row().id}@{host}>"
    assert f"https://{host}/" in text_of(mail)
    assert mail.message["Auto-Submitted"] == "auto-generated"


def test_the_sender_is_neutral_unless_the_organisation_chose_a_name(outbox):
    outbox.write()
    outbox.send()
    profile = {"texts": {"mail_sender": "De \r\nBcc: x@y.test Jeugdbeschermers"}}
    with TenantSession(outbox.make.operator, outbox.tenant.id) as session:
        session.query(TenantProfile).update(profile)
        session.query(Tenant).where(Tenant.id == outbox.tenant.id).update(
            {"revision": Tenant.revision + 1}
        )
        session.commit()
    outbox.write()
    outbox.send()

    neutral, named = outbox.sink.mails
    assert neutral.message["From"] == "post@voorbeeld.test"
    assert "Jeugdbeschermers" in named.message["From"]
    assert named.message["Bcc"] is None


def test_a_line_break_in_a_subject_starts_no_other_header(outbox):
    outbox.write(template="test.injected")

    outbox.send()

    [mail] = outbox.sink.mails
    assert mail.message["Bcc"] is None
    assert mail.message["Subject"] == "Dag Bcc: boef@example.test"
    assert mail.recipients == (outbox.family.worker.email,)


def test_a_mail_that_is_no_longer_needed_is_not_sent(outbox):
    outbox.write(template="test.gone")

    outbox.send()

    assert outbox.is_(WITHDRAWN, Fault.NOT_NEEDED)


def test_a_method_that_is_off_pauses_its_mail_until_it_is_on_again(outbox, at_noon):
    def turn(state):
        with TenantSession(outbox.make.operator, outbox.tenant.id) as session:
            session.query(TenantPlugin).update({"state": state})
            session.query(Tenant).where(Tenant.id == outbox.tenant.id).update(
                {"revision": Tenant.revision + 1}
            )
            session.commit()

    turn(PluginState.FROZEN)
    outbox.write(template="samen_sterker.test")
    outbox.write()

    outbox.send()

    assert [row.state for row in outbox.rows()] == [PAUSED, SENT]
    turn(PluginState.ON)
    at_noon.shift(timedelta(hours=1))
    outbox.send()
    assert [row.state for row in outbox.rows()] == [SENT, SENT]


@pytest.mark.parametrize("stopped", [TenantStatus.SUSPENDED, TenantStatus.CLOSED])
def test_a_stopped_organisation_sends_nothing_until_it_goes_on(outbox, stopped):
    def turn(status):
        with outbox.make.operator.begin() as connection:
            tenant = Tenant.__table__
            connection.execute(
                tenant.update()
                .where(tenant.c.id == outbox.tenant.id)
                .values(status=status, revision=tenant.c.revision + 1)
            )

    outbox.write()
    turn(stopped)
    outbox.send()
    assert outbox.is_(QUEUED)
    assert outbox.due()

    turn(TenantStatus.ACTIVE)
    outbox.send()
    assert outbox.is_(SENT)


def test_suspending_in_the_middle_lets_only_the_mail_in_hand_go(outbox):
    def suspend(_recipients):
        with outbox.make.operator.begin() as connection:
            tenant = Tenant.__table__
            connection.execute(
                tenant.update()
                .where(tenant.c.id == outbox.tenant.id)
                .values(status=TenantStatus.SUSPENDED, revision=tenant.c.revision + 1)
            )

    for _ in range(5):
        outbox.write()
    outbox.sink.on_arrival = suspend

    outbox.send()

    states = [row.state for row in outbox.rows()]
    assert states.count(SENT) == 1
    assert states.count(QUEUED) == 4


@pytest.mark.parametrize("answer", ["451 try again later", "450 busy"])
def test_a_server_that_says_later_is_asked_later(outbox, at_noon, answer):
    outbox.sink.refuse(answer)
    outbox.write()

    outbox.send()

    assert outbox.is_(QUEUED, Fault.BUSY)
    [again_at] = outbox.due()
    assert timedelta() < again_at - now() <= timedelta(seconds=15)
    outbox.sink.recover()
    at_noon.move_to(again_at)
    outbox.send()
    assert outbox.is_(SENT)


def test_the_waits_grow_up_to_an_hour_and_end_after_a_day(outbox, at_noon):
    outbox.sink.refuse("451 try again later")
    outbox.write()
    begun, waits = now(), []

    outbox.send()
    while outbox.row().state is QUEUED:
        [again_at] = outbox.due()
        waits.append(again_at - now())
        at_noon.move_to(again_at)
        outbox.send()

    assert outbox.is_(DEAD, Fault.BUSY)
    assert all(
        later >= earlier - timedelta(seconds=2) for earlier, later in pairwise(waits)
    )
    assert max(waits) <= timedelta(hours=1)
    assert timedelta(hours=20) < now() - begun < timedelta(hours=30)


def test_a_refusal_for_good_is_shown_to_the_admin_at_once(outbox):
    outbox.sink.refuse("554 no")
    outbox.write()

    outbox.send()

    assert outbox.is_(DEAD, Fault.REFUSED)
    assert outbox.due() == []


def test_a_server_that_is_away_stops_the_round_and_loses_nothing(outbox, at_noon):
    outbox.sink.stop()
    for _ in range(3):
        outbox.write()

    outbox.send()

    assert sorted(row.tries for row in outbox.rows()) == [0, 0, 1]
    outbox.sink.start()
    at_noon.shift(timedelta(minutes=1))
    outbox.send()
    assert len(outbox.sink.mails) == 3
    assert {row.state for row in outbox.rows()} == {SENT}


def test_a_connection_dropped_after_the_message_gives_a_copy_with_the_same_id(
    outbox, at_noon
):
    outbox.sink.drop_after_data()
    outbox.write()
    outbox.send()
    assert outbox.is_(QUEUED, Fault.UNREACHABLE)

    outbox.sink.recover()
    at_noon.shift(timedelta(minutes=1))
    outbox.send()

    first, second = outbox.sink.mails
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert outbox.is_(SENT)


def test_a_mail_that_cannot_be_made_stops_no_other(outbox):
    outbox.write(template="test.broken")
    outbox.write()

    outbox.send()

    broken, other = outbox.rows()
    assert (broken.state, broken.fault) == (QUEUED, Fault.BROKEN)
    assert other.state is SENT


def test_a_message_of_a_dead_worker_goes_out_when_its_lease_is_over(outbox, at_noon):
    outbox.write()
    row = outbox.row()
    outbox.change(
        type(row),
        row.id,
        state=MessageState.SENDING,
        tries=1,
        next_try_at=now() + timedelta(seconds=20),
    )

    outbox.send()
    assert outbox.sink.mails == []
    [lease_ends] = outbox.due()
    at_noon.move_to(lease_ends)
    outbox.send()

    assert outbox.is_(SENT)


def test_what_has_to_happen_after_sending_happens_once_it_was_sent(outbox):
    outbox.told.clear()
    outbox.write(template="test.told", number="7")

    outbox.send()

    assert outbox.told == [{"number": "7"}]
