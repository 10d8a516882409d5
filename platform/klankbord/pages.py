"""What every page knows: the organisation, the person, the menu, the language."""

from dataclasses import dataclass, replace

from flask import Flask, g, request, url_for
from flask_babel import gettext

from klankbord.config import Config
from klankbord.context import Context
from klankbord.errors import N_
from klankbord.i18n import LANGUAGE_NAMES, RIGHT_TO_LEFT
from klankbord.lists import labelled
from klankbord.plugin import NavItem

# Whose telephone number it is, of those that have a name in every language.
PHONE_TITLES = {
    "client_office": N_("Client office"),
    "reception": N_("Reception"),
    "out_of_hours": N_("In the evening and at weekends"),
    "confidential_adviser": N_("Confidential adviser"),
}


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

    app.jinja_env.filters["labelled"] = labelled

    def menu() -> list[NavLink]:
        ctx = g.get("context")
        if ctx is None:
            return []
        items = list(core_nav)
        for plugin in plugins.values():
            if ctx.tenant.has_on(plugin.name):
                items.extend(plugin.nav)
        items = [item for item in items if ctx.actor.may(item.permission)]
        links = [_link(ctx, item) for item in items]
        if not any(link.current for link in links):
            # A page of a room elsewhere, as long as the room stands in the menu once.
            inside = [
                number
                for number, item in enumerate(items)
                if item.endpoint.partition(".")[0] == request.blueprint
            ]
            if len(inside) == 1:
                links[inside[0]] = replace(links[inside[0]], current=True)
        return links

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
            "phone_titles": PHONE_TITLES,
        }


def _link(ctx: Context, item: NavItem) -> NavLink:
    url = url_for(item.endpoint)
    return NavLink(
        title=gettext(item.title),
        url=url,
        icon=item.icon,
        count=item.count(ctx) if item.count else 0,
        current=f"{request.path}/".startswith(f"{url.rstrip('/')}/"),
    )
