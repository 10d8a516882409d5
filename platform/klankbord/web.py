"""How a request reaches a service: tenant, person, permission, plugin, in this order.

Everything a view does happens in one transaction, committed when the answer is good.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol, TypeVar
from uuid import UUID, uuid4

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine, exc

from klankbord import idempotency
from klankbord.context import (
    FORBIDDEN,
    NOT_FOUND,
    Actor,
    Context,
    TenantFacts,
)
from klankbord.db import TenantSession
from klankbord.errors import N_, Forbidden, Gone, NotFound, Unavailable
from klankbord.permissions import STAFF, Permission, Role

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

COOKIE = "__Host-klankbord"
UNKNOWN_HOST = N_("There is no organisation at this address.")
SUSPENDED = N_(
    "This website is closed for a while. Everything you told us is kept."
    " Call your organisation if you need something now."
)
CLOSED = N_(
    "Your organisation no longer uses this website. What you told us is kept safely"
    " until it is erased. Call your organisation if you need something now."
)
PHONE_PASSED = N_("This phone was passed on. Give it back to go on.")
AWAY = N_("Something is not working for a moment. Try again in a minute.")


@dataclass(frozen=True)
class Visit:
    """Who stands at the door, and of which tenant: read in one query."""

    tenant: TenantFacts
    actor: Actor
    language: str | None = None
    locked_for: UUID | None = None


class Door(Protocol):
    """What the web needs to know and the features tell: who is where."""

    def tenant_at(self, host: str) -> UUID | None:
        """Return the tenant that is reached at a host name."""

    def visit(self, session: TenantSession, token: str | None) -> Visit:
        """Return the tenant's facts and the actor behind a session token."""


def needs(
    permission: Permission, *, example: Mapping[str, str] | None = None
) -> Callable[[View], View]:
    """Mark a view with the permission it asks; the app refuses to start without.

    `example` names for each id in the route what kind of row it is (`"case_file"`), so
    that walks over the url map can build real and foreign addresses.
    """

    def mark(view: View) -> View:
        view.__dict__["permission"] = permission
        view.__dict__["example"] = dict(example or {})
        return view

    return mark


def tenant_free(view: View) -> View:
    """Mark a view that knows no tenant and no person: health checks and assets."""
    view.__dict__["tenant_free"] = True
    return view


def open_when_locked(view: View) -> View:
    """Mark a view that stays open on a phone that was passed on."""
    view.__dict__["open_when_locked"] = True
    return view


def open_when_stopped(view: View) -> View:
    """Mark a view that stays open while the organisation is suspended or closed."""
    view.__dict__["open_when_stopped"] = True
    return view


def context() -> Context:
    """Return the request's context; only views call this."""
    ctx: Context = g.context
    return ctx


def check_views(app: Flask) -> None:
    """Refuse to start unless every view says what it needs and shows an example.

    A page of a plugin needs a permission of that plugin: by its name the core knows
    which page to close when the plugin is off.
    """
    plugins = app.extensions.get("klankbord-plugins", {})
    owners = {
        pages.name: plugin.name
        for plugin in plugins.values()
        for pages in plugin.blueprints
    }
    for endpoint, view in app.view_functions.items():
        if view.__dict__.get("tenant_free") or endpoint == "static":
            continue
        if "permission" not in view.__dict__:
            raise TypeError(f"{endpoint}: add @needs(...) below the route")
        asked = view.__dict__["permission"].owner
        owner = owners.get(endpoint.rpartition(".")[0], asked)
        if asked != owner:
            raise TypeError(
                f"{endpoint}: needs a permission of {owner}, not of {asked}"
            )
        for rule in app.url_map.iter_rules(endpoint):
            missing = rule.arguments - set(view.__dict__["example"])
            if missing:
                raise TypeError(f"{endpoint}: add example={{...}} for {missing}")


def init_web(app: Flask, engine: Engine, door: Door) -> None:
    """Open a context before each view; commit or roll back after it."""
    app.session_interface = _HostCookie()
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )

    @app.before_request
    def open_context() -> ResponseReturnValue | None:
        g.request_id = uuid4().hex
        g.nonce = secrets.token_urlsafe(16)
        view = app.view_functions.get(request.endpoint or "")
        if request.endpoint == "static" or (view and "tenant_free" in view.__dict__):
            return None
        tenant_id = door.tenant_at(request.host)
        if tenant_id is None:
            raise NotFound(UNKNOWN_HOST)
        _enter(engine, door, tenant_id)
        if view is None:
            return None  # Flask raises 404 or 405 itself
        return _admit(view)

    @app.after_request
    def close_context(response: Response) -> Response:
        if "context" in g and not g.get("finished"):
            _finish(response)
        return _add_headers(response)

    @app.teardown_request
    def release(_error: BaseException | None) -> None:
        if "session" in g:
            g.session.close()


class _HostCookie(SecureCookieSessionInterface):
    """A session cookie without a domain, so that a sibling host never sets ours."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        # Flask makes a new one to read a cookie, and another one to write it.
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer

    def get_cookie_domain(self, app: Flask) -> str | None:  # noqa: ARG002
        return None


def _enter(engine: Engine, door: Door, tenant_id: UUID) -> None:
    tenant_session = TenantSession(engine, tenant_id)
    g.session = tenant_session
    try:
        # Flask-Login keeps the session token under this name.
        visit = door.visit(tenant_session, session.get("_user_id"))
    except exc.OperationalError as error:
        tenant_session.close()
        raise Unavailable(AWAY) from error
    g.tenant = visit.tenant
    g.visit = visit
    g.formal = visit.tenant.formal and not visit.actor.young
    g.language = _language(visit)
    g.context = Context(visit.tenant, visit.actor, tenant_session, g.request_id)


def _language(visit: Visit) -> str:
    offered = visit.tenant.languages
    for wish in (session.get("language"), visit.language):
        if wish in offered:
            return str(wish)
    if visit.actor.roles & STAFF:
        return offered[0]  # pages of staff are whole in the organisation's own language
    return request.accept_languages.best_match(offered) or offered[0]


def _admit(view: Callable[..., object]) -> ResponseReturnValue | None:
    ctx = context()
    permission: Permission = view.__dict__["permission"]
    if ctx.tenant.status != "active" and "open_when_stopped" not in view.__dict__:
        raise Gone(CLOSED) if ctx.tenant.status == "closed" else Unavailable(SUSPENDED)
    if g.visit.locked_for and "open_when_locked" not in view.__dict__:
        raise Forbidden(PHONE_PASSED)
    if not ctx.actor.may(permission):
        if Role.ANONYMOUS in ctx.actor.roles:
            return redirect(url_for("accounts.sign_in", next=_here()), 303)
        raise Forbidden(FORBIDDEN)
    plugins = current_app.extensions["klankbord-plugins"]
    if permission.owner in plugins and not ctx.tenant.has_on(permission.owner):
        raise NotFound(NOT_FOUND)
    return _replay(ctx, permission)


def _here() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None


def _replay(ctx: Context, permission: Permission) -> ResponseReturnValue | None:
    """Answer a form that was sent before as it was answered then."""
    if request.method != "POST":
        return None
    key = _form_key()
    if key is None:
        return None
    location = idempotency.claim(ctx, key, request.endpoint or "")
    if location is None:
        g.form_key = key
        return None
    ctx.require(permission)  # no service is called, and the claim was a write
    return redirect(location or url_for("portal.front"), 303)


def _form_key() -> UUID | None:
    try:
        return UUID(request.form.get("idempotency_key", ""))
    except ValueError:
        return None


def _finish(response: Response) -> None:
    ctx = context()
    good = response.status_code < HTTPStatus.BAD_REQUEST
    if good and "form_key" in g:
        idempotency.remember(ctx, g.form_key, response.headers.get("Location", ""))
    g.finished = True
    ctx.finish(commit=good)


def _add_headers(response: Response) -> Response:
    nonce = g.get("nonce", "")
    headers = response.headers
    headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self' 'nonce-" + nonce + "'; style-src 'self';"
        " img-src 'self' data:; font-src 'self'; connect-src 'self'; media-src 'self';"
        " manifest-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["X-Request-Id"] = g.get("request_id", "")
    if "context" in g and Role.ANONYMOUS not in g.context.actor.roles:
        headers.setdefault("Cache-Control", "no-store")
    return response
