"""A family with a worker, and the steps that people take in a review."""

import pytest
from review_steps import Steps, later


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


@pytest.fixture
def steps(make, family):
    return Steps(make, family)


@pytest.fixture
def in_time():
    return later
