"""What Startvragen tells the core."""

from klankbord.errors import N_
from klankbord.plugin import (
    DataSubject,
    NavItem,
    Plugin,
    Questionnaire,
    TaskKind,
    WhoSees,
)
from klankbord_startvragen import permissions
from klankbord_startvragen.demo import build_history
from klankbord_startvragen.jobs import SCHEDULES
from klankbord_startvragen.mails import MAILS
from klankbord_startvragen.measures import MEASURES
from klankbord_startvragen.models import Card, EarlierLine, Line, Part
from klankbord_startvragen.privacy import erase_client, export_client
from klankbord_startvragen.services.cards import (
    answering,
    lock_subject,
    sent,
    taken_back,
)
from klankbord_startvragen.services.rounds import react_to_case_event
from klankbord_startvragen.views import blueprint
from klankbord_startvragen.views.case import panel_of_case

CLIENT_PAGE = "startvragen.part"
WORKER_PAGE = "startvragen.family"

plugin = Plugin(
    name="startvragen",
    title=N_("Startvragen"),
    summary=N_(
        "At the start each member of a family says how they learn and work best. It"
        " becomes one page of their own. They decide who reads it."
    ),
    models=(Part, Card, Line, EarlierLine),
    blueprints=(blueprint,),
    permissions=permissions.ALL,
    nav=(
        NavItem(
            N_("How it works for me"), "startvragen.mine", permissions.OWN, "sprout"
        ),
        NavItem(N_("Startvragen"), "startvragen.overview", permissions.WORK, "sprout"),
    ),
    schedules=SCHEDULES,
    tasks=(
        TaskKind(
            "startvragen.answer",
            N_("How does it work best for you?"),
            CLIENT_PAGE,
            "sprout",
            N_("Tell how you learn and what you like. You decide who reads it."),
            8,
        ),
        TaskKind(
            "startvragen.still_fits",
            N_("Does your page still fit?"),
            CLIENT_PAGE,
            "sprout",
            N_("A year ago you told how it works for you. Look whether it still fits."),
            3,
        ),
        TaskKind(
            "startvragen.new_worker",
            N_("May %(worker)s read your page?"),
            "startvragen.readers",
            "eye",
            N_("%(worker)s works with you now. You decide what %(worker)s may read."),
            2,
        ),
        TaskKind(
            "startvragen.yours_now",
            N_("You are 12: your page is yours now"),
            CLIENT_PAGE,
            "sprout",
            N_("Look whether it fits. From now on you decide who reads it."),
            3,
        ),
        TaskKind(
            "startvragen.begin",
            N_("Startvragen with the family %(family)s"),
            WORKER_PAGE,
            "sprout",
            N_("Ask in the first six weeks how it works best for this family."),
        ),
        TaskKind(
            "startvragen.read",
            N_("Somebody of the family %(family)s shared with you how it works best"),
            WORKER_PAGE,
            "eye",
            N_("Read it before you go there."),
        ),
        TaskKind(
            "startvragen.look_again",
            N_("Look with a child of the family %(family)s at its page"),
            WORKER_PAGE,
            "sprout",
            N_("Ask whether it still fits, and whether you may read it."),
        ),
    ),
    mails=MAILS,
    questionnaires=(
        Questionnaire(
            key="startvragen",
            title=N_("How does it work best for you?"),
            package="klankbord_startvragen",
            path="card.toml",
            answering=answering,
            lock_subject=lock_subject,
            sent=sent,
            taken_back=taken_back,
        ),
    ),
    measures=MEASURES,
    case_event=react_to_case_event,
    case_panel=panel_of_case,
    who_sees=(
        WhoSees(
            N_("Your page about how it works for you"),
            N_("You. And whom you choose yourself, for each topic if you like."),
            N_("The other parent, your children or your parents, other families"),
        ),
    ),
    data_subject=DataSubject(export=export_client, erase=erase_client),
    migrations="klankbord_startvragen.migrations",
    demo=build_history,
)
