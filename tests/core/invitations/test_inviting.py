"""A worker invites the own clients; secrets travel apart, and stand nowhere."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from invited import enter, forget_account, invite, path_of, row_of, set_client
from sheets import pages, unpacked
from sqlalchemy import select, text

from klankbord.accounts.models import Account, Channel, InvitationState
from klankbord.audit.models import AuditEntry
from klankbord.context import SYSTEM
from klankbord.db import TenantSession, now
from klankbord.errors import Forbidden, Invalid, NotFound
from klankbord.invitations.services.inviting import (
    Made,
    invite_buddy,
    invite_client,
    mark_expired,
)
from klankbord.outbox.models import Message
from klankbord.permissions import Role
from klankbord.testing.tenants import visitor


@pytest.fixture(autouse=True)
def _reachable(make, family):
    set_client(make, family.mother, email="samira@mail.example")


def test_a_worker_invites_on_a_page_and_sees_the_code_once(app, make, family):
    browser = make.sign_in(app, family.worker)
    page = f"/uitnodigingen/nieuw/{family.case_id}/{family.mother.client_id}"
    assert "Samira" in browser.get(page).text
    answer = browser.post(page, data={"channel": "mail"})
    assert answer.status_code == 303
    first, second = browser.get(answer.location), browser.get(answer.location)
    code = _code_on(first.text)
    assert len(code) == 6
    assert _code_on(second.text) == ""
    own = visitor(app, family.worker.tenant)
    own.get(_path(make, family, answer.location))
    assert enter(own, code).status_code == 303


def test_a_lost_code_is_made_anew_and_the_older_one_is_over(app, make, family):
    browser = make.sign_in(app, family.worker)
    made = invite(make, family, family.mother)
    page = f"/uitnodigingen/{made.invitation_id}"
    code = _code_on(browser.get(browser.post(f"{page}/nieuwe-code").location).text)
    own = visitor(app, family.worker.tenant)
    own.get(path_of(make, family.worker.tenant, made))
    if code != made.code:
        assert enter(own, made.code).status_code == 422
    assert enter(own, code).status_code == 303


def test_a_new_invitation_ends_the_older_one(app, make, tenant, family):
    older = invite(make, family, family.mother)
    path = path_of(make, tenant, older)
    invite(make, family, family.mother)
    assert row_of(make, tenant, older).state is InvitationState.WITHDRAWN
    browser = visitor(app, tenant)
    browser.get(path)
    assert enter(browser, older.code).status_code == 409


def test_without_an_address_only_a_letter_is_possible(make, family):
    set_client(make, family.mother, do_not_mail=True)
    with pytest.raises(Invalid):
        invite(make, family, family.mother)
    assert invite(make, family, family.mother, Channel.LETTER).code


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"email": None}, "Er is nog geen e-mailadres. Vul dat eerst in."),
        ({"do_not_mail": True}, "Deze persoon wil geen e-mail. Kies de brief."),
        (
            {"do_not_mail": True, "email": ""},
            "Deze persoon wil geen e-mail. Kies de brief.",
        ),
    ],
)
def test_mail_that_cannot_go_is_no_choice_and_the_page_says_what_to_do(
    app, make, family, values, sentence
):
    browser = make.sign_in(app, family.worker)
    page = f"/uitnodigingen/nieuw/{family.case_id}/{family.mother.client_id}"
    fill_in = f"/personen/{family.mother.client_id}/wijzigen#field-email"
    assert " disabled" not in browser.get(page).text
    set_client(make, family.mother, **values)

    offered = browser.get(page).text
    refused = browser.post(page, data={"channel": "mail"})

    assert refused.status_code == 422
    assert "kb-error-summary" in refused.text
    for text_ in (offered, refused.text):
        assert _choice(text_, "mail").endswith(" disabled")
        assert not _choice(text_, "letter").endswith(" disabled")
        assert 'id="field-channel"' in _choice(text_, "letter")
        assert sentence in text_
        assert (fill_in in text_) is (values == {"email": None})
    assert browser.get(fill_in).status_code == 200
    assert browser.post(page, data={"channel": "letter"}).status_code == 303


def _choice(page, channel):
    field = page.partition(f'value="{channel}"')[2].partition(">")[0]
    return field.partition(" aria-describedby")[0]


def test_only_who_works_in_the_case_invites(make, tenant, family, outsider):
    others = [
        make.staff(tenant, Role.WORKER),
        make.staff(tenant, Role.TEAM_LEAD, team_id=family.team_id),
        make.staff(tenant, Role.TENANT_ADMIN),
        outsider,
        family.father,
    ]
    for person in others:
        ctx = make.context(person)
        with pytest.raises((NotFound, Forbidden)):
            invite_client(
                ctx, family.mother.client_id, family.case_id, channel=Channel.MAIL
            )
    assert invite(make, family, family.mother).code


def test_somebody_of_elsewhere_finds_no_invitation_here(app, make, family, outsider):
    made = invite(make, family, family.mother, Channel.LETTER)
    page = f"/uitnodigingen/{made.invitation_id}"
    browser = make.sign_in(app, outsider)
    for path in (page, f"{page}/intrekken", f"{page}/brief", f"{page}/brief.pdf"):
        assert browser.get(path).status_code == 404
    for path in ("opnieuw", "nieuwe-code", "verstuurd", "intrekken"):
        assert browser.post(f"{page}/{path}").status_code == 404
    own = make.sign_in(app, family.worker)
    assert own.get(page).status_code == 200
    new = f"/uitnodigingen/nieuw/{family.case_id}/{family.mother.client_id}"
    assert browser.get(new).status_code == 404


def test_a_client_of_another_case_is_not_invited_here(make, tenant, family):
    other = make.family(tenant)
    ctx = make.context(family.worker)
    with pytest.raises(NotFound):
        invite_client(
            ctx, other.mother.client_id, family.case_id, channel=Channel.LETTER
        )


def test_the_states_follow_what_happens(app, make, tenant, family):
    browser = make.sign_in(app, family.worker)
    made = invite(make, family, family.mother, Channel.LETTER)
    page = f"/uitnodigingen/{made.invitation_id}"
    assert row_of(make, tenant, made).state is InvitationState.MADE
    browser.post(f"{page}/verstuurd")
    assert row_of(make, tenant, made).state is InvitationState.SENT
    own = visitor(app, tenant)
    own.get(path_of(make, tenant, made))
    enter(own, "not six digits")
    assert row_of(make, tenant, made).state is InvitationState.OPENED
    enter(own, made.code)
    assert row_of(make, tenant, made).state is InvitationState.ACCEPTED
    assert browser.post(f"{page}/intrekken").status_code == 409
    assert browser.post(f"{page}/opnieuw").status_code == 409


def test_what_was_not_accepted_in_time_is_marked_as_expired(make, tenant, family):
    made = invite(make, family, family.mother)
    with time_machine.travel(now() + timedelta(days=15)):
        ctx = make.context_of(tenant, SYSTEM)
        mark_expired(ctx)
        ctx.finish(commit=True)
    assert row_of(make, tenant, made).state is InvitationState.EXPIRED


def test_neither_a_table_nor_the_queue_holds_a_secret(app, make, tenant, family):
    made = invite(make, family, family.mother)
    token = path_of(make, tenant, made).removeprefix("/u/")
    visitor(app, tenant).get(f"/u/{token}")
    with TenantSession(make.engine, tenant.id) as session:
        (message,) = session.scalars(
            select(Message).where(Message.template == "invitations.invitation")
        )
        assert set(message.values) == {"invitation_id", "generation"}
        for table in ("invitation", "message", "audit_entry", "remembered_request"):
            rows = session.execute(
                text(
                    f"select t::text from {table} t"  # noqa: S608 - our own tables
                    " where tenant_id = :tenant_id"
                )
            ).scalars()
            for row in rows:
                assert token not in row
                assert f",{made.code}," not in row


def test_no_log_line_holds_the_link(app, make, tenant, family, capfd):
    made = invite(make, family, family.mother)
    token = path_of(make, tenant, made).removeprefix("/u/")
    browser = visitor(app, tenant)
    browser.get(f"/u/{token}")
    browser.get("/uitnodiging")
    printed = "".join(capfd.readouterr())
    assert "/u/" in printed
    assert token not in printed


def test_every_step_is_in_the_clients_own_log(app, make, tenant, family):
    made = invite(make, family, family.mother)
    browser = visitor(app, tenant)
    browser.get(path_of(make, tenant, made))
    enter(browser, made.code)
    with TenantSession(make.engine, tenant.id) as session:
        lines = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.client_id == family.mother.client_id)
            .order_by(AuditEntry.at)
        ).all()
    assert [(line.category, line.ground.value) for line in lines] == [
        ("invitations", "relation"),
        ("account", "own"),
    ]


def test_an_invited_buddy_comes_in_with_the_own_account(app, make, tenant):
    coordinator = make.staff(tenant, Role.BUDDY_COORDINATOR)
    buddy = make.staff(tenant, Role.BUDDY, name="Marja", email="marja@mail.example")
    ctx = make.context(coordinator)
    made = invite_buddy(ctx, buddy.account_id, channel=Channel.MAIL)
    ctx.finish(commit=True)
    browser = visitor(app, tenant)
    browser.get(path_of(make, tenant, made))
    assert enter(browser, made.code).status_code == 303
    with TenantSession(make.engine, tenant.id) as session:
        account = session.get(Account, (tenant.id, buddy.account_id))
        assert account.email_verified_at
    with pytest.raises(NotFound):
        invite_buddy(ctx, coordinator.account_id, channel=Channel.MAIL)


# -- the letter ------------------------------------------------------------------------


def test_the_letter_holds_the_first_secret_and_never_the_second(
    app, make, tenant, family
):
    browser = make.sign_in(app, family.worker)
    made = invite(make, family, family.mother, Channel.LETTER)
    token = path_of(make, tenant, made).removeprefix("/u/")
    page = browser.get(f"/uitnodigingen/{made.invitation_id}/brief").text
    assert f"{token[:4]}-{token[4:8]}-{token[8:]}" in page
    assert "data:image/svg+xml" in page
    assert made.code not in page
    assert _code_on(page) == ""


def test_the_letter_is_an_accessible_pdf(app, make, family):
    browser = make.sign_in(app, family.worker)
    made = invite(make, family, family.mother, Channel.LETTER)
    answer = browser.get(f"/uitnodigingen/{made.invitation_id}/brief.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    inside = unpacked(answer.data)
    assert b"pdfuaid:part" in inside
    assert b"/Lang (nl)" in inside
    assert b"Andika" in inside


def test_a_letter_with_a_long_name_stays_one_page(app, make, family):
    browser = make.sign_in(app, family.worker)
    set_client(make, family.mother, family_name="van den Berg Şükrü " * 65)
    made = invite(make, family, family.mother, Channel.LETTER)
    answer = browser.get(f"/uitnodigingen/{made.invitation_id}/brief.pdf")
    assert pages(answer.data) == 1


def test_the_letter_speaks_the_clients_language(app, make, family):
    set_client(make, family.mother, language="ar")
    browser = make.sign_in(app, family.worker)
    made = invite(make, family, family.mother, Channel.LETTER)
    page = browser.get(f"/uitnodigingen/{made.invitation_id}/brief").text
    assert '<html lang="ar" dir="rtl">' in page
    assert 'lang="nl"' in browser.get("/mijn-apparaten").text


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("youth", "Je bent uitgenodigd"),
        ("mother", "U bent uitgenodigd"),
        ("father", "Je bent uitgenodigd"),
    ],
)
def test_the_letter_says_je_to_the_young_also_where_the_organisation_says_u(
    app, make, who, words
):
    tenant = make.tenant(formal=True)
    family = make.family(tenant)
    person = getattr(family, who)
    seventeen = tenant.today() - timedelta(days=int(17.5 * 365.25))
    set_client(make, family.father, birth_date=seventeen)
    forget_account(make, person)
    made = invite(make, family, person, Channel.LETTER)

    page = make.sign_in(app, family.worker).get(
        f"/uitnodigingen/{made.invitation_id}/brief"
    )

    assert words in page.text


def test_an_invitation_by_mail_has_no_letter(app, make, family):
    browser = make.sign_in(app, family.worker)
    made = invite(make, family, family.mother)
    page = f"/uitnodigingen/{made.invitation_id}/brief"
    assert browser.get(page).status_code == 409


def _code_on(page: str) -> str:
    shown = page.partition('<strong class="utrecht-heading-1" dir="ltr">')[2]
    return shown.partition("</strong>")[0].replace(" ", "")


def _path(make, family, location: str) -> str:
    made = Made(UUID(location.rpartition("/")[2]), "")
    return path_of(make, family.worker.tenant, made)
