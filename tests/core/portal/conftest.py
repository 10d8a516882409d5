"""What the tests of the portal use."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event


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
def mother(make, app, family):
    """Give the browser of the mother."""
    return make.sign_in(app, family.mother)
