"""The words and secrets of a mail stand nowhere but in the mail."""

import pytest
from canaries import everything
from process_logs import process_logs
from redis import Redis
from rq.serializers import JSONSerializer
from sqlalchemy import text

from klankbord import jobs, processes
from klankbord.db import TenantSession
from klankbord.outbox.models import Fault, MessageState
from klankbord.plugin import Schedule

# The mails of the tests say this; see conftest.py.
CANARY = "kanarie-geheim-9f31c2"


@pytest.fixture
def logged():
    """Log as a real process does; return all of it so far."""
    with process_logs() as stream:
        yield stream.getvalue


@pytest.mark.parametrize(
    ("kind", "state", "fault"),
    [
        ("test.plain", MessageState.SENT, Fault.NONE),
        ("test.broken", MessageState.QUEUED, Fault.BROKEN),
    ],
)
def test_no_row_and_no_line_holds_what_a_mail_says(outbox, logged, kind, state, fault):
    outbox.write(outbox.family.mother, template=kind)

    outbox.send()

    assert outbox.is_(state, fault)
    with TenantSession(outbox.make.engine, outbox.tenant.id) as session:
        rows = session.execute(
            text(
                "select m::text, d::text from message m left join due d using"
                " (tenant_id) where m.tenant_id = :tenant_id"
            )
        )
        kept = str(rows.all())
    assert kind in kept
    for secret in (CANARY, "samira@voorbeeld.test", "Samira"):
        assert secret not in kept
        assert secret not in logged()
    arrived = "".join(str(mail.message) for mail in outbox.sink.mails)
    assert (CANARY in arrived) is (state is MessageState.SENT)


def test_a_refused_address_stands_in_no_line(outbox, logged):
    outbox.sink.refuse("554 samira@voorbeeld.test is unknown here")
    outbox.write(outbox.family.mother)

    outbox.send()

    assert outbox.is_(MessageState.DEAD, Fault.REFUSED)
    assert "mail refused" in logged()
    assert "samira" not in logged()


def test_a_job_that_breaks_tells_redis_only_which_error_it_was(
    outbox, logged, app, config, monkeypatch, own_valkey
):
    def job(_ctx):
        name = f"Samira {CANARY}"
        raise LookupError(name)

    monkeypatch.setattr(processes, "CORE_SCHEDULES", (Schedule("test.break", job),))
    monkeypatch.setattr(jobs, "_workplaces", [processes.open_workplace(app, config)])
    ctx = outbox.make.context(outbox.family.worker)
    jobs.plan(ctx, "test.break")
    ctx.session.commit()
    with Redis.from_url(own_valkey.url) as redis:
        queue = jobs.open_queue(redis, processes.TenantJob)
        jobs.enqueue(queue, outbox.tenant.id, "test.break")
        processes.Worker([queue], connection=redis, serializer=JSONSerializer).work(
            burst=True, logging_level="WARNING"
        )
        kept = b"".join(everything(redis))

    assert b"LookupError" in kept
    assert CANARY.encode() not in kept
    assert "LookupError" in logged()
    assert CANARY not in logged()
