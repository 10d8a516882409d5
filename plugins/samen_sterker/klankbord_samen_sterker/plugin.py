"""What Samen Sterker tells the core."""

from klankbord.errors import N_
from klankbord.plugin import (
    DataSubject,
    NavItem,
    Plugin,
    Questionnaire,
    TaskKind,
    WhoSees,
)
from klankbord_samen_sterker import permissions
from klankbord_samen_sterker.demo import build_history
from klankbord_samen_sterker.jobs import SCHEDULES
from klankbord_samen_sterker.mails import MAILS
from klankbord_samen_sterker.measures import MEASURES
from klankbord_samen_sterker.models import KeptCopy, RelationReview
from klankbord_samen_sterker.privacy import erase_client, export_client
from klankbord_samen_sterker.schemas import Settings
from klankbord_samen_sterker.services.answering import (
    answering,
    lock_subject,
    sent,
    taken_back,
)
from klankbord_samen_sterker.services.lists import waiting_for_me
from klankbord_samen_sterker.services.reviews import react_to_case_event
from klankbord_samen_sterker.views import blueprint
from klankbord_samen_sterker.views.panel import panel_of_case

CLIENT_PAGE = "samen_sterker.review"
WORKER_PAGE = "samen_sterker.worker_review"

plugin = Plugin(
    name="samen_sterker",
    title=N_("Samen Sterker"),
    summary=N_(
        "A few times a year client and worker each say how working together goes. Both"
        " sides open at the same moment. Then they talk and agree."
    ),
    models=(RelationReview, KeptCopy),
    blueprints=(blueprint,),
    permissions=permissions.ALL,
    nav=(
        NavItem(
            N_("Working together"),
            "samen_sterker.mine",
            permissions.SHARE,
            "messages-square",
        ),
        NavItem(
            N_("Samen Sterker"),
            "samen_sterker.overview",
            permissions.WORK,
            "messages-square",
            waiting_for_me,
        ),
        NavItem(
            N_("Samen Sterker in the team"),
            "samen_sterker.team",
            permissions.LEAD,
            "chart-column",
        ),
    ),
    schedules=SCHEDULES,
    tasks=(
        TaskKind(
            "samen_sterker.answer",
            N_("How is working together with %(worker)s?"),
            CLIENT_PAGE,
            "handshake",
            N_(
                "Answer 5 short questions. %(worker)s does so too. Then you talk about"
                " it together."
            ),
            4,
        ),
        TaskKind(
            "samen_sterker.answer_as_worker",
            N_("Samen Sterker with %(client)s: answer the questions"),
            WORKER_PAGE,
            "messages-square",
            N_("Five questions. %(client)s answers them too."),
            4,
        ),
        TaskKind(
            "samen_sterker.offer",
            N_("Would you like to talk about working together?"),
            CLIENT_PAGE,
            "handshake",
            N_("A lot has happened. You may look back with %(worker)s."),
            4,
        ),
        TaskKind(
            "samen_sterker.offer_to_worker",
            N_("Offer %(client)s a review"),
            WORKER_PAGE,
            "messages-square",
            N_("After a hard moment it helps to look at working together."),
        ),
        TaskKind(
            "samen_sterker.look",
            N_("Look at the answers of %(worker)s and yourself"),
            CLIENT_PAGE,
            "eye",
            N_("Both of you are ready. You see the answers beside each other."),
            5,
        ),
        TaskKind(
            "samen_sterker.talk",
            N_("Plan the talk with %(client)s"),
            WORKER_PAGE,
            "calendar",
            N_("Both sides are open. Prepare the talk and write down what you agree."),
        ),
        TaskKind(
            "samen_sterker.overdue",
            N_("Samen Sterker with %(client)s did not happen"),
            WORKER_PAGE,
            "circle-alert",
            N_("The last day has gone by. Ask what would help, and begin anew."),
        ),
        TaskKind(
            "samen_sterker.missed",
            N_("Samen Sterker did not happen twice in a row"),
            "samen_sterker.missed",
            "circle-alert",
            N_("Ask %(worker)s what would help."),
        ),
    ),
    mails=MAILS,
    questionnaires=(
        Questionnaire(
            key="samen_sterker",
            title=N_("Five questions about working together"),
            package="klankbord_samen_sterker",
            path="five_questions.toml",
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
            N_("Your answers about working together"),
            N_("You. And the person who works with you, when you both have answered."),
            N_("The other parent, your children or your parents, other families"),
        ),
    ),
    data_subject=DataSubject(export=export_client, erase=erase_client),
    settings=Settings,
    migrations="klankbord_samen_sterker.migrations",
    demo=build_history,
)
