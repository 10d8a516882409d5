"""A client who came in by letter adds a mailbox of the own later, while signed in."""

from datetime import timedelta

import pytest
from invited import set_client
from sqlalchemy import select

from klankbord.accounts.models import Account, SignInCode
from klankbord.accounts.tokens import fresh_code
from klankbord.db import TenantSession, now
from klankbord.outbox.models import Message
from klankbord.people.models import Client
from klankbord.permissions import Role

ADDRESS = "samira@mail.example"
PAGE = "/mijn-mailadres"


@pytest.fixture
def family(make, tenant):
    """Make a family whose mother signs in and has no verified mailbox."""
    return make.family(tenant)


@pytest.fixture
def mother(make, app, family):
    """Give the browser of the mother."""
    return make.sign_in(app, family.mother)


def add(browser, email=ADDRESS):
    return browser.post(PAGE, data={"email": email, "alone": "yes"})


def codes(make, tenant):
    with TenantSession(make.engine, tenant.id) as session:
        rows = session.scalars(select(SignInCode.id).order_by(SignInCode.made_at))
        return [fresh_code(tenant.id, code_id) for code_id in rows]


def account_of(make, person):
    with TenantSession(make.engine, person.tenant.id) as session:
        session.expire_on_commit = False
        return session.get(Account, (person.tenant.id, person.account_id))


def mails(make, tenant):
    with TenantSession(make.engine, tenant.id) as session:
        return session.scalars(select(Message.template)).all()


def test_a_code_that_comes_back_makes_the_mailbox_the_own(make, tenant, family, mother):
    assert PAGE in mother.get("/start").text
    answer = add(mother, " Samira@Mail.example ")
    assert answer.location.endswith(f"{PAGE}/code")
    assert account_of(make, family.mother).email is None

    [code] = codes(make, tenant)
    answer = mother.post(answer.location, data={"code": code})

    assert answer.status_code == 303
    account = account_of(make, family.mother)
    assert account.email == ADDRESS
    assert account.email_verified_at is not None
    assert ADDRESS in mother.get(PAGE).text
    assert add(mother, "ander@mail.example").status_code == 409


def test_a_wrong_code_changes_nothing(make, tenant, family, mother):
    add(mother)
    [code] = codes(make, tenant)
    wrong = "111111" if code != "111111" else "222222"

    answer = mother.post(f"{PAGE}/code", data={"code": wrong})

    assert answer.status_code == 422
    assert account_of(make, family.mother).email is None


def test_after_five_wrong_codes_the_right_one_is_refused(make, tenant, family, mother):
    add(mother)
    [code] = codes(make, tenant)
    wrong = "111111" if code != "111111" else "222222"
    for _ in range(5):
        mother.post(f"{PAGE}/code", data={"code": wrong})

    answer = mother.post(f"{PAGE}/code", data={"code": code})

    assert answer.status_code == 429
    assert account_of(make, family.mother).email is None


def test_a_code_for_one_address_never_verifies_another(make, tenant, family, mother):
    add(mother, "verkeerd@mail.example")
    [first] = codes(make, tenant)
    add(mother)

    answer = mother.post(f"{PAGE}/code", data={"code": first})

    if first != codes(make, tenant)[-1]:
        assert answer.status_code == 422
        assert account_of(make, family.mother).email is None


def test_a_code_for_an_address_that_the_worker_changed_is_over(
    make, app, tenant, family, mother
):
    add(mother)
    [code] = codes(make, tenant)
    worker = make.sign_in(app, family.worker)
    with TenantSession(make.engine, tenant.id) as session:
        version = session.get(Client, (tenant.id, family.mother.client_id)).version
    saved = worker.post(
        f"/personen/{family.mother.client_id}/wijzigen",
        data={
            "version": str(version),
            "kind": "parent",
            "given_name": "Samira",
            "family_name": "Bakkali",
            "email": "nieuw@mail.example",
            "email_alone": "yes",
        },
    )
    assert saved.status_code == 303

    answer = mother.post(f"{PAGE}/code", data={"code": code})

    assert answer.status_code == 422
    assert f'value="{code}"' in answer.text
    assert account_of(make, family.mother).email is None


@pytest.mark.parametrize("whose", ["the father's", "a colleague's"])
def test_an_address_of_somebody_else_is_answered_alike_and_gets_no_code(
    make, tenant, family, mother, whose
):
    if whose == "the father's":
        set_client(make, family.father, email=ADDRESS)
    else:
        make.staff(tenant, Role.WORKER, email=ADDRESS)

    answer = add(mother)

    assert answer.status_code == 303
    assert answer.location.endswith(f"{PAGE}/code")
    assert mails(make, tenant) == []
    assert mother.get(answer.location).status_code == 200


def test_without_saying_that_nobody_reads_along_nothing_is_sent(make, tenant, mother):
    answer = mother.post(PAGE, data={"email": ADDRESS})

    assert answer.status_code == 422
    assert ADDRESS in answer.text
    assert mails(make, tenant) == []


def test_who_should_get_no_mail_is_asked_for_no_address(make, tenant, family, mother):
    set_client(make, family.mother, do_not_mail=True)

    assert 'name="email"' not in mother.get(PAGE).text
    assert add(mother).status_code == 409
    assert mails(make, tenant) == []


def test_who_has_a_verified_address_sees_it_and_staff_have_no_such_page(
    make, app, family, mother
):
    set_client(
        make,
        family.mother,
        email=ADDRESS,
        email_verified_at=now() - timedelta(days=3),
    )

    assert ADDRESS in mother.get(PAGE).text
    assert make.sign_in(app, family.worker).get(PAGE).status_code == 403
