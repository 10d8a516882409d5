"""A family whose mother was never here before."""

import pytest
from invited import forget_account

from klankbord.context import TenantFacts
from klankbord.testing.tenants import FamilyMade, Maker


@pytest.fixture
def family(make: Maker, tenant: TenantFacts) -> FamilyMade:
    """Make a family; the mother has no account and a mailbox of her own."""
    made = make.family(tenant)
    forget_account(make, made.mother)
    return made
