"""Takes one wall away, so that `test_mutations.py` can see the tests notice.

A plugin for a pytest in a process of its own: `-p mutate` with KLANKBORD_MUTATION set.
"""

import os

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

from klankbord import db
from klankbord.portal import views

MUTATION = os.environ["KLANKBORD_MUTATION"]
STATEMENTS = {
    "force": "alter table team no force row level security",
    "policy": "drop policy tenant on team",
}


@pytest.fixture(scope="session", autouse=True)
def _mutate(databases):
    if MUTATION in STATEMENTS:
        engine = create_engine(databases.owner_url)
        with engine.begin() as connection:
            connection.execute(text(STATEMENTS[MUTATION]))
        engine.dispose()


def pytest_configure():
    if MUTATION == "predicate":
        event.remove(Session, "do_orm_execute", db._stay_in_tenant)
    elif MUTATION == "insert":
        event.remove(Session, "before_flush", db._own_new_rows)
    elif MUTATION == "naming":
        event.remove(Session, "after_begin", db._name_tenant)
    elif MUTATION == "needs":
        del views.home.__dict__["permission"]
    elif MUTATION not in {"none", *STATEMENTS}:
        raise LookupError(MUTATION)
