"""What the questionnaires of the plugins are about: the core has no table for it."""

from collections.abc import Iterable
from dataclasses import replace

from klankbord.routes import Route

# The table of each questionnaire's subjects, by its key.
SUBJECTS = {
    "samen_sterker": "samen_sterker_review",
    "startvragen": "startvragen_card",
}


def spelled_out(routes: Iterable[Route]) -> list[Route]:
    """Return the routes; one about any questionnaire becomes one for each of them."""
    return [one for route in routes for one in _of_each(route)]


def _of_each(route: Route) -> list[Route]:
    if "key" not in route.rows or "subject_id" not in route.rows:
        return [route]
    rows = {name: table for name, table in route.rows.items() if name != "key"}
    return [
        replace(
            route,
            rule=route.rule.replace("<key>", key),
            rows=rows | {"subject_id": table},
        )
        for key, table in SUBJECTS.items()
    ]
