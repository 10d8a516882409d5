"""A whole Klankbord that runs as an operator runs it, and phones to look at it with."""

import re
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError
from uuid import uuid4

import psycopg
from installation import free_port, where_it_is_noon
from sqlalchemy import update

from klankbord.accounts import factors
from klankbord.accounts.models import Account
from klankbord.accounts.passwords import hash_password
from klankbord.accounts.services.links import make_sign_in_link
from klankbord.app import create_app
from klankbord.config import from_environment
from klankbord.context import SYSTEM, TenantFacts
from klankbord.databases import Databases
from klankbord.db import TenantSession
from klankbord.embedded import ValkeyServer
from klankbord.people.models import Client
from klankbord.plugin import installed_plugins
from klankbord.privacy import keys
from klankbord.tenants import description, register
from klankbord.testing.servers import environment_of
from klankbord.testing.smtp import SmtpSink
from klankbord.testing.tenants import Maker, Person

COMMAND = Path(sys.executable).with_name("klankbord")
TENANTS = Path(__file__).parents[2] / "tenants"
PASSWORD = "zeven groene fietsen zingen"
# Seconds that a process may take to start, or a mail to come, on a busy machine.
PATIENCE = 300
LINK = re.compile(r"https?://\S+/u/\S+")


class Served:
    """Web, worker and scheduler on servers of their own, and the mail they send."""

    def __init__(
        self, databases: Databases, valkey: ValkeyServer, sink: SmtpSink
    ) -> None:
        self.sink = sink
        self.port = free_port()
        self.databases = databases
        self.environment = environment_of(databases, valkey) | {
            "KLANKBORD_SMTP_URL": sink.url,
            "KLANKBORD_MAIL_FROM": "bericht@klankbord.localhost",
            "KLANKBORD_BASE_SCHEME": "http",
            "KLANKBORD_PORT": str(self.port),
        }
        self.config = from_environment(self.environment)
        self.app = create_app(self.config)
        self.make = Maker(self.config)

    def organisation(self, slug: str) -> TenantFacts:
        """Make the organisation that `tenants/<slug>` describes; methods are off.

        It lies where it is about noon now: clients get no mail at night.
        """
        described = description.read(TENANTS / slug, installed_plugins())
        off = {name: {"on": False, "settings": {}} for name in described.plugins}
        noon = replace(described, plugins=off, time_zone=where_it_is_noon())
        tenant_id = register.apply(self.make.operator, noon)
        return self.make.facts(tenant_id)

    def let_sign_in(self, person: Person) -> str:
        """Give a member of staff a password; return the secret of the second step."""
        secret = factors.new_secret()
        sealed = factors.seal_secret(person.tenant.id, person.account_id, secret)
        with TenantSession(self.make.engine, person.tenant.id) as session:
            session.execute(
                update(Account)
                .where(Account.id == person.account_id)
                .values(password_hash=hash_password(PASSWORD), totp_secret=sealed)
            )
            session.commit()
        return secret

    def as_before_inviting(self, person: Person, language: str) -> str:
        """Let a client have no account yet; return the address of their mailbox."""
        email = f"{uuid4().hex[:8]}@familie.example"
        with TenantSession(self.make.engine, person.tenant.id) as session:
            account = session.get(Account, (person.tenant.id, person.account_id))
            session.delete(account)
            session.execute(
                update(Client)
                .where(Client.id == person.client_id)
                .values(email=email, email_alone=True, language=language)
            )
            session.commit()
        return email

    def link_of(self, person: Person) -> str:
        """Return the path of a link that signs somebody in once."""
        ctx = self.make.context_of(person.tenant, SYSTEM)
        url = make_sign_in_link(ctx, person.account_id, timedelta(minutes=15), "test")
        ctx.finish(commit=True)
        return url[url.index("/u/") :]

    def link_mailed_to(self, address: str) -> str:
        """Return the link in the mail to an address, once it came."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for mail in tuple(self.sink.mails):
                if address in mail.recipients:
                    body = mail.message.get_body(("plain",))
                    assert body is not None
                    return str(LINK.search(body.get_content())[0])
            time.sleep(0.1)
        raise TimeoutError(f"no mail came to {address}")

    def let_five_minutes_pass(self, tenant: TenantFacts) -> None:
        """Move back when answers were sent: only the owner of the tables can."""
        url = self.databases.owner_url.replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            connection.execute(
                "select set_config('klankbord.tenant', %s, true)", [str(tenant.id)]
            )
            connection.execute("alter table answer_set disable trigger user")
            connection.execute(
                "update answer_set set sent_at = sent_at - interval '6 minutes'"
            )
            connection.execute("alter table answer_set enable trigger user")
            connection.execute(
                "update startvragen_card set sent_at = sent_at - interval '6 minutes'"
            )
            connection.execute(
                "update samen_sterker_review set"
                " client_sent_at = client_sent_at - interval '6 minutes',"
                " worker_sent_at = worker_sent_at - interval '6 minutes'"
            )


@contextmanager
def serving(
    databases: Databases, valkey: ValkeyServer, sink: SmtpSink
) -> Iterator[Served]:
    """Run everything for as long as the block lasts."""
    before = list(keys._keyrings)
    served = Served(databases, valkey, sink)
    with ExitStack() as stack:
        stack.callback(keys._keyrings.__setitem__, slice(None), before)
        stack.callback(keys.keyring().close)
        stack.callback(served.app.extensions["klankbord-engine"].dispose)
        stack.callback(served.make.operator.dispose)
        stack.callback(served.make.engine.dispose)
        stack.callback(served.make.close)
        for command in ("web", "worker", "scheduler"):
            stack.enter_context(running(served.environment, command))
        wait_for(f"http://127.0.0.1:{served.port}/readyz")
        yield served


@contextmanager
def running(environment: Mapping[str, str], *words: str) -> Iterator[None]:
    """Run `klankbord <words>` for as long as the block lasts."""
    process = subprocess.Popen([COMMAND, *words], env=environment)
    try:
        yield
        assert process.poll() is None, f"{words[0]} ended by itself"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def wait_for(url: str, trusting: ssl.SSLContext | None = None) -> None:
    """Wait until an address answers."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5, context=trusting):  # noqa: S310 - our own
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(url)
