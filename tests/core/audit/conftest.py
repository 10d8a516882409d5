"""What the tests of the access log use."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from klankbord.context import Context


@pytest.fixture
def statements():
    """Give the statements that a context sends to the database meanwhile."""

    @contextmanager
    def count(ctx: Context) -> Iterator[list[str]]:
        engine = ctx.session.get_bind()
        sent: list[str] = []

        def note(_connection, _cursor, statement, *_) -> None:
            sent.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        yield sent
        event.remove(engine, "before_cursor_execute", note)

    return count
