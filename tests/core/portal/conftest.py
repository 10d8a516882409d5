"""What the tests of the portal use."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event

from klankbord.actions import services as actions


@pytest.fixture
def statements(app: Flask):
    """Give the statements that the app sends to the database meanwhile."""

    @contextmanager
    def count() -> Iterator[list[str]]:
        engine = app.extensions["klankbord-engine"]
        sent: list[str] = []

        def note(_connection, _cursor, statement, *_) -> None:
            sent.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        yield sent
        event.remove(engine, "before_cursor_execute", note)

    return count


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


@pytest.fixture
def mother(make, app, family):
    """Give the browser of the mother."""
    return make.sign_in(app, family.mother)


@pytest.fixture
def promise(make, family):
    def promise_(text="Ik bel altijd een dag van tevoren.", **values):
        ctx = make.context(family.worker)
        action_id = actions.promise(
            ctx,
            client_id=family.mother.client_id,
            case_id=family.case_id,
            source="test",
            source_id=uuid4(),
            text=text,
            **values,
        )
        ctx.finish(commit=True)
        return action_id

    return promise_
