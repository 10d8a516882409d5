"""A small method for these tests: a talk of one client with one worker."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from klankbord.context import NOT_FOUND
from klankbord.errors import NotFound
from klankbord.plugin import Answering, Plugin, Questionnaire

OVER = "This talk is closed. You do not have to do anything."


@dataclass
class Talk:
    """What a real plugin would keep in a table."""

    client_id: UUID
    worker_id: UUID
    worker: str = "Karin"
    closed: bool = False
    happened: list = field(default_factory=list)


TALKS: dict[UUID, Talk] = {}


def hold_talk(client, worker) -> UUID:
    subject_id = uuid4()
    TALKS[subject_id] = Talk(client.client_id, worker.account_id)
    return subject_id


def answering(ctx, subject_id, respondent):
    talk = TALKS.get(subject_id)
    if talk is None:
        raise NotFound(NOT_FOUND)
    client = respondent.client_id == talk.client_id
    if respondent.passed_on:
        allowed = client and ctx.actor.account_id == talk.worker_id
    else:
        allowed = client or respondent.account_id == talk.worker_id
    if not allowed:
        raise NotFound(NOT_FOUND)
    return Answering(
        owner_id=talk.client_id,
        who_sees="%(worker)s reads your answers.",
        names={"worker": talk.worker},
        closed=OVER if talk.closed else "",
        next_step="You talk about it together.",
    )


def lock_subject(ctx, subject_id):
    """A talk is no row of a table: there is nothing to lock."""


def sent(ctx, subject_id, respondent, answer_set_id):  # noqa: ARG001
    TALKS[subject_id].happened.append(("sent", answer_set_id))


def taken_back(ctx, subject_id, respondent, answer_set_id):  # noqa: ARG001
    TALKS[subject_id].happened.append(("taken back", answer_set_id))


TALK = Questionnaire(
    key="talk",
    title="Talks",
    package="talk_plugin",
    path="talk.toml",
    answering=answering,
    lock_subject=lock_subject,
    sent=sent,
    taken_back=taken_back,
)
plugin = Plugin(name="talk", title="Talks", questionnaires=(TALK,))
