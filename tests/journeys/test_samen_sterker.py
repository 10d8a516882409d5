"""Samen Sterker from beginning to end, as people go through it on a phone."""

from datetime import timedelta

from browser import follow, send
from phones import Phones
from playwright.sync_api import Browser, Page
from served import Served

SAID = "Ik hoor pas laat wanneer je komt."
PROMISE = "Karin belt elke vrijdag over de week erna."
RESULT = "Karin belde drie vrijdagen achter elkaar."
WORKER_SAYS = "Samira vertelt eerlijk wat zij vindt."


class Journey(Phones):
    """One organisation: an admin, a worker, a mother and a youth, each on a phone."""

    def __init__(
        self,
        served: Served,
        browser: Browser,
        slug: str,
        *,
        language: str = "nl",
        script: bool = True,
    ) -> None:
        super().__init__(served, browser, slug, script=script)
        self.language = language
        self.family = served.make.family(self.tenant)
        self.mailbox = served.as_before_inviting(self.family.mother, language)
        served.as_before_inviting(self.family.youth, "nl")
        for who in ("worker", "mother", "youth"):
            self.hand_out(who, language if who == "mother" else "nl")

    def admin_switches_on(self) -> None:
        self.sign_in_staff("worker", self.family.worker)
        assert self.go("worker", "/samen-sterker").locator("table").count() == 0
        self.switch_on("samen_sterker")

    def worker_invites(self) -> None:
        self.codes: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        for who, person in (
            ("mother", self.family.mother),
            ("youth", self.family.youth),
        ):
            page = self.go("worker", f"/gezinnen/{self.family.case_id}")
            self.look("worker", f"case-{who}")
            new = f"a[href*='/uitnodigingen/nieuw/'][href*='{person.client_id}']"
            follow(page.locator(new).first)
            channel = "mail" if who == "mother" else "letter"
            page.check(f"[name=channel][value={channel}]")
            self.look("worker", f"invite-{who}")
            send(page)
            self.look("worker", f"code-for-{who}")
            self.codes[who] = page.locator(".kb-number strong").inner_text()
        page.goto(f"{page.url}/brief")
        self.look("worker", "letter")
        self.letter = page.locator(".code").inner_text()

    def family_comes_in(self) -> None:
        mother, youth = self.phones["mother"], self.phones["youth"]
        mother.goto(self.served.link_mailed_to(self.mailbox))
        self.look("mother", "invitation")
        mother.fill("[name=code]", self.codes["mother"])
        send(mother)
        self.go("youth", "/brief")
        self.look("youth", "letter-code")
        youth.fill("[name=code]", self.letter)
        send(youth)
        youth.fill("[name=code]", self.codes["youth"])
        send(youth)
        for who in ("mother", "youth"):
            page = self.phones[who]
            self.look(who, "own-phone")
            page.check("[name=own_device][value=true]")
            send(page)
            self.look(who, "home")
        assert mother.locator("html").get_attribute("lang") == self.language

    def worker_begins(self) -> None:
        for person in (self.family.mother, self.family.youth):
            page = self.go("worker", "/samen-sterker/nieuw")
            value = f"{self.family.case_id}:{person.client_id}"
            page.select_option("[name=pair]", value)
            self.look("worker", "begin")
            send(page)
            self.look("worker", "begun")

    def family_answers(self) -> None:
        for who in ("mother", "youth"):
            page = self.go(who, "/")
            self.look(who, "something-to-do")
            follow(page.locator(".kb-card--todo a").first)
            self.look(who, "review")
            send(page)
            self.answer(who, ("2", "2", "4", "", "5"), SAID)
            page.goto(f"{self.address}/samenwerken")
            self.look(who, "waiting")

    def worker_answers(self) -> None:
        for name in ("Samira", "Noor"):
            page = self.go("worker", "/samen-sterker")
            self.look("worker", "reviews")
            follow(page.get_by_role("link", name=name).first)
            self.look("worker", "review-sealed")
            assert SAID not in page.content()
            send(page)
            self.answer("worker", ("4", "4", "4", "3", "5"), WORKER_SAYS)

    def answer(self, who: str, numbers: tuple[str, ...], words: str) -> None:
        """Answer on the pages with questions; an empty answer is a skip."""
        page = self.phones[who]
        for place, number in enumerate(numbers):
            assert page.locator("input[type=radio]:checked").count() == 0
            if place == 0:
                page.locator("details.kb-more summary").first.click()
                page.fill("textarea[name=words]", words)
            if number:
                page.locator(f"label:has(input[name=answer][value='{number}'])").click()
            self.look(who, f"question-{place + 1}")
            if number:
                follow(page.locator("main button[type=submit]:not([name])").first)
            else:
                follow(page.locator("button[name=skip]"))
        self.look(who, "check")
        send(page)
        self.look(who, "sent")

    def both_open(self) -> None:
        mother = self.review_of("mother")
        assert mother.locator(".kb-reveal").count() == 0
        assert WORKER_SAYS not in mother.content()
        self.look("mother", "sealed")
        self.served.let_five_minutes_pass(self.tenant)
        mother = self.review_of("mother")
        worker = self.review_of("worker", "Samira")
        for who, page in (("mother", mother), ("worker", worker)):
            self.look(who, "both-sides")
            assert page.get_by_text(WORKER_SAYS).count() == 1, who
            assert page.get_by_text(SAID).count() == 1, who
        youth = self.review_of("youth")
        self.look("youth", "both-sides")
        assert youth.get_by_text(WORKER_SAYS).count() == 1

    def review_of(self, who: str, name: str = "") -> Page:
        if who == "worker":
            page = self.go("worker", "/samen-sterker")
            follow(page.get_by_role("link", name=name).first)
        else:
            page = self.go(who, "/samenwerken")
            follow(page.locator(".kb-due a").first)
        return page

    def they_talk(self) -> None:
        page = self.review_of("worker", "Samira")
        today = self.tenant.today()
        page.fill("[name=met_on]", today.isoformat())
        follow(page.locator("form[action$='/gesprek'] button"))
        self.look("worker", "talked")
        form = page.locator("form[action$='/afspraken']")
        form.locator("[name=text]").fill(PROMISE)
        form.locator("[name=who][value=worker]").check()
        form.locator("[name=by_when]").fill((today + timedelta(days=14)).isoformat())
        form.locator("[name=said]").fill(SAID)
        follow(form.locator("button"))
        self.look("worker", "agreed")
        mother = self.go("mother", "/")
        self.look("mother", "agreement-at-home")
        assert PROMISE in mother.locator("main").inner_text()

    def worker_tells_what_was_done(self) -> None:
        page = self.review_of("worker", "Samira")
        follow(page.locator("a[href*='/afspraken-met-gezinnen/']").first)
        page.check("[name=state][value=kept]")
        page.fill("[name=result]", RESULT)
        self.look("worker", "what-was-done")
        send(page)
        self.look("worker", "told")

    def mother_sees_it(self) -> None:
        mother = self.go("mother", "/")
        self.look("mother", "you-said-we-did")
        told = mother.locator("main").inner_text()
        assert SAID in told
        assert RESULT in told
        youth = self.go("youth", "/")
        assert RESULT not in youth.content()
        assert SAID not in youth.content()


STEPS = (
    Journey.admin_switches_on,
    Journey.worker_invites,
    Journey.family_comes_in,
    Journey.worker_begins,
    Journey.family_answers,
    Journey.worker_answers,
    Journey.both_open,
    Journey.they_talk,
    Journey.worker_tells_what_was_done,
    Journey.mother_sees_it,
)


def test_two_organisations_go_from_invitation_to_what_was_done(served, browser):
    journeys = [
        Journey(served, browser, "wsg"),
        Journey(served, browser, "jgb", language="ar"),
    ]
    for step in STEPS:
        for journey in journeys:
            step(journey)


def test_the_whole_way_can_be_gone_without_javascript(served, browser):
    journey = Journey(served, browser, "zilverwiek", script=False)
    for step in STEPS:
        step(journey)
