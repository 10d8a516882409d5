"""A client hears by mail that an appointment changed; the page alone tells what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from klankbord import processes
from klankbord.accounts.models import Account
from klankbord.db import TenantSession
from klankbord.outbox.models import Fault, MessageState
from klankbord.people import services
from klankbord.people.models import CaseFile, Client, Consent, Purpose

PLACE = "Kantoor Jeugdbescherming, kamer 3"


@pytest.fixture
def real(outbox, app, config, smtp_sink, monkeypatch):
    """Give the outbox with the mails of the product itself."""
    monkeypatch.undo()
    settings = replace(config, smtp_url=smtp_sink.url, mail_from="post@voorbeeld.test")
    return replace(outbox, workplace=processes.open_workplace(app, settings))


@pytest.fixture
def appointment(real):
    """Give what a worker does with an appointment of the mother."""
    return Appointments(real)


class Appointments:
    """The worker's hands."""

    def __init__(self, box):
        self.box = box
        self.at = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
        self.id = None

    def _as_worker(self, do):
        ctx = self.box.make.context(self.box.family.worker)
        result = do(ctx)
        ctx.after_commit.clear()  # nobody is woken: the test sends itself
        ctx.finish(commit=True)
        return result

    def make(self, who="mother"):
        person = getattr(self.box.family, who)
        self.id = self._as_worker(
            lambda ctx: services.make_appointment(
                ctx,
                case_id=self.box.family.case_id,
                client_id=person.client_id,
                begins_at=self.at,
                place=PLACE,
            )
        )

    def version(self):
        ctx = self.box.make.context(self.box.family.worker)
        return services.appointment_facts(ctx, self.id).version

    def move(self, days=1):
        self._as_worker(
            lambda ctx: services.move_appointment(
                ctx,
                self.id,
                self.version(),
                begins_at=self.at + timedelta(days=days),
                place=PLACE,
            )
        )

    def cancel(self):
        self._as_worker(
            lambda ctx: services.cancel_appointment(ctx, self.id, self.version())
        )

    def end_case(self):
        case_id = self.box.family.case_id
        with TenantSession(self.box.make.engine, self.box.tenant.id) as session:
            version = session.get(CaseFile, (self.box.tenant.id, case_id)).version
        self._as_worker(
            lambda ctx: services.end_case(ctx, case_id, version, ctx.tenant.today())
        )


@pytest.mark.parametrize("change", ["move", "cancel", "end_case"])
def test_a_mail_goes_when_an_appointment_is_made_and_when_it_changes(
    real, appointment, change
):
    appointment.make()
    real.send()
    assert len(real.sink.mails) == 1

    getattr(appointment, change)()
    real.send()

    assert len(real.sink.mails) == 2
    assert {mail.recipients for mail in real.sink.mails} == {("samira@voorbeeld.test",)}


def test_who_reads_the_mailbox_learns_nothing(real, appointment):
    appointment.make()

    real.send()

    [mail] = real.sink.mails
    assert mail.message["Subject"] == "Er is iets nieuws om te lezen"
    said = str(mail.message) + "".join(
        part.get_content() for part in mail.message.walk() if not part.is_multipart()
    )
    for telling in (
        "Jeugdbescherming",
        "Karin",
        "Samira Bakkali",
        "afspraak",
        "gesprek",
    ):
        assert telling not in said
    assert "5 maart" not in said
    host = f"https://{real.tenant.slug}.example/"
    lines = mail.message.get_body(("plain",)).get_content().splitlines()
    assert [line for line in lines if "://" in line] == [host]


def test_two_changes_before_the_mail_goes_make_one_mail(real, appointment):
    appointment.make()
    appointment.move(days=1)
    appointment.move(days=2)

    real.send()

    assert len(real.sink.mails) == 1
    faults = [row.fault for row in real.rows() if row.state is MessageState.WITHDRAWN]
    assert faults == [Fault.NOT_NEEDED] * 2


def test_who_should_not_be_mailed_is_not(real, appointment):
    real.change(Client, real.family.mother.client_id, do_not_mail=True)
    appointment.make()

    real.send()

    assert real.is_(MessageState.WITHDRAWN, Fault.DO_NOT_MAIL)
    assert real.sink.mails == []


def test_who_said_no_to_mail_gets_none(real, appointment):
    mother = real.family.mother.client_id
    no = Consent(client_id=mother, given_by=mother, purpose=Purpose.MAIL, granted=False)
    real.make.add(real.tenant, no)
    appointment.make()

    real.send()

    assert real.is_(MessageState.WITHDRAWN, Fault.NO_CONSENT)


def test_at_night_the_mail_waits_for_the_safe_hours(real, appointment, at_noon):
    at_noon.move_to(datetime(2026, 3, 3, 23, tzinfo=UTC))
    appointment.make()

    real.send()

    assert real.is_(MessageState.QUEUED, Fault.UNSAFE_HOUR)


def test_an_appointment_that_has_been_needs_no_mail(real, appointment, at_noon):
    appointment.make()
    at_noon.move_to(appointment.at + timedelta(minutes=1))

    real.send()

    assert real.is_(MessageState.WITHDRAWN, Fault.NOT_NEEDED)


@pytest.mark.parametrize("lacking", ["address", "account"])
def test_who_has_no_address_or_cannot_sign_in_gets_no_mail_and_no_dead_letter(
    real, appointment, lacking
):
    who = "father" if lacking == "address" else "mother"
    if lacking == "account":
        with TenantSession(real.make.engine, real.tenant.id) as session:
            account_id = real.family.mother.account_id
            session.execute(delete(Account).where(Account.id == account_id))
            session.commit()

    appointment.make(who)

    assert real.rows() == []
