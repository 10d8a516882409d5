"""Worker, scheduler, Valkey and mail server may go away at any moment: nothing is lost.

These start the commands that an operator starts, on servers of their own.
"""

import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from redis import Redis
from rq import Queue
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer
from sqlalchemy import func, select

from klankbord import jobs
from klankbord.app import create_app
from klankbord.config import from_environment
from klankbord.context import SYSTEM
from klankbord.db import Due, TenantSession
from klankbord.outbox.models import Message, MessageState
from klankbord.outbox.permissions import DELIVER
from klankbord.outbox.services import DELIVERY, queue
from klankbord.permissions import Role
from klankbord.privacy import keys
from klankbord.testing.servers import environment_of
from klankbord.testing.tenants import Maker

COMMAND = Path(sys.executable).with_name("klankbord")


class Installation:
    """An organisation on servers of its own, with the real worker and scheduler."""

    def __init__(self, databases, valkey, sink):
        self.valkey = valkey
        self.sink = sink
        self.environment = environment_of(databases, valkey) | {
            "KLANKBORD_SMTP_URL": sink.url,
            "KLANKBORD_MAIL_FROM": "post@voorbeeld.test",
        }
        self.make = Maker(from_environment(self.environment))
        self.tenant = self.make.tenant()
        self.person = self.make.staff(self.tenant, Role.TENANT_ADMIN)
        self.processes = []

    def start(self, command):
        process = subprocess.Popen([COMMAND, command], env=self.environment)
        self.processes.append(process)
        return process

    def write(self, count, tenant=None, *, wake=True):
        person = self.person
        if tenant:
            person = self.make.staff(tenant, Role.TENANT_ADMIN)
        ctx = self.make.context_of(tenant or self.tenant, SYSTEM)
        ctx.require(DELIVER)
        for _ in range(count):
            queue(
                ctx,
                template="actions.changed",
                account_id=person.account_id,
                dedupe_key=uuid4().hex,
            )
        if not wake:
            ctx.after_commit.clear()
        ctx.finish(commit=True)

    def states(self, tenant=None):
        with TenantSession(self.make.engine, (tenant or self.tenant).id) as session:
            counted = select(Message.state, func.count()).group_by(Message.state)
            return dict(session.execute(counted).all())

    def wait_for(self, reached, seconds=120):
        ends_at = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < ends_at, self.states()
            time.sleep(0.05)

    def wait_until_sent(self, count, seconds=120):
        self.wait_for(
            lambda: self.states() == {MessageState.SENT: count}, seconds=seconds
        )

    def mails(self):
        """Return every mail that arrived, by its id."""
        found = {}
        for mail in self.sink.mails:
            found.setdefault(mail.message["Message-ID"], []).append(mail)
        return found

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.make.close()
        self.make.engine.dispose()
        self.make.operator.dispose()


@pytest.fixture
def installation(own_databases, own_valkey, smtp_sink):
    made = Installation(own_databases, own_valkey, smtp_sink)
    yield made
    made.stop()


@pytest.fixture
def waking(installation):
    """Let this process wake workers of the installation, and those of the session."""
    before = list(jobs._queues)
    jobs.use_redis(installation.valkey.url)
    yield
    jobs._queues[:] = before


@contextmanager
def hung(valkey):
    process = psutil.Process(int((valkey.directory / "valkey.pid").read_text()))
    process.send_signal(signal.SIGSTOP)
    yield
    process.send_signal(signal.SIGCONT)


@pytest.mark.usefixtures("waking")
def test_a_mail_is_sent_as_soon_as_it_is_written(installation):
    installation.start("worker")  # no scheduler: the wake-up alone does it
    installation.write(3)

    installation.wait_until_sent(3)

    assert len(installation.mails()) == 3


def test_the_sweep_finds_what_nobody_was_woken_for(installation):
    installation.write(3, wake=False)
    installation.start("worker")
    installation.start("scheduler")

    installation.wait_until_sent(3)


@pytest.mark.usefixtures("waking")
def test_a_worker_and_a_scheduler_end_cleanly_when_asked(installation):
    worker, scheduler = installation.start("worker"), installation.start("scheduler")
    installation.write(1)
    installation.wait_until_sent(1)
    installation.wait_for(lambda: _heeds_signals(worker) and _heeds_signals(scheduler))

    worker.terminate()
    scheduler.terminate()

    assert worker.wait(timeout=120) == 0
    assert scheduler.wait(timeout=120) == 0


def _heeds_signals(process):
    """Say whether a process has come so far that it ends in its own way."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1


@pytest.mark.usefixtures("waking")
def test_a_worker_that_is_asked_to_stop_ends_the_mail_in_hand(installation):
    worker = installation.start("worker")
    installation.sink.on_arrival = lambda _mail: worker.terminate()
    installation.write(1)

    assert worker.wait(timeout=120) == 0
    assert installation.states() == {MessageState.SENT: 1}


@pytest.mark.usefixtures("waking")
def test_a_worker_killed_in_mid_send_loses_and_doubles_nothing(installation):
    worker = installation.start("worker")
    installation.start("scheduler")
    installation.sink.on_arrival = lambda _mail: worker.kill()
    installation.write(10)
    worker.wait(timeout=120)
    assert len(installation.sink.wait_for(1)) == 1

    installation.sink.on_arrival = lambda _mail: None
    installation.start("worker")
    installation.wait_until_sent(10)

    mails = installation.mails()
    assert len(mails) == 10
    # The one in hand came again, and any mailbox knows it by its id.
    assert sorted(len(copies) for copies in mails.values()) == [1] * 9 + [2]


@pytest.mark.usefixtures("waking")
def test_while_valkey_is_stopped_pages_work_and_mail_goes_out_after(installation):
    installation.start("worker")
    installation.start("scheduler")
    installation.write(1)
    installation.wait_until_sent(1)
    browser, close = admin(installation)

    installation.valkey.stop()
    installation.write(2)
    assert browser.get("/beheer/berichten").status_code == 200
    installation.valkey.start()

    installation.wait_until_sent(3, seconds=90)
    assert browser.get("/beheer/berichten").status_code == 200  # still signed in
    close()


@pytest.mark.usefixtures("waking")
def test_while_valkey_hangs_pages_work_and_mail_goes_out_after(installation):
    installation.start("worker")
    installation.start("scheduler")
    installation.write(1)
    installation.wait_until_sent(1)
    browser, close = admin(installation)

    with hung(installation.valkey):
        installation.write(2)
        assert browser.get("/beheer/berichten").status_code == 200

    installation.wait_until_sent(3, seconds=90)
    close()


@pytest.mark.usefixtures("waking")
def test_a_queue_that_was_emptied_loses_nothing(installation):
    installation.write(5)
    with Redis.from_url(installation.valkey.url) as redis:
        redis.flushall()
    installation.start("worker")
    installation.start("scheduler")

    installation.wait_until_sent(5)

    assert len(installation.mails()) == 5


@pytest.mark.usefixtures("waking")
def test_twenty_kills_of_all_kinds_lose_nothing(installation):
    """Workers, schedulers and Valkey are killed by turns, each in mid-send."""
    running = {name: installation.start(name) for name in ("worker", "scheduler")}
    count, kills = 40, iter(["worker", "valkey", "scheduler", "worker"] * 5)

    def strike(_mail):
        struck = next(kills, None)
        if struck == "valkey":
            installation.valkey.kill()
        elif struck:
            running[struck].kill()

    installation.sink.on_arrival = strike
    installation.write(count)

    def all_sent():
        for name, process in running.items():
            if process.poll() is not None:
                running[name] = installation.start(name)
        if not psutil.pid_exists(valkey_pid(installation)):
            installation.valkey.start()
        return installation.states() == {MessageState.SENT: count}

    installation.wait_for(all_sent, seconds=600)

    assert next(kills, None) is None, "there were fewer than twenty kills"
    assert len(installation.mails()) == count


def valkey_pid(installation):
    return int((installation.valkey.directory / "valkey.pid").read_text())


def test_forged_jobs_are_refused_and_listed(installation, tmp_path):
    installation.start("worker")
    proof = tmp_path / "proof"
    with Redis.from_url(installation.valkey.url) as redis:
        forge = Queue(jobs.QUEUE, connection=redis, serializer=JSONSerializer)
        forged = [
            forge.enqueue_call("klankbord.jobs.run", ()),
            forge.enqueue_call("klankbord.jobs.run", (None, "outbox.delivery")),
            forge.enqueue_call("klankbord.jobs.run", (str(uuid4()), "outbox.delivery")),
            forge.enqueue_call(
                "klankbord.jobs.run", (str(installation.tenant.id), "no.such.work")
            ),
            forge.enqueue_call("os.system", (f"touch {proof}",)),
            forge.enqueue_call("os.mkdir", (str(proof),)),
        ]
        failed = FailedJobRegistry(queue=forge)
        installation.wait_for(lambda: len(failed) == len(forged))

        assert set(failed.get_job_ids()) == {job.id for job in forged}
        assert not proof.exists()


@pytest.mark.usefixtures("waking")
def test_one_organisations_flood_does_not_keep_another_waiting(installation):
    other = installation.make.tenant()
    installation.sink.delay(0.2)
    installation.write(300)
    installation.write(1, other)
    installation.start("worker")
    installation.start("scheduler")

    installation.wait_for(lambda: installation.states(other) == {MessageState.SENT: 1})

    assert installation.states()[MessageState.QUEUED] > 100


def test_the_sweep_asks_nothing_of_a_suspended_organisation(installation):
    with installation.make.operator.begin() as connection:
        connection.exec_driver_sql("update tenant set status = 'suspended'")
    other = installation.make.tenant()
    installation.write(1)
    installation.write(1, other)
    scheduler = installation.start("scheduler")

    with Redis.from_url(installation.valkey.url) as redis:
        asked = Queue(jobs.QUEUE, connection=redis, serializer=JSONSerializer)
        installation.wait_for(lambda: asked.jobs)
        assert {job.args[0] for job in asked.jobs} == {str(other.id)}
    with installation.make.engine.connect() as connection:
        of_both = select(Due.tenant_id).where(Due.kind == DELIVERY)
        assert set(connection.scalars(of_both)) == {installation.tenant.id, other.id}
    assert scheduler.poll() is None


def admin(installation):
    """Return a browser of a signed-in admin, and what closes its app."""
    before = list(keys._keyrings)
    app = create_app(from_environment(installation.environment))
    app.config.update(WTF_CSRF_ENABLED=False)
    browser = installation.make.sign_in(app, installation.person)

    def close():
        keys.keyring().close()
        keys._keyrings[:] = before
        app.extensions["klankbord-engine"].dispose()

    return browser, close
