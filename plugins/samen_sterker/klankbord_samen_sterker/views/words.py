"""What the pages call themes, gaps and states; and what to talk about."""

from typing import Any, Final

from flask_babel import gettext

from klankbord.errors import N_
from klankbord_samen_sterker.models import CancelReason, ReviewState
from klankbord_samen_sterker.services.opening import Side, Theme
from klankbord_samen_sterker.services.pages import ReviewPage

FAR: Final = 2
THEMES: Final = {
    "manners": N_("How you get along"),
    "listening": N_("Listening"),
    "contact": N_("Contact"),
    "family_plan": N_("The family plan"),
    "agreements": N_("Agreements"),
}
STATES: Final = {
    ReviewState.PLANNED: N_("Planned"),
    ReviewState.OPEN: N_("Open"),
    ReviewState.ONE_PARTY_DONE: N_("One of you is ready"),
    ReviewState.BOTH_DONE: N_("Both are ready"),
    ReviewState.REVEALED: N_("Open for both"),
    ReviewState.DISCUSSED: N_("Talked about"),
    ReviewState.CLOSED: N_("Closed"),
    ReviewState.EXPIRED: N_("Did not happen"),
    ReviewState.CANCELLED: N_("Stopped"),
}
BADGES: Final = {
    ReviewState.OPEN: "soon",
    ReviewState.ONE_PARTY_DONE: "soon",
    ReviewState.REVEALED: "soon",
    ReviewState.DISCUSSED: "done",
    ReviewState.CLOSED: "done",
}
CANCELLED: Final = {
    CancelReason.CHANGE_OF_WORKER: N_("There is another worker now."),
    CancelReason.CASE_ENDED: N_("The measure has ended."),
    CancelReason.DECLINED: N_("One of you chose not to do this now."),
}
# Questions to talk about: about what each needs, never about who is right.
TALK: Final = {
    "manners": (
        N_("When did it feel good to be together?"),
        N_("When was it less easy? What happened then?"),
        N_("What do you each need from the other?"),
    ),
    "listening": (
        N_("When did you feel heard?"),
        N_("Is there something that you have told more than once?"),
        N_("How do you notice that the other has understood you?"),
    ),
    "contact": (
        N_("How and when can you reach each other best?"),
        N_("How often do you want to talk?"),
        N_("What do you do when you cannot reach each other?"),
    ),
    "family_plan": (
        N_("What in the plan matters most to each of you?"),
        N_("What is unclear, or not right any more?"),
        N_("What is the next small step? Who takes it?"),
    ),
    "agreements": (
        N_("Which agreement went well? How did that come about?"),
        N_("Which agreement did not work out? What was in the way?"),
        N_("How do you tell each other when something does not work out?"),
    ),
}


def gap_in_words(theme: Theme) -> str:
    """Return how far apart the two are: no number, no judgement."""
    if theme.gap is None:
        message = N_("One of you skipped this")
    elif theme.gap >= FAR:
        message = N_("You see this differently")
    elif theme.gap:
        message = N_("You see this almost the same")
    else:
        message = N_("You see this the same")
    return str(gettext(message))


def revealed(page: ReviewPage, *, as_client: bool) -> list[dict[str, Any]]:
    """Return the themes for the macro `reveal`, the reader's own side first."""
    me = gettext("You")
    other = page.names.worker if as_client else page.names.client
    return [
        {
            "title": gettext(THEMES[theme.key]),
            "gap": gap_in_words(theme),
            "large": theme.gap is not None and theme.gap >= FAR,
            "sides": [
                _side(me, theme.client if as_client else theme.worker),
                _side(other, theme.worker if as_client else theme.client),
            ],
            "talk": [gettext(question) for question in TALK[theme.key]]
            if theme.gap != 0
            else [],
        }
        for theme in page.themes
    ]


def _side(who: str, side: Side) -> dict[str, Any]:
    return {
        "who": who,
        "mood": side.mood,
        "words": side.words or gettext("Skipped"),
        "text": side.text or "",
    }
