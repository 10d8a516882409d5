"""A family with a worker, and the steps that people take with their sheet."""

import pytest
from review_steps import later
from sheet_steps import Sheets


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


@pytest.fixture
def sheets(make, family):
    return Sheets(make, family)


@pytest.fixture
def in_time():
    return later
