"""The blueprint of the pages about families."""

from flask import Blueprint

from klankbord.people import words

blueprint = Blueprint("people", __name__, template_folder="../templates")


@blueprint.app_context_processor
def names() -> dict[str, object]:
    """Give templates the words for kinds: `people_words.MEASURES[...]`."""
    return {"people_words": words}
