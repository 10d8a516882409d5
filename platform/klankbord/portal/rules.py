"""Who sees which kind of words, as the pages tell it: message ids, a line a kind."""

from klankbord.context import TenantFacts
from klankbord.errors import N_
from klankbord.plugin import WhoSees, installed_plugins

OF_THE_CORE = (
    WhoSees(
        N_("What you agreed together"),
        N_("You, the person who works with you, and the deputy"),
        N_("The other parent, other families"),
    ),
    WhoSees(
        N_("Your appointments"),
        N_("You, the person who works with you, the deputy and the team lead"),
        N_("The other parent, other families"),
    ),
    WhoSees(
        N_("Your name and how to reach you"),
        N_("You, and the people who work with your family"),
        N_("Other families. Who manages this website sees no answers."),
    ),
    WhoSees(
        N_("What you said yes or no to"),
        N_("You, and the people who work with your family"),
        N_("Other families"),
    ),
    WhoSees(
        N_("Who looked at your data"),
        N_("You, and the privacy officer"),
        N_("The person who works with you"),
    ),
    WhoSees(
        N_("Numbers about many people together"),
        N_("The organisation. Nobody can see that it was you."),
        N_("Your words never stand between the numbers"),
    ),
)


def rules_of(tenant: TenantFacts) -> tuple[WhoSees, ...]:
    """Return the rules of the methods that are on, then those of every organisation."""
    methods = (
        rule
        for name, plugin in installed_plugins().items()
        if tenant.has_on(name)
        for rule in plugin.who_sees
    )
    return (*methods, *OF_THE_CORE)
