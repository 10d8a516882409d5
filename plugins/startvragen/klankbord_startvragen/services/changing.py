"""Change one's own part: its lines, who may read them, and that it still fits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Update, or_, select, update

from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.editing import take
from klankbord.errors import N_, Invalid, NotFound
from klankbord.questionnaires.services.results import ItemTexts
from klankbord.tasks import services as tasks
from klankbord_startvragen.models import EarlierLine, Line, Part
from klankbord_startvragen.permissions import OWN
from klankbord_startvragen.schemas import Reader
from klankbord_startvragen.services.drawing import rewrite
from klankbord_startvragen.services.lines import texts_of
from klankbord_startvragen.services.parts import Member, decided_part, own_part
from klankbord_startvragen.services.telling import tell_worker

CHOOSE = N_("Choose an answer from the list, or none.")
# What a member was asked to do, and did by deciding who reads it.
ASKED: Final = ("startvragen.new_worker", "startvragen.yours_now")


@dataclass(frozen=True)
class LinePage:
    """A line to change, beside the question that it answers."""

    id: UUID
    part_id: UUID
    topic: str
    question: str
    options: Mapping[str, str]
    choice: str | None
    words: str | None
    version: int


def see_line(ctx: Context, line_id: UUID, language: str) -> LinePage:
    """Return a line of the own part, to change it.

    Raises:
        NotFound: it is somebody else's, or the member may not change it.
        Conflict: the case is over.

    """
    ctx.require(OWN)
    line = ctx.get(Line, line_id)
    member = decided_part(ctx, line.part_id)
    text = _text(ctx, line, member, language)
    _log(ctx, member, Action.READ)
    return LinePage(
        line.id,
        line.part_id,
        line.topic,
        text.question,
        text.options,
        line.choice,
        line.words,
        line.version,
    )


def change_line(
    ctx: Context, line_id: UUID, choice: str | None, words: str | None, version: int
) -> UUID:
    """Let the member say it otherwise; what stood there is kept. Return the part's id.

    Raises:
        NotFound: it is somebody else's, or the member may not change it.
        Conflict: the case is over.
        Overtaken: it was changed elsewhere in the meantime.
        Invalid: the choice does not exist.

    """
    ctx.require(OWN)
    member = decided_part(ctx, ctx.get(Line, line_id).part_id)
    line = take(ctx, Line, line_id, version, ("choice", "words"))
    if choice is not None and choice not in _text(ctx, line, member, "nl").options:
        raise Invalid("", choice=CHOOSE)
    _rewrite(ctx, member, line, (choice, words), line.answers_id)
    return member.part_id


def put_back(ctx: Context, earlier_id: UUID) -> UUID:
    """Let a line say again what it said before; return the part's id.

    Raises:
        NotFound: it is somebody else's, or the member may not change it.
        Conflict: the case is over.

    """
    ctx.require(OWN)
    earlier = ctx.get(EarlierLine, earlier_id)
    line = ctx.get(Line, earlier.line_id)
    member = decided_part(ctx, line.part_id)
    line = take(ctx, Line, line.id, line.version, ())
    said = (earlier.choice, earlier.words)
    _rewrite(ctx, member, line, said, earlier.answers_id)
    return member.part_id


def share_all(ctx: Context, part_id: UUID, readers: Collection[Reader]) -> None:
    """Let these and nobody else read the whole part, from the next page they open.

    Raises:
        NotFound: it is somebody else's, or the member may not decide.
        Conflict: the case is over.

    """
    member = decided_part(ctx, part_id)
    _share(ctx, member, update(Line).where(Line.part_id == part_id), readers)
    _decided(ctx, member)


def share_each(
    ctx: Context, part_id: UUID, readers: Mapping[UUID, Collection[Reader]]
) -> None:
    """Let each line be read by those who are named for it, and the others by nobody.

    So what is filled in later, on a line that stood empty, is the owner's at first.

    Raises:
        NotFound: it is somebody else's, or the member may not decide.
        Conflict: the case is over.

    """
    member = decided_part(ctx, part_id)
    others = update(Line).where(Line.part_id == part_id, Line.id.not_in(readers))
    _share(ctx, member, others, ())
    for line_id, named in sorted(readers.items()):
        of_line = update(Line).where(Line.part_id == part_id, Line.id == line_id)
        _share(ctx, member, of_line, named)
    _decided(ctx, member)


def stop_sharing(ctx: Context, part_id: UUID) -> None:
    """Let nobody else read the part: anybody may stop, a child and after the end too.

    Raises:
        NotFound: it is somebody else's.

    """
    member = own_part(ctx, part_id, lock=True)
    _share(ctx, member, update(Line).where(Line.part_id == part_id), ())
    _decided(ctx, member)


def say_it_fits(ctx: Context, part_id: UUID) -> None:
    """Note that what stands there is still right.

    Raises:
        NotFound: it is somebody else's, or the member may not change it.
        Conflict: the case is over.

    """
    member = decided_part(ctx, part_id)
    ctx.get(Part, part_id).fits_on = ctx.tenant.today()
    ctx.session.flush()
    tasks.finish(ctx, "startvragen.still_fits", part_id)
    tasks.finish(ctx, "startvragen.yours_now", part_id)
    _log(ctx, member, Action.UPDATE)


def _rewrite(
    ctx: Context,
    member: Member,
    line: Line,
    said: tuple[str | None, str | None],
    answers_id: UUID,
) -> None:
    rewrite(ctx, line, *said, answers_id)
    ctx.get(Part, member.part_id).fits_on = ctx.tenant.today()
    ctx.session.flush()
    tasks.finish(ctx, "startvragen.still_fits", member.part_id)
    tasks.finish(ctx, "startvragen.yours_now", member.part_id)
    _log(ctx, member, Action.UPDATE)
    if line.new_worker or line.worker_id == member.worker_id:
        tell_worker(ctx, member)


def _share(
    ctx: Context, member: Member, which: Update, readers: Collection[Reader]
) -> None:
    ctx.session.execute(
        which.values(
            worker_id=member.worker_id if Reader.WORKER in readers else None,
            new_worker=Reader.NEW_WORKER in readers,
            expert=Reader.EXPERT in readers,
        )
    )


def _decided(ctx: Context, member: Member) -> None:
    for kind in ASKED:
        tasks.finish(ctx, kind, member.part_id)
    _log(ctx, member, Action.UPDATE)
    if not member.running or member.worker_id is None:
        return
    of_case = select(Line.id).join(Part, Part.id == Line.part_id).limit(1)
    of_case = of_case.where(
        Part.case_id == member.case_id,
        or_(Line.worker_id == member.worker_id, Line.new_worker),
    )
    if ctx.session.scalar(of_case.where(Line.part_id == member.part_id)):
        tell_worker(ctx, member)
    elif ctx.session.scalar(of_case) is None:  # nothing is left to read
        tasks.cancel(ctx, "startvragen.read", member.case_id)


def _text(ctx: Context, line: Line, member: Member, language: str) -> ItemTexts:
    text = texts_of(ctx, line.answers_id, language, member.worker).get(line.topic)
    if text is None:
        raise NotFound(NOT_FOUND)
    return text


def _log(ctx: Context, member: Member, action: Action) -> None:
    record(
        ctx,
        member.client_id,
        Category.ANSWERS,
        action,
        Ground.OWN,
        object_id=member.part_id,
    )
