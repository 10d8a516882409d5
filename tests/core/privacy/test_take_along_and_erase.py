"""Everything about a person leaves together: taken along whole, erased everywhere."""

from datetime import timedelta
from uuid import uuid4

import orjson
import psycopg
import pytest
from sqlalchemy import make_url, select

from klankbord.accounts.models import (
    Account,
    AccountSession,
    Channel,
    Invitation,
    LinkPurpose,
    SignInCode,
    SignInLink,
)
from klankbord.actions.models import ActionPoint
from klankbord.audit.models import AuditEntry
from klankbord.db import now
from klankbord.errors import Forbidden, NotFound
from klankbord.idempotency import RememberedRequest
from klankbord.keepers import keepers
from klankbord.outbox.models import Message
from klankbord.people.models import (
    Appointment,
    CaseFile,
    Client,
    Consent,
    Custody,
    Family,
    Purpose,
)
from klankbord.permissions import Role
from klankbord.plugin import RespondentKind, installed_plugins
from klankbord.privacy.keys import keyring
from klankbord.privacy.services import erase_person, export_person
from klankbord.questionnaires.models import (
    Answer,
    AnswerSet,
    Instrument,
    InstrumentVersion,
)
from klankbord.schema.models import METADATA
from klankbord.tasks.models import Task

# Tables that hold the ids of a client but no data about one; each with its reason.
STAYS = {"audit_entry": "the proof of who saw what, the erasure included"}


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


@pytest.fixture
def officer(make, tenant):
    return make.staff(tenant, Role.PRIVACY_OFFICER)


@pytest.fixture
def planted(make, tenant, family):
    """Plant a canary about the mother wherever the core keeps something."""
    return plant(make, tenant, family, family.mother)


def plant(make, tenant, family, person) -> dict[str, str]:
    """Return the canaries by the table that they stand in."""
    names = [
        *("client", "action_point", "appointment", "account_session"),
        *("account", "task", "message", "instrument", "answer"),
    ]
    canary = {name: f"kanarie-{name}-{uuid4().hex[:8]}" for name in names}
    with_key = make.context(family.worker)
    client = with_key.get(Client, person.client_id)
    client.how_to_reach = canary["client"]
    with_key.session.commit()
    with_key = make.context(family.worker)
    with_key.get(Account, person.account_id).phone = canary["account"]
    with_key.session.commit()
    instrument = Instrument(
        id=uuid4(), key=canary["instrument"], plugin="test", licence="own"
    )
    version = InstrumentVersion(
        id=uuid4(), instrument_id=instrument.id, number=1, definition={}
    )
    answers = AnswerSet(
        id=uuid4(),
        version_id=version.id,
        questionnaire="test",
        kind=RespondentKind.PARENT,
        subject_id=uuid4(),
        client_id=person.client_id,
    )
    invitation = Invitation(
        id=uuid4(),
        kind="portal",
        channel=Channel.MAIL,
        client_id=person.client_id,
        token_hash=uuid4().bytes,
        code_hash=uuid4().bytes,
        expires_at=now(),
    )
    for rows in (
        [instrument],
        [version],
        [answers, invitation],
        [
            Answer(
                answer_set_id=answers.id,
                owner_id=person.client_id,
                item="one",
                words=canary["answer"],
            ),
            ActionPoint(
                source="test",
                source_id=uuid4(),
                client_id=person.client_id,
                text=canary["action_point"],
            ),
            Appointment(
                case_id=family.case_id,
                worker_id=family.worker.account_id,
                client_id=person.client_id,
                begins_at=now() + timedelta(days=1),
                place=canary["appointment"],
            ),
            Consent(client_id=person.client_id, purpose=Purpose.STORY, granted=True),
            AccountSession(
                account_id=person.account_id,
                token_hash=uuid4().bytes,
                device=canary["account_session"],
                expires_at=now(),
            ),
            SignInCode(account_id=person.account_id, expires_at=now()),
            SignInLink(
                account_id=person.account_id,
                token_hash=uuid4().bytes,
                purpose=LinkPurpose.SIGN_IN,
                reason="test",
                expires_at=now(),
            ),
            Task(
                kind="test.do",
                subject_id=uuid4(),
                account_id=person.account_id,
                values={"name": canary["task"]},
                due_on=tenant.today(),
            ),
            Message(
                template=canary["message"],
                client_id=person.client_id,
                dedupe_key=uuid4().hex,
            ),
            RememberedRequest(
                id=uuid4(), endpoint="test", account_id=person.account_id
            ),
        ],
    ):
        make.add(tenant, *rows)
    return canary


def exported(make, person) -> str:
    ctx = make.context(person)
    everything = export_person(ctx, person.client_id, keepers())
    ctx.finish(commit=True)
    return orjson.dumps(everything).decode()


def erase(make, officer, person) -> None:
    ctx = make.context(officer)
    erase_person(ctx, person.client_id, keepers())
    ctx.finish(commit=True)


# -- taking along ----------------------------------------------------------------------


def test_the_export_holds_every_planted_word_but_sealed_answers(make, family, planted):
    text = exported(make, family.mother)
    sealed = planted.pop("answer")
    for table, canary in planted.items():
        assert canary in text, table
    assert sealed not in text
    assert "verzegeld" in text


def test_the_export_of_one_parent_holds_nothing_of_the_other(make, family, planted):
    text = exported(make, family.father)
    assert "Youssef" in text
    assert "Samira" not in text
    for canary in planted.values():
        assert canary not in text


def test_the_export_holds_no_secret_and_no_hash_of_one(make, tenant, family, planted):
    token = uuid4().bytes
    make.add(
        tenant,
        AccountSession(
            account_id=family.mother.account_id, token_hash=token, expires_at=now()
        ),
    )
    text = exported(make, family.mother)
    assert planted["account"] in text
    assert "hash" not in text
    assert "totp" not in text


def test_every_plugin_is_asked_also_one_that_is_off(make):
    off = make.tenant(on=False)
    person = make.family(off).mother
    ctx = make.context(person)
    everything = export_person(ctx, person.client_id, keepers())
    brought = {
        name for name, plugin in installed_plugins().items() if plugin.data_subject
    }
    assert brought <= set(everything)


def test_nobody_takes_along_what_is_anothers(make, family, outsider):
    for person in (family.father, family.youth):
        with pytest.raises(NotFound):
            export_person(make.context(person), family.mother.client_id, keepers())
    with pytest.raises(Forbidden):
        export_person(make.context(family.worker), family.mother.client_id, keepers())
    with pytest.raises(NotFound):
        export_person(make.context(outsider), family.mother.client_id, keepers())
    assert "Samira" in exported(make, family.mother)


def test_taking_along_stands_in_the_log(make, family):
    exported(make, family.mother)
    rows = make.context(family.worker).session.execute(
        select(AuditEntry.action, AuditEntry.category).where(
            AuditEntry.client_id == family.mother.client_id
        )
    )
    assert ("export", "everything") in [tuple(row) for row in rows]


# -- erasing ---------------------------------------------------------------------------


def references(table) -> list[str]:
    """Return the columns that hold the id of a client or of an account."""
    own = {"client.id", "account.id"}
    return [
        column.name
        for column in table.columns
        if own & {key.target_fullname for key in column.foreign_keys}
        or column.name in {"client_id", "account_id"}
    ]


@pytest.fixture
def whole_database(postgres, databases):
    with psycopg.connect(postgres.url, autocommit=True) as probe:
        user = probe.info.user
    name = make_url(databases.app_url).database
    with psycopg.connect(postgres.url_of(name, user), autocommit=True) as connection:
        yield connection


def left_of(connection, person) -> dict[str, int]:
    """Count, per table, the rows that still name the person or the account."""
    left: dict[str, int] = {}
    tables = [*METADATA.sorted_tables]
    for table in tables:
        for column in references(table):
            (count,) = connection.execute(
                f'select count(*) from "{table.name}" where "{column}" = any(%s)',  # noqa: S608 - our own schema
                [[person.client_id, person.account_id]],
            ).fetchone()
            if count:
                left[table.name] = left.get(table.name, 0) + count
    return left


@pytest.mark.usefixtures("planted")
def test_after_erasing_no_table_names_the_person(make, family, officer, whole_database):
    before = left_of(whole_database, family.mother)
    assert set(before) >= {"action_point", "answer", "task", "message", "consent"}
    erase(make, officer, family.mother)
    assert set(left_of(whole_database, family.mother)) <= set(STAYS)
    ctx = make.context(officer)
    assert ctx.session.get(Client, (ctx.tenant_id, family.mother.client_id)) is None


@pytest.mark.usefixtures("planted")
def test_erasing_leaves_the_others_of_the_family_whole(
    make, tenant, family, officer, whole_database
):
    plant(make, tenant, family, family.father)
    before = left_of(whole_database, family.father)
    erase(make, officer, family.mother)
    assert left_of(whole_database, family.father) == before
    ctx = make.context(officer)
    assert ctx.session.scalar(select(Custody.id)) is None
    assert ctx.get(CaseFile, family.case_id)


def test_erasing_destroys_the_key(make, tenant, family, officer, planted):
    assert planted
    assert keyring().find(tenant.id, family.mother.client_id)
    erase(make, officer, family.mother)
    assert keyring().find(tenant.id, family.mother.client_id) is None


def test_when_the_last_one_is_erased_the_family_goes_too(make, family, officer):
    for person in (family.mother, family.father):
        erase(make, officer, person)
    ctx = make.context(officer)
    assert ctx.get(Family, family.family_id)
    erase(make, officer, family.youth)
    ctx = make.context(officer)
    assert ctx.session.get(Family, (ctx.tenant_id, family.family_id)) is None


def test_the_log_keeps_that_the_person_was_erased_and_by_whom(make, family, officer):
    erase(make, officer, family.mother)
    rows = make.context(officer).session.execute(
        select(AuditEntry.account_id, AuditEntry.action).where(
            AuditEntry.client_id == family.mother.client_id
        )
    )
    assert (officer.account_id, "delete") in [tuple(row) for row in rows]


@pytest.mark.usefixtures("planted")
def test_only_the_privacy_officer_of_the_same_organisation_erases(
    make, family, outsider
):
    for person in (family.worker, family.mother):
        with pytest.raises(Forbidden):
            erase(make, person, family.mother)
    erase(make, outsider, family.mother)
    assert keyring().find(family.mother.tenant.id, family.mother.client_id)
    assert "Samira" in exported(make, family.mother)
