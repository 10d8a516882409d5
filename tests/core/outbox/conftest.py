"""What the tests of the outbox share: mails of their own, and hands that send them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask, url_for
from flask_babel import gettext
from sqlalchemy import select

from klankbord import processes
from klankbord.config import Config
from klankbord.context import SYSTEM, Context, TenantFacts
from klankbord.db import Due, TenantSession
from klankbord.jobs import Workplace
from klankbord.outbox.models import Fault, Message, MessageState
from klankbord.outbox.services import DELIVERY, queue
from klankbord.people.models import Client
from klankbord.permissions import Permission, Role
from klankbord.plugin import Json, Mail, MailKind
from klankbord.testing.smtp import SmtpSink
from klankbord.testing.tenants import FamilyMade, Maker, Person

CANARY = "kanarie-geheim-9f31c2"
TELL = Permission("outbox.tell", "Tell", frozenset(set(Role)))
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


TOLD: list[Json] = []


def write_plain(_ctx: Context, values: Json) -> Mail:
    return Mail(
        subject=gettext("Message"),
        sentences=("Er is een bericht.", f"Nummer {values['number']}."),
        button="Open het bericht",
        url=url_for("portal.front"),
        code=CANARY,
    )


def write_addressed(_ctx: Context, _values: Json) -> Mail:
    # A sentence of ours that differs between "je" and "u".
    return Mail(
        subject="Dag", sentences=(gettext("What you filled in is still there."),)
    )


def write_broken(_ctx: Context, _values: Json) -> Mail:
    raise LookupError(f"geheim van Samira {CANARY}")


MAILS = (
    MailKind("test.plain", write_plain),
    MailKind("test.addressed", write_addressed),
    MailKind("test.told", write_plain, lambda _ctx, values: TOLD.append(values)),
    MailKind("test.code", write_plain, at_any_hour=True),
    MailKind("test.broken", write_broken),
    MailKind("test.gone", lambda _ctx, _values: None),
    MailKind(
        "test.injected",
        lambda _ctx, _values: Mail("Dag\r\nBcc: boef@example.test", ("Hallo.",)),
    ),
    MailKind("samen_sterker.test", write_plain),
)


@dataclass(frozen=True)
class Outbox:
    """One tenant's outbox, as a test sees and moves it."""

    make: Maker
    tenant: TenantFacts
    family: FamilyMade
    workplace: Workplace
    sink: SmtpSink
    told: list[Json]

    def write(
        self,
        to: Person | None = None,
        template: str = "test.plain",
        key: str = "",
        **values: str,
    ) -> None:
        to = to or self.family.worker
        ctx = self.make.context_of(self.tenant, SYSTEM)
        ctx.require(TELL)
        queue(
            ctx,
            template=template,
            client_id=to.client_id,
            account_id=None if to.client_id else to.account_id,
            values={"number": "1", **values},
            dedupe_key=key or uuid4().hex,
        )
        ctx.after_commit.clear()  # nobody is woken: the test sends itself
        ctx.finish(commit=True)

    def send(self) -> None:
        self.workplace.do(self.tenant.id, DELIVERY)

    def rows(self) -> list[Message]:
        with TenantSession(self.make.engine, self.tenant.id) as session:
            return list(session.scalars(select(Message).order_by(Message.made_at)))

    def row(self) -> Message:
        [row] = self.rows()
        return row

    def is_(self, state: MessageState, fault: Fault = Fault.NONE) -> bool:
        row = self.row()
        assert (row.state, row.fault) == (state, fault)
        return True

    def due(self) -> list[datetime]:
        with self.make.engine.connect() as connection:
            found = select(Due.at).where(Due.tenant_id == self.tenant.id)
            return sorted(connection.scalars(found.where(Due.kind == DELIVERY)))

    def change(self, model: Any, row_id: UUID | None, **values: Any) -> None:
        with TenantSession(self.make.engine, self.tenant.id) as session:
            row = session.get(model, (self.tenant.id, row_id))
            for name, value in values.items():
                setattr(row, name, value)
            session.commit()


@pytest.fixture
def at_noon() -> Iterator[time_machine.Traveller]:
    """Make it noon, when mail may go to everybody."""
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


@pytest.fixture
def mailing(
    monkeypatch: pytest.MonkeyPatch, app: Flask, config: Config, smtp_sink: SmtpSink
) -> Workplace:
    """Give a worker's workplace that knows the mails of the tests."""
    kinds = {kind.name: kind for kind in MAILS}
    monkeypatch.setitem(app.extensions, "klankbord-mails", kinds)
    return processes.open_workplace(
        app, replace(config, smtp_url=smtp_sink.url, mail_from="post@voorbeeld.test")
    )


@pytest.fixture
def outbox(
    make: Maker,
    tenant: TenantFacts,
    mailing: Workplace,
    smtp_sink: SmtpSink,
    at_noon: time_machine.Traveller,
) -> Outbox:
    """Give the outbox of an organisation with a family, at noon."""
    assert at_noon
    family = make.family(tenant)
    box = Outbox(make, tenant, family, mailing, smtp_sink, TOLD)
    box.change(Client, family.mother.client_id, email="samira@voorbeeld.test")
    return box
