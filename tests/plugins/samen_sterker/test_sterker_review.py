"""The life of a review: it begins, reminds, ends, and is forgotten."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from klankbord.errors import Conflict, NotFound
from klankbord.permissions import Role
from klankbord.plugin import CaseEventHappened
from klankbord.questionnaires.models import Answer, AnswerSet
from klankbord.tasks.models import TaskState
from klankbord_samen_sterker.models import (
    CancelReason,
    RelationReview,
    ReviewState,
    Trigger,
)
from klankbord_samen_sterker.services import copies, lists, pages, reviews
from klankbord_samen_sterker.services.rounds import add_months


def test_the_worker_begins_and_both_are_asked_to_answer_within_two_weeks(steps):
    review = steps.review(steps.begin())
    assert review.state is ReviewState.OPEN
    assert review.trigger is Trigger.WORKER
    assert review.due_on == steps.tenant.today() + timedelta(days=14)
    assert steps.tasks(steps.family.mother) == {"samen_sterker.answer"}
    assert steps.tasks(steps.family.worker) == {"samen_sterker.answer_as_worker"}
    assert steps.messages("samen_sterker.opened") == [
        (steps.family.mother.client_id, None)
    ]


def test_the_client_begins_and_asking_again_gives_the_same_review(steps):
    with steps.as_(steps.family.mother) as ctx:
        first = reviews.ask_for_review(ctx, steps.family.case_id)
    with steps.as_(steps.family.mother) as ctx:
        assert reviews.ask_for_review(ctx, steps.family.case_id) == first
    assert steps.review(first).trigger is Trigger.CLIENT
    assert steps.begin() == first
    assert len(steps.reviews()) == 1


def test_each_parent_and_child_has_a_review_of_their_own(steps):
    family = steps.family
    ids = {steps.begin(person) for person in (family.mother, family.father)}
    ids.add(steps.begin(family.youth))
    assert len(ids) == 3


def test_a_worker_of_another_case_cannot_begin(make, steps, outsider):
    colleague = make.staff(steps.tenant, Role.WORKER)
    for stranger in (colleague, outsider):
        with pytest.raises(NotFound):
            reviews.begin_review(
                make.context(stranger),
                steps.family.case_id,
                steps.family.mother.client_id,
            )


def test_a_review_planned_for_a_later_day_opens_on_that_day(steps, in_time):
    day = steps.tenant.today() + timedelta(days=3)
    with steps.as_(steps.family.worker) as ctx:
        review_id = reviews.begin_review(
            ctx, steps.family.case_id, steps.family.mother.client_id, day
        )
    assert steps.review(review_id).state is ReviewState.PLANNED
    with in_time(days=3):
        steps.round()
        assert steps.review(review_id).state is ReviewState.OPEN


def test_after_three_months_the_next_review_begins_by_itself(steps, in_time):
    first = steps.opened()
    begun = steps.tenant.today()
    almost = (add_months(begun, 3) - begun).days - 1
    pair = (steps.family.mother.client_id, steps.family.worker.account_id)

    def of_pair():
        return [
            review.id
            for review in steps.reviews()
            if (review.client_id, review.worker_id) == pair
        ]

    with in_time(days=almost):
        steps.round()
        assert of_pair() == [first]
    with in_time(days=almost + 1):
        steps.round()
        steps.round()
        assert len(of_pair()) == 2
        assert steps.review(of_pair()[1]).trigger is Trigger.CYCLE


def test_months_are_counted_to_the_last_day_where_a_month_is_short():
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)


def test_both_are_reminded_seven_and_two_days_before_and_never_twice(steps, in_time):
    steps.begin()
    counts = {}
    for day in (6, 7, 8, 11, 12, 13, 14):
        with in_time(days=day):
            steps.round()
            steps.round()
            reminded = steps.messages("samen_sterker.reminder")
            mother = (steps.family.mother.client_id, None)
            counts[day] = reminded.count(mother)
    assert counts == {6: 0, 7: 1, 8: 1, 11: 1, 12: 2, 13: 2, 14: 2}


def test_who_has_answered_is_not_reminded(steps, in_time):
    review_id = steps.begin()
    steps.answer(review_id, steps.family.worker)
    with in_time(days=12):
        steps.round()
    assert len(steps.messages("samen_sterker.reminder")) == 1
    assert steps.messages("samen_sterker.worker_reminder") == []


def test_a_missed_reminder_day_is_made_good_the_day_after(steps, in_time):
    steps.begin()
    with in_time(days=9):
        steps.round()
    assert len(steps.messages("samen_sterker.reminder")) == 1
    assert len(steps.messages("samen_sterker.worker_reminder")) == 1


def test_on_the_last_day_both_can_answer_and_the_day_after_nobody(steps, in_time):
    review_id = steps.begin()
    with in_time(days=14):
        steps.round()
        steps.answer(review_id, steps.family.mother)
    with in_time(days=15):
        with pytest.raises(Conflict) as refused:
            steps.answer(review_id, steps.family.worker)
        assert "last day to answer has gone by" in refused.value.message_id
        steps.round()
        assert steps.review(review_id).state is ReviewState.EXPIRED


def test_an_expired_review_is_told_to_the_worker_without_who_answered(steps, in_time):
    review_id = steps.begin()
    steps.answer(review_id, steps.family.mother)
    with in_time(days=15):
        steps.round()
        assert "samen_sterker.overdue" in steps.tasks(steps.family.worker)
        assert "samen_sterker.answer_as_worker" in steps.tasks(
            steps.family.worker, TaskState.CANCELLED
        )
    assert steps.messages("samen_sterker.expired") == [
        (steps.family.mother.client_id, None)
    ]


def test_only_after_two_misses_in_a_row_the_team_lead_hears_the_fact(
    make, steps, in_time
):
    lead = make.staff(steps.tenant, Role.TEAM_LEAD, team_id=steps.family.team_id)
    elsewhere = make.staff(steps.tenant, Role.TEAM_LEAD, team_id=None)
    first = steps.begin()
    with in_time(days=15):
        steps.round()
        assert steps.tasks(lead) == set()
        second = steps.begin()
    with in_time(days=30):
        steps.round()
        assert steps.tasks(lead) == {"samen_sterker.missed"}
        assert steps.tasks(elsewhere) == set()
        missed = lists.read_missed(make.context(lead), second)
        assert len(missed.last_days) == 2
        with pytest.raises(NotFound):
            lists.read_missed(make.context(lead), first)
        with pytest.raises(NotFound):
            lists.read_missed(make.context(elsewhere), second)


def test_one_side_alone_is_deleted_fourteen_days_after_it_expired(make, steps, in_time):
    review_id = steps.begin()
    answers_id = steps.answer(review_id, steps.family.mother, words="alleen van mij")
    with in_time(days=28):
        steps.round()
        assert steps.review(review_id).client_answers_id == answers_id
    with in_time(days=29):
        steps.round()
        assert steps.review(review_id).client_answers_id is None
        assert steps.review(review_id).forgotten_at is not None
        with pytest.raises(Conflict):
            copies.keep_copy(make.context(steps.family.mother), review_id, "nl")
    with steps.as_system() as ctx:
        assert ctx.session.scalar(select(func.count(Answer.id))) == 0


def test_the_author_may_keep_a_copy_that_nobody_else_reads(make, steps, in_time):
    review_id = steps.begin()
    steps.answer(review_id, steps.family.mother, 2, words="mijn eigen woorden")
    with in_time(days=15):
        steps.round()
        with steps.as_(steps.family.mother) as ctx:
            copy_id = copies.keep_copy(ctx, review_id, "nl")
        with steps.as_(steps.family.mother) as ctx:
            assert copies.keep_copy(ctx, review_id, "nl") == copy_id
    with in_time(days=40):
        steps.round()
        with steps.as_(steps.family.mother) as ctx:
            kept = copies.read_copy(ctx, copy_id)
        assert [answer.answer for answer in kept.answers] == ["Niet zo goed"] * 5
        assert kept.answers[0].text == "mijn eigen woorden"
        for other in (steps.family.worker, steps.family.father):
            with pytest.raises(NotFound):
                copies.read_copy(make.context(other), copy_id)


def test_a_copy_can_be_kept_of_an_expired_review_only(make, steps):
    review_id = steps.begin()
    steps.answer(review_id, steps.family.mother)
    with pytest.raises(Conflict):
        copies.keep_copy(make.context(steps.family.mother), review_id, "nl")


@pytest.mark.parametrize("kind", ["hearing", "out_of_home_placement"])
def test_after_a_hard_event_each_pair_gets_an_offer_that_either_may_take(steps, kind):
    event = CaseEventHappened(steps.family.case_id, uuid4(), kind)
    for _ in range(2):
        with steps.as_(steps.family.worker) as ctx:
            reviews.react_to_case_event(ctx, event)
    offered = steps.reviews()
    assert len(offered) == 3
    assert {review.state for review in offered} == {ReviewState.PLANNED}
    assert {review.trigger for review in offered} == {Trigger.HARD_EVENT}
    assert steps.tasks(steps.family.mother) == {"samen_sterker.offer"}
    mine = next(
        review.id
        for review in offered
        if review.client_id == steps.family.mother.client_id
    )
    with steps.as_(steps.family.mother) as ctx:
        reviews.start_planned(ctx, mine)
    assert steps.review(mine).state is ReviewState.OPEN
    assert steps.tasks(steps.family.mother) == {"samen_sterker.answer"}


def test_an_offer_can_be_declined_without_a_reason(make, steps):
    event = CaseEventHappened(steps.family.case_id, uuid4(), "hearing")
    with steps.as_(steps.family.worker) as ctx:
        reviews.react_to_case_event(ctx, event)
    mine = next(
        review.id
        for review in steps.reviews()
        if review.client_id == steps.family.mother.client_id
    )
    with pytest.raises(NotFound):
        reviews.decline_offer(make.context(steps.family.father), mine)
    with steps.as_(steps.family.mother) as ctx:
        reviews.decline_offer(ctx, mine)
    assert steps.review(mine).cancel_reason is CancelReason.DECLINED
    assert steps.tasks(steps.family.mother) == set()


def test_a_change_of_worker_cancels_and_deletes_what_was_sealed(make, steps):
    review_id = steps.begin()
    steps.answer(review_id, steps.family.mother, words="verzegeld")
    opened = steps.opened(steps.family.father)
    successor = make.staff(steps.tenant, Role.WORKER, name="Bas Verhoef")
    steps.change_worker(successor)
    event = CaseEventHappened(steps.family.case_id, uuid4(), "change_of_worker")
    with steps.as_(successor) as ctx:
        reviews.react_to_case_event(ctx, event)
    review = steps.review(review_id)
    assert review.state is ReviewState.CANCELLED
    assert review.cancel_reason is CancelReason.CHANGE_OF_WORKER
    assert review.client_answers_id is None
    assert steps.review(opened).state is ReviewState.REVEALED
    with steps.as_system() as ctx:
        left = set(ctx.session.scalars(select(AnswerSet.subject_id)))
    assert left == {opened}


def test_the_daily_round_cancels_what_nobody_told_of(make, steps):
    review_id = steps.begin()
    steps.answer(review_id, steps.family.mother, words="verzegeld")
    steps.change_worker(make.staff(steps.tenant, Role.WORKER))
    steps.round()
    assert steps.review(review_id).state is ReviewState.CANCELLED
    assert steps.review(review_id).client_answers_id is None


def test_the_end_of_a_measure_cancels_every_sealed_review(steps):
    review_id = steps.begin()
    event = CaseEventHappened(steps.family.case_id, uuid4(), "end")
    with steps.as_(steps.family.worker) as ctx:
        reviews.react_to_case_event(ctx, event)
    assert steps.review(review_id).cancel_reason is CancelReason.CASE_ENDED


def test_a_former_worker_finds_nothing_any_more(make, steps):
    review_id = steps.opened()
    assert pages.read_review_of_mine(
        make.context(steps.family.worker), review_id, "nl"
    ).themes
    steps.change_worker(make.staff(steps.tenant, Role.WORKER))
    with pytest.raises(NotFound):
        pages.read_review_of_mine(make.context(steps.family.worker), review_id, "nl")


def test_the_rounds_of_two_organisations_do_not_touch_each_other(make, steps, in_time):
    other = make.family(make.tenant())
    with in_time(days=1):
        steps.begin()
    ctx = make.context(other.worker)
    theirs = reviews.begin_review(ctx, other.case_id, other.mother.client_id)
    ctx.finish(commit=True)
    with in_time(days=20):
        steps.round()
    ctx = make.context(other.worker)
    assert ctx.get(RelationReview, theirs).state is ReviewState.OPEN
