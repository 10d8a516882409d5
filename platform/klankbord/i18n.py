"""Languages: one message catalogue per language, ours and the plugins' together.

`nl` speaks to people as 'je'. `nl@u` holds only what differs when they are addressed as
'u', and falls back to `nl`.
"""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask import Flask, g
from flask_babel import Babel, Domain
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

RIGHT_TO_LEFT = frozenset({"ar", "fa"})
LANGUAGE_NAMES = {"nl": "Nederlands", "en": "English", "ar": "العربية"}


class Catalogue(Domain):  # type: ignore[misc]  # the library has no types
    """Flask-Babel's translations, taken from the request's language and form."""

    def __init__(self, packages: Iterable[str]) -> None:
        super().__init__()
        self._folders = tuple(
            str(Path(str(files(package))) / "translations") for package in packages
        )
        self.spoken = cache(self._merge)

    def get_translations(self) -> NullTranslations:
        """Return the catalogue of the person who is being spoken to."""
        return self.spoken(*speaking())

    def _merge(self, language: str, formal: bool) -> NullTranslations:
        merged = NullTranslations()
        names = [language, "nl@u"] if formal and language == "nl" else [language]
        for name in names:
            for folder in self._folders:
                found = Translations.load(folder, [name])
                if isinstance(merged, Translations):
                    if isinstance(found, Translations):
                        merged.merge(found)
                else:
                    merged = found
        if isinstance(merged, Translations):
            # A catalogue keeps its own header under the empty message.
            merged._catalog.pop("", None)  # noqa: SLF001 - there is no other way
        return merged


def speaking() -> tuple[str, bool]:
    """Return the language being spoken and whether to say 'u'.

    A request sets both on `g`; so does a job that writes to somebody.
    """
    try:
        here = vars(g._get_current_object())  # noqa: SLF001
    except RuntimeError:  # a job outside a request has not said yet
        return "nl", False
    return here.get("language", "nl"), here.get("formal", False)


class Languages(Babel):  # type: ignore[misc]  # the library has no types
    """Flask-Babel with our catalogue as the one domain."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self._catalogue = catalogue

    @property
    def domain_instance(self) -> Domain:
        """Return the merged catalogue."""
        return self._catalogue


def init_languages(app: Flask, packages: Iterable[str]) -> None:
    """Install the catalogues of the core and of every plugin's package."""
    catalogue = Catalogue(packages)
    Languages(catalogue).init_app(
        app,
        default_locale="nl",
        default_timezone="Europe/Amsterdam",
        locale_selector=lambda: speaking()[0],
        timezone_selector=lambda: str(g.tenant.time_zone) if "tenant" in g else None,
    )
    translate = _for_templates(catalogue)
    app.jinja_env.globals.update(_=translate, gettext=translate)


def _for_templates(catalogue: Catalogue) -> Callable[..., str]:
    # Jinja's own `_()` makes three calls through the context; a page has a hundred, so
    # what needs no values is remembered whole.
    @lru_cache(maxsize=8192)
    def translated(language: str, formal: bool, html: bool, message: str) -> str:
        text: str = catalogue.spoken(language, formal).ugettext(message)
        return Markup(text) if html else text  # noqa: S704 - our own catalogue

    @lru_cache(maxsize=8192)
    def whole(language: str, formal: bool, html: bool, message: str) -> str:
        return translated(language, formal, html, message) % {}

    @pass_eval_context
    def translate(eval_context: EvalContext, message: str, /, **values: object) -> str:
        html = bool(eval_context.autoescape)
        if not values:
            return whole(*speaking(), html, message)
        return translated(*speaking(), html, message) % values

    return translate
