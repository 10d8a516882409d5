"""B9 and B13: sending a questionnaire of ten answers, beside raw SQL and the outbox."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
from measure import Row, at_least, at_most, compare
from world import World

from klankbord.context import Actor, Context
from klankbord.db import TenantSession, open_engine
from klankbord.outbox.services import queue
from klankbord.plugin import (
    Answering,
    Plugin,
    Questionnaire,
    Respondent,
    RespondentKind,
)
from klankbord.privacy.keys import Keyring, use_keyring
from klankbord.questionnaires.registry import use_questionnaires
from klankbord.questionnaires.services.results import submit
from klankbord.questionnaires.services.writing import Given
from klankbord.testing.tenants import Maker, Person

KEY = "ten"
GIVEN = {f"question_{number}": Given(number=7) for number in range(1, 11)}
MAILED: set[UUID] = set()  # the subjects whose answers send somebody a mail

BEGIN = (
    "insert into answer_set (tenant_id, id, version_id, questionnaire, subject_id,"
    " client_id, kind, mode, language, rendering, state, begun_at) values"
    " (%s, %s, %s, %s, %s, %s, 'parent', 'self', 'nl', 'standard', 'draft', %s)"
)
ANSWERS = (
    "insert into answer (tenant_id, answer_set_id, owner_id, id, item, number, choice,"
    " words, skipped) select %s, %s, %s, given.*, null, null, false"
    " from unnest(%s::uuid[], %s::text[], %s::float8[]) as given"
)
SEND = (
    "update answer_set set state = 'sent', sent_at = %s"
    " where tenant_id = %s and id = %s"
)
AUDIT = (
    "insert into audit_entry (tenant_id, id, at, account_id, role, client_id, category,"
    " action, ground, object_id, request_id)"
    " values (%s, %s, %s, %s, 'parent', %s, 'answers', 'create', 'own', %s, '')"
)
MESSAGE = (
    'insert into message (tenant_id, id, template, "values", account_id, dedupe_key,'
    " state, tries, next_try_at, fault, made_at) values"
    " (%s, %s, 'bench', '{}', %s, %s, 'queued', 0, %s, '', %s)"
)
DUE = "insert into due (id, tenant_id, kind, at) values (%s, %s, 'outbox.delivery', %s)"


def rows(world: World) -> Iterator[Row]:
    keys = open_engine(world.databases.keys_url)
    use_keyring(Keyring(keys, world.config.master_key))
    use_questionnaires({"ten": Plugin("ten", "Ten", questionnaires=(TEN,))})
    maker = Maker(world.config)
    tenant = maker.tenant(on=False)
    mother = maker.family(tenant).mother
    mother = replace(mother, tenant=replace(tenant, plugins={"ten": {}}))
    mailed = _submission(world, mother, mail=True)
    plain = _submission(world, mother, mail=False)
    plain()
    with _raw(world, mother) as raw:
        speed = compare(
            "B9",
            "submissions per second / raw psycopg, same rows",
            mailed,
            raw,
            at_least(0.60),
            n=250,
            speeds=True,
        )
    yield speed
    yield compare(
        "B13",
        "a submission with its outbox row / without",
        mailed,
        plain,
        at_most(1.1),
        n=250,
    )
    keys.dispose()
    maker.engine.dispose()
    maker.operator.dispose()


def _answering(_ctx: Context, _subject_id: UUID, respondent: Respondent) -> Answering:
    if respondent.client_id is None:
        raise TypeError("the benchmark's questions are for clients")
    return Answering(owner_id=respondent.client_id, who_sees="", names={})


def _sent(
    ctx: Context, subject_id: UUID, _respondent: Respondent, _answer_set_id: UUID
) -> None:
    if subject_id in MAILED:
        queue(
            ctx,
            template="bench",
            account_id=ctx.actor.account_id,
            dedupe_key=str(subject_id),
        )


TEN = Questionnaire(
    key=KEY,
    title="Ten questions",
    package="ten_questions",
    path="ten.toml",
    answering=_answering,
    lock_subject=lambda _ctx, _subject_id: None,  # it has no row of its own
    sent=_sent,
    taken_back=_sent,
)


def _submission(world: World, mother: Person, *, mail: bool) -> Callable[[], object]:
    actor = Actor(mother.roles, mother.account_id, mother.client_id)
    respondent = Respondent(RespondentKind.PARENT, client_id=mother.client_id)

    def once() -> None:
        subject_id = uuid4()
        if mail:
            MAILED.add(subject_id)
        with TenantSession(world.app, mother.tenant.id) as session:
            ctx = Context(mother.tenant, actor, session)
            submit(ctx, KEY, subject_id, respondent, GIVEN)
            session.commit()

    return once


@contextmanager
def _raw(world: World, mother: Person) -> Iterator[Callable[[], object]]:
    """The same rows by hand on one connection, as the application's role."""
    tenant_id, client_id, account_id = (
        mother.tenant.id,
        mother.client_id,
        mother.account_id,
    )
    items, numbers = list(GIVEN), [7.0] * len(GIVEN)
    url = world.databases.app_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.cursor()
        name_tenant = f"begin; set local klankbord.tenant = '{tenant_id}'"
        cursor.execute(name_tenant)
        found = cursor.execute("select id from instrument_version").fetchone()
        cursor.execute("commit")

        def once() -> None:
            made, subject, now = uuid4(), uuid4(), datetime.now(UTC)
            cursor.execute(name_tenant)
            cursor.execute(
                BEGIN, (tenant_id, made, found[0], KEY, subject, client_id, now)
            )
            ids = [uuid4() for _ in items]
            cursor.execute(ANSWERS, (tenant_id, made, client_id, ids, items, numbers))
            cursor.execute(SEND, (now, tenant_id, made))
            cursor.execute(
                AUDIT, (tenant_id, uuid4(), now, account_id, client_id, made)
            )
            cursor.execute(
                MESSAGE, (tenant_id, uuid4(), account_id, str(subject), now, now)
            )
            cursor.execute(DUE, (uuid4(), tenant_id, now))
            cursor.execute("commit")

        yield once
