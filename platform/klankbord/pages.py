"""What every page knows: the organisation, the person, the menu, the language."""

from dataclasses import dataclass

from flask import Flask, g, request, url_for
from flask_babel import gettext

from klankbord.config import Config
from klankbord.context import Context
from klankbord.i18n import LANGUAGE_NAMES, RIGHT_TO_LEFT
from klankbord.plugin import NavItem


@dataclass(frozen=True)
class NavLink:
    """A line of the menu as a page shows it."""

    title: str
    url: str
    icon: str
    count: int
    current: bool


def init_pages(app: Flask, config: Config, core_nav: tuple[NavItem, ...]) -> None:
    """Give every template the same few names."""
    plugins = app.extensions["klankbord-plugins"]

    def menu() -> list[NavLink]:
        ctx = g.get("context")
        if ctx is None:
            return []
        items = list(core_nav)
        for plugin in plugins.values():
            if ctx.tenant.has_on(plugin.name):
                items.extend(plugin.nav)
        return [_link(ctx, item) for item in items if ctx.actor.may(item.permission)]

    @app.context_processor
    def names() -> dict[str, object]:
        ctx = g.get("context")
        language = g.get("language", "nl")
        return {
            "tenant": ctx.tenant if ctx else None,
            "actor": ctx.actor if ctx else None,
            "menu": menu,
            "nonce": g.get("nonce", ""),
            "locale": language,
            "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
            "language_names": LANGUAGE_NAMES,
            "demo": config.demo,
        }


def _link(ctx: Context, item: NavItem) -> NavLink:
    url = url_for(item.endpoint)
    return NavLink(
        title=gettext(item.title),
        url=url,
        icon=item.icon,
        count=item.count(ctx) if item.count else 0,
        current=request.path == url or request.path.startswith(f"{url}/"),
    )
