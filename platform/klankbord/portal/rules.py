"""Who sees which kind of words, as the pages tell it: message ids, a line a kind."""

from dataclasses import dataclass

from klankbord.errors import N_


@dataclass(frozen=True)
class Rule:
    """A kind of words, who sees them, and who never does."""

    what: str
    sees: str
    never: str


RULES = (
    Rule(
        N_("Your answers to questions"),
        N_(
            "You. The person who works with you, when you both have answered. "
            "Below the question it says who sees your answer."
        ),
        N_("The other parent, your children or your parents, other families"),
    ),
    Rule(
        N_("What you agreed together"),
        N_("You, the person who works with you, and the deputy"),
        N_("The other parent, other families"),
    ),
    Rule(
        N_("Your appointments"),
        N_("You, the person who works with you, the deputy and the team lead"),
        N_("The other parent, other families"),
    ),
    Rule(
        N_("Your name and how to reach you"),
        N_("You, and the people who work with your family"),
        N_("Other families. Who manages this website sees no answers."),
    ),
    Rule(
        N_("What you said yes or no to"),
        N_("You, and the people who work with your family"),
        N_("Other families"),
    ),
    Rule(
        N_("Who looked at your data"),
        N_("You, and the privacy officer"),
        N_("The person who works with you"),
    ),
    Rule(
        N_("Numbers about many people together"),
        N_("The organisation. Nobody can see that it was you."),
        N_("Your words never stand between the numbers"),
    ),
)
