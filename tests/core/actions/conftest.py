"""What the tests of agreements use."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event


@pytest.fixture
def statements():
    """Give the statements that the app sends to the database meanwhile."""

    @contextmanager
    def count(app: Flask) -> Iterator[list[str]]:
        engine = app.extensions["klankbord-engine"]
        sent: list[str] = []

        def note(_connection, _cursor, statement, *_) -> None:
            sent.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        yield sent
        event.remove(engine, "before_cursor_execute", note)

    return count
