"""What a running installation tells about itself: logs and errors, about nobody.

Every line is JSON and bears the tenant and the request. Words of errors and paths of
pages stay out of it, for both may hold a name, an address or a secret: of an error the
type and the places in the code are kept, of a page its route.
"""

import logging
import re
import sys
import time
import traceback
from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

import orjson
import structlog
from flask import (
    Flask,
    Response,
    g,
    got_request_exception,
    has_request_context,
    request,
)
from structlog.contextvars import clear_contextvars, get_contextvars

from klankbord.config import Config

if TYPE_CHECKING:
    from sentry_sdk.types import DataCollectionUserOptions, Event, Hint

Fields: TypeAlias = MutableMapping[str, Any]

MASKED = "…"
# A part of a path that is long enough to be a secret, or somebody's id.
_SECRET = re.compile(r"(?<=/)[\w~.=-]{20,}")
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
# Libraries that write lines of their own unless told otherwise.
_OWN_HANDLERS = ("gunicorn.error", "rq.worker", "rq.job")
_SENTRY_KEEPS = ("event_id", "timestamp", "level", "platform", "release", "environment")

COLLECTED: "DataCollectionUserOptions" = {
    "user_info": False,
    "cookies": {"mode": "off"},
    "http_headers": {"request": {"mode": "off"}},
    "http_bodies": [],
    "url_query_params": {"mode": "off"},
    "database_query_data": False,
    "queues": False,
    "stack_frame_variables": False,
}

log = structlog.get_logger()
_tellers: list[Callable[[Exception], object]] = []


def init_logs(stream: TextIO = sys.stderr) -> None:
    """Let this process, and every library in it, write JSON lines to a stream."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        whose,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        places_of_error,
        mask,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _OWN_HANDLERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def whose(_logger: object, _method: str, fields: Fields) -> Fields:
    """Add the tenant and the request that the line is about."""
    fields.update(_who())
    return fields


def places_of_error(_logger: object, _method: str, fields: Fields) -> Fields:
    """Replace an exception by its type and the places in the code it came through."""
    found = fields.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        fields["error"] = type(error).__name__
        fields["places"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
    return fields


def mask(_logger: object, _method: str, fields: Fields) -> Fields:
    """Take secrets in paths, and addresses, out of what a library wrote."""
    event = fields.get("event")
    if isinstance(event, str):
        fields["event"] = _ADDRESS.sub(MASKED, _SECRET.sub(MASKED, event))
    return fields


def init_access_log(app: Flask) -> None:
    """Write one line a request: which route, how it ended, how long it took."""

    @app.before_request
    def begin() -> None:
        clear_contextvars()
        g.begun = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        rule = request.url_rule
        seconds = time.perf_counter() - g.begun if "begun" in g else 0.0
        log.info(
            "request",
            method=request.method,
            route=rule.rule if rule else "",
            status=response.status_code,
            ms=round(seconds * 1000, 1),
        )
        return response

    def broken(_app: Flask, exception: BaseException) -> None:
        log.error("request broke", exc_info=exception)

    got_request_exception.connect(broken, app, weak=False)
    # Flask's own line would hold the path.
    app.logger.disabled = True


def init_sentry(config: Config) -> None:
    """Send errors to Sentry when there is a DSN: where they happened, no data."""
    if not config.sentry_dsn:
        return
    # Only where errors are reported: it brings an HTTP client of its own along.
    import sentry_sdk  # noqa: PLC0415
    from sentry_sdk.integrations.flask import FlaskIntegration  # noqa: PLC0415
    from sentry_sdk.integrations.logging import LoggingIntegration  # noqa: PLC0415

    sentry_sdk.init(
        dsn=config.sentry_dsn,
        data_collection=COLLECTED,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="",
        shutdown_timeout=1,
        auto_enabling_integrations=False,
        integrations=[
            FlaskIntegration(transaction_style="endpoint"),
            LoggingIntegration(event_level=None, sentry_logs_level=None),
        ],
        before_send=scrub,
    )
    _tellers[:] = [sentry_sdk.capture_exception]


def report(error: Exception) -> None:
    """Send an error that was caught to where `init_sentry` said, if it did."""
    for tell in _tellers:
        tell(error)


def scrub(event: "Event", _hint: "Hint") -> "Event":
    """Return what of an error may leave: types, places, the tenant and the request."""
    kept: dict[str, Any] = {name: event.get(name) for name in _SENTRY_KEEPS}
    errors = event.get("exception", {}).get("values", [])
    kept["exception"] = {"values": [_scrubbed(error) for error in errors]}
    kept["tags"] = get_contextvars() | _who()
    kept["transaction"] = request.endpoint if has_request_context() else ""
    return kept  # type: ignore[return-value]  # an Event is a dict with fixed names


def _scrubbed(error: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": error.get("type"),
        "module": error.get("module"),
        "value": "",
        "stacktrace": error.get("stacktrace"),
    }


def _who() -> dict[str, str]:
    if not has_request_context() or "request_id" not in g:
        return {}  # a worker binds both itself
    tenant = g.get("tenant")
    return {"tenant": str(tenant.id) if tenant else "", "request_id": g.request_id}


def _json(fields: Fields, **_options: object) -> str:
    return orjson.dumps(fields, default=str).decode()
