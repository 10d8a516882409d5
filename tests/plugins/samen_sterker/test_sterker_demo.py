"""The demo's year of reviews."""

from collections import Counter

from klankbord.people.access import require_member
from klankbord_samen_sterker.demo import build_history
from klankbord_samen_sterker.models import ReviewState
from klankbord_samen_sterker.services import lists, pages


def test_the_demo_gets_a_year_of_talks_and_something_going_on(steps):
    with steps.as_system() as ctx:
        build_history(ctx)
    found = steps.reviews()
    states = Counter(review.state for review in found)
    assert states[ReviewState.CLOSED] == 6
    assert len({review.client_id for review in found}) == 3
    assert states.total() == 9
    with steps.as_(steps.family.mother) as ctx:
        assert require_member(ctx, steps.family.case_id)
        assert {len(trend.points) for trend in lists.my_trends(ctx)} == {2}
        closed = [
            one for one in lists.my_reviews(ctx) if one.state is ReviewState.CLOSED
        ]
        page = pages.read_own_review(ctx, closed[0].id, "nl")
    assert page.themes
    assert page.agreements
