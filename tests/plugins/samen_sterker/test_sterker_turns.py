"""Who answers and who ends a review at once take turns: both come through."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError, Event, local
from uuid import uuid4

import pytest
from sqlalchemy import event

from klankbord.errors import Conflict, NotFound
from klankbord.plugin import CaseEventHappened
from klankbord.questionnaires.services import answering as answers
from klankbord_samen_sterker.models import ReviewState
from klankbord_samen_sterker.privacy import erase_client
from klankbord_samen_sterker.services.reviews import react_to_case_event


class Meeting:
    """Two threads, each held at its first lock until the other one has its first too.

    Where the second has to wait for the first one's lock, they can't meet: then the
    first goes on after a second.
    """

    def __init__(self):
        self.first_has_a_lock = Event()
        self._both = Barrier(2)
        self._mine = local()

    def after(self, _connection, _cursor, statement, *_):
        words = statement.lower()
        locked = words.startswith("delete from") or words.rstrip().endswith(
            "for update"
        )
        if not locked or getattr(self._mine, "met", True):
            return
        self._mine.met = True
        self.first_has_a_lock.set()
        try:
            self._both.wait(timeout=1)
        except BrokenBarrierError:
            return

    def join(self):
        self._mine.met = False


@pytest.fixture
def meeting(make):
    held = Meeting()
    event.listen(make.engine, "after_cursor_execute", held.after)
    yield held
    event.remove(make.engine, "after_cursor_execute", held.after)


@pytest.fixture
def in_turns(meeting):
    """Run one step, and a second as soon as the first holds a lock; say what came."""

    def run(*steps):
        with ThreadPoolExecutor(2) as threads:
            results = []
            for step in steps:
                results.append(threads.submit(_outcome, meeting, step))
                assert meeting.first_has_a_lock.wait(timeout=60)
            return [result.result(timeout=120) for result in results]

    return run


def _outcome(meeting, step):
    meeting.join()
    try:
        step()
    except (Conflict, NotFound) as refused:
        return type(refused)
    return "done"


@pytest.fixture
def begun(steps):
    """The mother has begun to answer; nothing is sent yet."""
    review_id = steps.begin()
    with steps.as_(steps.family.mother) as ctx:
        return review_id, answers.begin(ctx, "samen_sterker", review_id, "nl")


def _end_case(steps):
    with steps.as_system() as ctx:
        react_to_case_event(
            ctx, CaseEventHappened(steps.family.case_id, uuid4(), "end")
        )


def _erase(steps):
    with steps.as_system() as ctx:
        erase_client(ctx, steps.family.mother.client_id)


ENDS = {"the case ends": _end_case, "the client is erased": _erase}


@pytest.mark.parametrize("name", ENDS)
def test_who_sends_first_has_sent_and_then_it_ends(steps, begun, in_turns, name):
    review_id, answer_set_id = begun

    def send():
        with steps.as_(steps.family.mother) as ctx:
            answers.send(ctx, answer_set_id)

    assert in_turns(send, lambda: ENDS[name](steps)) == ["done", "done"]
    left = {review.id: review.state for review in steps.reviews()}
    assert left.get(review_id, ReviewState.CANCELLED) is ReviewState.CANCELLED


@pytest.mark.parametrize("name", ENDS)
def test_who_sends_after_the_end_is_told(steps, begun, in_turns, name):
    _review_id, answer_set_id = begun

    def send():
        with steps.as_(steps.family.mother) as ctx:
            answers.send(ctx, answer_set_id)

    assert in_turns(lambda: ENDS[name](steps), send) == ["done", NotFound]


@pytest.mark.parametrize("name", ENDS)
def test_taking_back_and_an_end_at_once_both_come_through(steps, begun, in_turns, name):
    _review_id, answer_set_id = begun
    with steps.as_(steps.family.mother) as ctx:
        answers.send(ctx, answer_set_id)

    def take_back():
        with steps.as_(steps.family.mother) as ctx:
            answers.take_back(ctx, answer_set_id)

    assert in_turns(take_back, lambda: ENDS[name](steps)) == ["done", "done"]


def test_a_whole_set_that_comes_after_the_end_is_refused(steps, in_turns):
    review_id = steps.begin()

    def submit():
        steps.answer(review_id, steps.family.mother)

    assert in_turns(lambda: _end_case(steps), submit) == ["done", Conflict]


def test_an_end_and_an_erasure_at_once_both_come_through(steps, begun, in_turns):
    answered, answer_set_id = begun
    with steps.as_(steps.family.mother) as ctx:
        answers.send(ctx, answer_set_id)
    ends = [lambda end=end: end(steps) for end in ENDS.values()]

    assert in_turns(*ends) == ["done", "done"]
    assert answered not in {review.id for review in steps.reviews()}
