"""Logging as a real process does, into a text that a test can read."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from klankbord.observe import init_logs


@contextmanager
def process_logs() -> Iterator[io.StringIO]:
    """Log as a process does for as long as the block lasts, and as tests do after it.

    A process keeps its loggers for ever; here they must find the tests' own log again.
    """
    root, settings = logging.getLogger(), structlog.get_config()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    init_logs(stream)
    structlog.configure(cache_logger_on_first_use=False)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.configure(**settings)
