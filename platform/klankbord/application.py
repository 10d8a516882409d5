"""Flask, with what every page does a hundred times done once a process."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask, has_request_context
from flask.globals import request_ctx
from flask.templating import Environment


class _Templates(Environment):
    def make_globals(
        self, d: MutableMapping[str, Any] | None
    ) -> MutableMapping[str, Any]:
        """Share the names of all templates: each import of a macro compares them."""
        return super().make_globals(d) if d else self.globals


class Application(Flask):
    """Flask that builds the address of a page once."""

    jinja_environment = _Templates

    def __init__(self, name: str, *, static_folder: str) -> None:
        self._addresses: dict[tuple[Any, ...], str] = {}
        super().__init__(name, static_folder=static_folder)

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,  # noqa: ANN401 - as Flask has it
    ) -> str:
        """Return an address; one that is the same for everybody is remembered."""
        special = _anchor or _method or _scheme or _external is not None
        shared = not values or endpoint == "static" or values.keys() == {"revision"}
        if special or not shared or endpoint[0] == "." or not has_request_context():
            return super().url_for(
                endpoint,
                _anchor=_anchor,
                _method=_method,
                _scheme=_scheme,
                _external=_external,
                **values,
            )
        adapter: Any = request_ctx.url_adapter
        where = (adapter.script_name, adapter.default_method)
        key = (*where, endpoint, *values.values())
        if key not in self._addresses:
            self._addresses[key] = super().url_for(endpoint, **values)
        return self._addresses[key]
