"""The seal: nobody sees one side before both are in, wherever they look."""

import json

import pytest
from canaries import as_superuser, found, in_tables
from sheets import unpacked

from klankbord.errors import Conflict, NotFound
from klankbord.permissions import STAFF, Role
from klankbord_samen_sterker.models import ReviewState
from klankbord_samen_sterker.privacy import export_client
from klankbord_samen_sterker.services import opening, pages

HERS = "geheim-van-moeder-7f3a"
KARINS = "geheim-van-karin-91bc"


def walk(app, browser, known):
    """Return the text of every page that can be asked for, whatever it answers."""
    seen = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if not rule.arguments <= known.keys():
            continue
        for ids in known["every"]:
            values = {name: known[name] for name in rule.arguments}
            values.update({name: ids for name in values if name == "answer_set_id"})
            with app.test_request_context(base_url=browser.base_url):
                url = app.url_map.bind("").build(rule.endpoint, values)
            response = browser.get(url)
            words = unpacked(response.data).decode("utf-8", "replace")
            seen.append(words + str(response.headers))
    return "\n".join(seen)


@pytest.fixture
def known(steps):
    """Plant the secrets of both sides, each in a review that is not open yet."""
    review_id = steps.begin()
    hers = steps.answer(review_id, steps.family.mother, 1, words=HERS)
    karins = steps.answer(review_id, steps.family.worker, 5, words=KARINS)
    return {
        "review_id": review_id,
        "case_id": steps.family.case_id,
        "client_id": steps.family.mother.client_id,
        "subject_id": review_id,
        "account_id": steps.family.worker.account_id,
        "answer_set_id": hers,
        "key": "samen_sterker",
        "number": 1,
        "every": (hers, karins),
    }


def test_before_the_opening_no_page_shows_the_other_side(app, make, steps, known):
    mother = walk(app, make.sign_in(app, steps.family.mother), known)
    assert KARINS not in mother
    worker = walk(app, make.sign_in(app, steps.family.worker), known)
    assert HERS not in worker


def test_before_the_opening_nobody_else_sees_either_side(
    app, make, steps, known, outsider
):
    everything = make.staff(
        steps.tenant, *(STAFF - {Role.WORKER}), team_id=steps.family.team_id
    )
    for person in (steps.family.father, steps.family.youth, everything, outsider):
        seen = walk(app, make.sign_in(app, person), known)
        assert HERS not in seen
        assert KARINS not in seen


def test_after_the_opening_the_two_see_both_and_others_nothing(
    app, make, steps, known, in_time
):
    with in_time(minutes=6):
        steps.open_what_is_due()
        for person in (steps.family.mother, steps.family.worker):
            seen = walk(app, make.sign_in(app, person), known)
            assert HERS in seen
            assert KARINS in seen
        for person in (steps.family.father, steps.family.youth):
            seen = walk(app, make.sign_in(app, person), known)
            assert HERS not in seen
            assert KARINS not in seen


def test_the_export_leaves_sealed_answers_out_and_says_so(steps, known, in_time):
    client_id = known["client_id"]
    with steps.as_(steps.family.mother) as ctx:
        export = export_client(ctx, client_id)
    found = json.dumps(export)
    assert HERS not in found
    assert KARINS not in found
    assert "not in here" in export["note"]
    assert export["reviews"][0]["answers"] == "sealed"
    with in_time(minutes=6):
        steps.open_what_is_due()
        with steps.as_(steps.family.mother) as ctx:
            opened = json.dumps(export_client(ctx, client_id))
    assert HERS in opened
    assert KARINS in opened


def test_no_table_and_no_log_line_holds_the_words(
    postgres, databases, known, steps, capfd, in_time
):
    assert known["review_id"]
    with in_time(minutes=6):
        steps.open_what_is_due()
    for url in (databases.owner_url, databases.keys_owner_url):
        tables = in_tables(as_superuser(postgres, url))
        assert tables["answer" if "answer" in tables else "client_key"]
        for table, rows in tables.items():
            assert found((HERS, KARINS), rows) == set(), table
    assert found((HERS, KARINS), "".join(capfd.readouterr())) == set()


def test_both_sides_open_at_the_same_moment_after_the_last_undo(steps, in_time):
    review_id = steps.begin()
    steps.answer(review_id, steps.family.mother, 2)
    with in_time(minutes=20):
        steps.answer(review_id, steps.family.worker, 4)
        steps.open_what_is_due()
        assert steps.review(review_id).state is ReviewState.BOTH_DONE
    with in_time(minutes=24):
        steps.open_what_is_due()
        assert steps.review(review_id).state is ReviewState.BOTH_DONE
    with in_time(minutes=26):
        with steps.as_(steps.family.mother) as ctx:
            hers = pages.read_own_review(ctx, review_id, "nl")
        with steps.as_(steps.family.worker) as ctx:
            karins = pages.read_review_of_mine(ctx, review_id, "nl")
    assert hers.revealed_at == karins.revealed_at
    assert len(hers.themes) == len(karins.themes) == 5
    assert steps.review(review_id).state is ReviewState.REVEALED


def test_the_largest_gap_comes_first_and_a_skipped_theme_last(steps, in_time):
    review_id = steps.begin()
    steps.answer(
        review_id, steps.family.mother, 4, contact=1, listening=3, agreements=None
    )
    steps.answer(review_id, steps.family.worker, 4)
    with in_time(minutes=6), steps.as_(steps.family.mother) as ctx:
        page = pages.read_own_review(ctx, review_id, "nl")
    assert [(theme.key, theme.gap) for theme in page.themes] == [
        ("contact", 3),
        ("listening", 1),
        ("manners", 0),
        ("family_plan", 0),
        ("agreements", None),
    ]


def test_who_takes_back_within_five_minutes_keeps_both_sides_shut(steps, in_time):
    review_id = steps.begin()
    hers = steps.answer(review_id, steps.family.mother)
    steps.answer(review_id, steps.family.worker)
    steps.take_back(hers, steps.family.mother)
    assert steps.review(review_id).state is ReviewState.ONE_PARTY_DONE
    assert "samen_sterker.answer" in steps.tasks(steps.family.mother)
    with in_time(minutes=6):
        steps.open_what_is_due()
        assert steps.review(review_id).state is ReviewState.ONE_PARTY_DONE


def test_a_client_may_share_early_and_the_workers_side_stays_sealed(steps, in_time):
    review_id = steps.begin()
    steps.answer(review_id, steps.family.mother, 2, words=HERS)
    with pytest.raises(Conflict), steps.as_(steps.family.mother) as ctx:
        opening.share_early(ctx, review_id)
    for other in (steps.family.father, steps.family.youth):
        with pytest.raises(NotFound), steps.as_(other) as ctx:
            opening.share_early(ctx, review_id)
    with in_time(minutes=6):
        with steps.as_(steps.family.worker) as ctx:
            assert pages.read_review_of_mine(ctx, review_id, "nl").shared == ()
        with steps.as_(steps.family.mother) as ctx:
            opening.share_early(ctx, review_id)
        with steps.as_(steps.family.worker) as ctx:
            shared = pages.read_review_of_mine(ctx, review_id, "nl").shared
        assert {side.text for _, side in shared} == {HERS}
        steps.answer(review_id, steps.family.worker, 4, words=KARINS)
        with steps.as_(steps.family.mother) as ctx:
            page = pages.read_own_review(ctx, review_id, "nl")
        assert page.themes == ()
        assert KARINS not in repr(page)
    with in_time(minutes=13), steps.as_(steps.family.mother) as ctx:
        assert KARINS in repr(pages.read_own_review(ctx, review_id, "nl"))


def test_the_worker_cannot_share_the_clients_answers_early(steps, in_time):
    review_id = steps.begin()
    steps.answer(review_id, steps.family.worker, words=KARINS)
    with in_time(minutes=6):
        with pytest.raises(Conflict), steps.as_(steps.family.mother) as ctx:
            opening.share_early(ctx, review_id)
        with steps.as_(steps.family.mother) as ctx:
            assert KARINS not in repr(pages.read_own_review(ctx, review_id, "nl"))


def test_a_review_whose_day_went_by_opens_if_both_had_sent(steps, in_time):
    review_id = steps.begin()
    steps.answer(review_id, steps.family.mother)
    steps.answer(review_id, steps.family.worker)
    with in_time(days=15):
        steps.round()
        assert steps.review(review_id).state is ReviewState.BOTH_DONE
        steps.open_what_is_due()
        assert steps.review(review_id).state is ReviewState.REVEALED
