"""Colleagues with a password and an app, as they really sign in."""

from collections.abc import Callable

import pytest
from colleagues import PASSWORD, Colleague, change

from klankbord.accounts import factors
from klankbord.accounts.passwords import hash_password
from klankbord.context import TenantFacts
from klankbord.permissions import Role
from klankbord.testing.tenants import Maker


@pytest.fixture
def make_colleague(make: Maker) -> Callable[..., Colleague]:
    """Make colleagues who have set up their account."""

    def colleague(tenant: TenantFacts, *roles: Role) -> Colleague:
        person = make.staff(tenant, *(roles or (Role.WORKER,)))
        secret = factors.new_secret()
        shown, kept = factors.new_recovery_codes(tenant.id)
        values = {
            "password_hash": hash_password(PASSWORD),
            "totp_secret": factors.seal_secret(tenant.id, person.account_id, secret),
            "recovery_code_hashes": kept,
        }
        change(make, person, **values)
        return Colleague(person, secret, shown[0])

    return colleague


@pytest.fixture
def colleague(
    make_colleague: Callable[..., Colleague], tenant: TenantFacts
) -> Colleague:
    """Make a worker who can sign in."""
    return make_colleague(tenant)


@pytest.fixture
def admin(make_colleague: Callable[..., Colleague], tenant: TenantFacts) -> Colleague:
    """Make an administrator who can sign in."""
    return make_colleague(tenant, Role.TENANT_ADMIN)
