"""Klankbord as it runs for real, once for each file of journeys that asks for it."""

from collections.abc import Iterator

import pytest
from served import Served, serving

from klankbord.testing.smtp import SmtpSink


@pytest.fixture(scope="module")
def served(make_databases, valkey) -> Iterator[Served]:
    """Run web, worker, scheduler and a mail server."""
    sink = SmtpSink()
    with serving(make_databases(), valkey, sink) as running:
        yield running
    sink.stop()
