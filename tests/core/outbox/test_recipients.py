"""Mail goes to the right address, in the right language, at an hour that is safe."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import delete

from klankbord.accounts.models import Account
from klankbord.db import TenantSession, now
from klankbord.outbox.models import Fault, MessageState
from klankbord.people.models import Client, Consent, Purpose
from klankbord.permissions import Role

QUEUED, SENT, DEAD = MessageState.QUEUED, MessageState.SENT, MessageState.DEAD
WITHDRAWN, PAUSED = MessageState.WITHDRAWN, MessageState.PAUSED


@pytest.mark.parametrize(
    "address",
    ["a@b.test\r\nBcc: c@d.test", "a@b.test, c@d.test", "geen adres", "@", "a@b c"],
)
def test_what_is_no_address_gets_no_mail(outbox, address):
    outbox.change(Account, outbox.family.worker.account_id, email=address)
    outbox.write()

    outbox.send()

    assert outbox.sink.mails == []
    assert outbox.is_(DEAD, Fault.NO_ADDRESS)


def test_the_address_is_looked_up_at_the_moment_of_sending(outbox):
    outbox.write(outbox.family.mother)
    mother = outbox.family.mother.client_id
    outbox.change(Client, mother, email="nieuw@voorbeeld.test")

    outbox.send()

    [mail] = outbox.sink.mails
    assert mail.recipients == ("nieuw@voorbeeld.test",)


def test_who_has_no_address_is_shown_to_the_admin(outbox):
    outbox.write(outbox.family.father)

    outbox.send()

    assert outbox.is_(DEAD, Fault.NO_ADDRESS)


def test_a_client_is_written_to_in_the_own_language(outbox):
    outbox.change(Client, outbox.family.mother.client_id, language="ar")
    outbox.write(outbox.family.mother)

    outbox.send()

    [mail] = outbox.sink.mails
    assert mail.message["Content-Language"] == "ar"
    assert 'dir="rtl"' in mail.message.get_body(("html",)).get_content()


def test_the_young_are_je_also_where_the_organisation_says_u(outbox, make):
    formal = make.tenant(formal=True)
    box = replace(outbox, tenant=formal, family=make.family(formal))
    told = {"worker": box.family.worker.email}
    for name in ("mother", "youth", "father"):
        told[name] = f"{name}@voorbeeld.test"
        client_id = getattr(box.family, name).client_id
        box.change(Client, client_id, email=told[name])
    seventeen = formal.today() - timedelta(days=int(17.5 * 365.25))
    box.change(Client, box.family.father.client_id, birth_date=seventeen)
    for name in told:
        box.write(getattr(box.family, name), template="test.addressed")

    box.send()

    words = {
        address: mail.message.get_body(("plain",)).get_content()
        for mail in box.sink.mails
        for address in mail.recipients
    }
    assert "Wat je invulde" in words[told["youth"]]
    assert "Wat je invulde" in words[told["father"]]
    assert "Wat u invulde" in words[told["mother"]]
    assert "Wat u invulde" in words[told["worker"]]


def test_a_child_is_je_in_a_mail_before_it_signs_in_for_the_first_time(outbox, make):
    formal = make.tenant(formal=True)
    box = replace(outbox, tenant=formal, family=make.family(formal))
    child = make.client(
        formal, box.family.family_id, Role.CHILD, email="kind@voorbeeld.test"
    )
    with TenantSession(make.engine, formal.id) as session:
        session.execute(delete(Account).where(Account.id == child.account_id))
        session.commit()
    box.write(child, template="test.addressed")

    box.send()

    [mail] = box.sink.mails
    assert "Wat je invulde" in mail.message.get_body(("plain",)).get_content()


@pytest.mark.parametrize("values", [{"do_not_mail": True}, {"do_not_mail": False}])
def test_who_may_not_be_mailed_is_not(outbox, values):
    outbox.change(Client, outbox.family.mother.client_id, **values)
    outbox.write(outbox.family.mother)

    outbox.send()

    if values["do_not_mail"]:
        assert outbox.is_(WITHDRAWN, Fault.DO_NOT_MAIL)
        assert outbox.sink.mails == []
    else:
        assert outbox.is_(SENT)


def test_the_last_word_about_mail_counts(outbox):
    mother = outbox.family.mother

    def say(granted, at):
        outbox.make.add(
            outbox.tenant,
            Consent(
                client_id=mother.client_id,
                given_by=mother.client_id,
                purpose=Purpose.MAIL,
                granted=granted,
                at=at,
            ),
        )

    say(granted=True, at=now() - timedelta(days=2))
    say(granted=False, at=now() - timedelta(days=1))
    outbox.write(mother)
    outbox.send()
    assert outbox.is_(WITHDRAWN, Fault.NO_CONSENT)

    say(granted=True, at=now())
    outbox.write(mother)
    outbox.send()
    assert len(outbox.sink.mails) == 1


@pytest.mark.parametrize(
    ("kind", "state"), [("test.plain", WITHDRAWN), ("test.code", SENT)]
)
def test_who_says_no_to_mail_still_gets_the_code_that_was_asked_for(
    outbox, kind, state
):
    mother = outbox.family.mother.client_id
    no = Consent(client_id=mother, given_by=mother, purpose=Purpose.MAIL, granted=False)
    outbox.make.add(outbox.tenant, no)
    outbox.write(outbox.family.mother, template=kind)

    outbox.send()

    assert outbox.row().state is state


def test_a_blocked_account_gets_no_mail(outbox):
    outbox.change(Account, outbox.family.worker.account_id, disabled_at=now())
    outbox.write()

    outbox.send()

    assert outbox.is_(WITHDRAWN, Fault.DISABLED)
    assert outbox.sink.mails == []


@pytest.mark.parametrize(
    ("moment", "safe_at"),
    [
        # Summer time: 22:30 and 6:59 where the client is; and the night it begins.
        (datetime(2026, 7, 1, 20, 30, tzinfo=UTC), datetime(2026, 7, 2, 6, tzinfo=UTC)),
        (datetime(2026, 7, 1, 4, 59, tzinfo=UTC), datetime(2026, 7, 1, 6, tzinfo=UTC)),
        (
            datetime(2026, 3, 28, 22, 30, tzinfo=UTC),
            datetime(2026, 3, 29, 6, tzinfo=UTC),
        ),
        (
            datetime(2026, 10, 24, 21, 30, tzinfo=UTC),
            datetime(2026, 10, 25, 7, tzinfo=UTC),
        ),
    ],
)
def test_at_night_a_client_gets_nothing_until_eight(outbox, at_noon, moment, safe_at):
    at_noon.move_to(moment)
    outbox.write(outbox.family.mother)
    outbox.write(outbox.family.worker)

    outbox.send()

    assert [mail.recipients for mail in outbox.sink.mails] == [
        (outbox.family.worker.email,)
    ]
    assert outbox.due() == [safe_at]
    at_noon.move_to(safe_at)
    outbox.send()
    assert len(outbox.sink.mails) == 2


def test_waiting_for_the_morning_is_no_failed_try(outbox, at_noon):
    at_noon.move_to(datetime(2026, 3, 3, 23, tzinfo=UTC))
    outbox.write(outbox.family.mother)

    outbox.send()

    assert outbox.is_(QUEUED, Fault.UNSAFE_HOUR)
    assert outbox.row().tries == 0


@pytest.mark.parametrize(("hour", "state"), [(12, QUEUED), (20, SENT), (2, SENT)])
def test_own_safe_hours_go_before_ours_also_over_midnight(outbox, at_noon, hour, state):
    mother = outbox.family.mother
    outbox.change(Client, mother.client_id, safe_from=time(20), safe_until=time(4))
    at_noon.move_to(datetime(2026, 3, 3, hour, tzinfo=UTC))
    outbox.write(mother)

    outbox.send()

    assert outbox.row().state is state


def test_a_code_that_somebody_asked_for_goes_out_at_night(outbox, at_noon):
    at_noon.move_to(datetime(2026, 3, 3, 23, tzinfo=UTC))
    outbox.write(outbox.family.mother, template="test.code")

    outbox.send()

    assert outbox.is_(SENT)


def test_a_buddy_without_a_case_is_mailed_in_daytime_only(outbox, at_noon):
    buddy = outbox.make.staff(outbox.tenant, Role.BUDDY)
    at_noon.move_to(datetime(2026, 3, 3, 23, tzinfo=UTC))
    outbox.write(buddy)

    outbox.send()

    assert outbox.is_(QUEUED, Fault.UNSAFE_HOUR)
