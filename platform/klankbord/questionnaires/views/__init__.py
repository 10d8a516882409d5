"""Pages of the questionnaires, one blueprint."""

from klankbord.errors import N_
from klankbord.plugin import NavItem
from klankbord.questionnaires.permissions import EDIT_WORDING
from klankbord.questionnaires.views import answering, passing, wording
from klankbord.questionnaires.views.blueprint import blueprint

NAV = (
    NavItem(
        title=N_("Questionnaires"),
        endpoint="questionnaires.instruments",
        permission=EDIT_WORDING,
        icon="clipboard-list",
    ),
)

__all__ = ["NAV", "answering", "blueprint", "passing", "wording"]
