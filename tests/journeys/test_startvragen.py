"""Startvragen from asking to withdrawing, as people go through it on a phone."""

import re

from browser import follow, send
from phones import Phones
from playwright.sync_api import Browser, Page, expect
from served import PASSWORD, Served
from sheets import pages

MOTHER = {
    "reading": ("short", "Liever een appje dan een lange brief."),
    "explaining": ("talk", ""),
    "steps": ("", ""),
    "doing": ("together", ""),
    "repeating": ("", ""),
    "company": ("", "Mijn zus. Zij onthoudt wat ik vergeet."),
    "moment": ("", "Op dinsdag, bij mij thuis."),
    "helpers": ("", ""),
    "language": ("dutch", ""),
    "never": ("", "Dat je onverwacht aan de deur staat."),
    "share": ("yes", ""),
}
CHILD = {
    "reading": ("aloud", ""),
    "explaining": ("pictures", ""),
    "steps": ("step", ""),
    "doing": ("together", ""),
    "repeating": ("", ""),
    "company": ("", "Mama en mijn konijn."),
    "moment": ("", ""),
    "helpers": ("", ""),
    "language": ("", ""),
    "never": ("", "Dat jullie boos praten."),
    "share": ("yes", ""),
}
YOUTH = {
    "reading": ("screen", "أرسل لي رسالة قصيرة."),
    "explaining": ("pictures", ""),
    "steps": ("step", ""),
    "doing": ("example", "أريني مرة واحدة."),
    "repeating": ("again", ""),
    "company": ("", "خالتي، لأنها تفهمني."),
    "moment": ("", "بعد المدرسة، في الحديقة."),
    "helpers": ("", ""),
    "language": ("interpreter", ""),
    "never": ("", "أن تخبر والديّ بكل شيء."),
    "share": ("", ""),
}
WHO_TAKES_PART = "Wie doen er mee"
CHANGED = "Niet meer onverwacht aan de deur. Bel eerst."


class Sheets(Phones):
    """A worker, a mother and her child or youth, each on a phone."""

    axe = True

    def __init__(
        self,
        served: Served,
        browser: Browser,
        slug: str,
        *,
        youth_age: int,
        script: bool = True,
    ) -> None:
        super().__init__(served, browser, slug, script=script)
        self.family = served.make.family(self.tenant, youth_age=youth_age)
        self.page_of_case = f"/gezinnen/{self.family.case_id}"
        self.page_of_family = f"/startvragen/{self.family.case_id}"
        self.switch_on("startvragen")
        self.hand_out("worker")
        self.sign_in_staff("worker", self.family.worker)

    def answer(self, who: str, given: dict[str, tuple[str, str]], look: str) -> None:
        """Go through the questions on somebody's phone; nothing given is a skip."""
        page = self.phones[who]
        for number, (topic, (choice, words)) in enumerate(given.items(), start=1):
            expect(page).to_have_url(re.compile(rf"/vragen/.*/{number}$"))
            assert page.locator("input:checked").count() == 0, topic
            if choice:
                page.locator(f"label:has(input[value='{choice}'])").click()
            if words and page.locator("details:has([name=words])").count():
                page.locator("details:has([name=words]) summary").click()
            if words:
                page.fill("[name=words]", words)
            if number in {1, 2, 6, 11}:
                self.look(who, f"{look}-question-{number}")
            if choice or words:
                follow(page.locator("main button[type=submit]:not([name])").first)
            else:
                follow(page.locator("button[name=skip]"))
        self.look(who, f"{look}-check")
        send(page)
        self.look(who, f"{look}-sent")

    def at_the_table(
        self, name: str, given: dict[str, tuple[str, str]], rendering: str
    ) -> None:
        """Pass the worker's phone, which comes back locked."""
        page = self.go("worker", self.page_of_family)
        row = page.locator("li.kb-list__row").filter(has_text=name)
        follow(row.locator("button[value=together]"))
        self.look("worker", f"pass-to-{name}")
        send(page)
        page.locator("details:has([name=rendering]) summary").click()
        follow(page.locator(f"button[name=rendering][value={rendering}]"))
        self.answer("worker", given, name)
        follow(page.locator("main a[href$='/telefoon-terug']"))
        self.look("worker", f"{name}-gives-back")
        send(page)
        self.look("worker", "locked")
        assert WHO_TAKES_PART not in self.go("worker", self.page_of_case).content()
        page.goto(f"{self.address}/vragen/ontgrendelen")
        page.fill("[name=password]", PASSWORD)
        send(page)
        expect(page).to_have_url(f"{self.address}{self.page_of_family}")
        self.look("worker", f"after-{name}")

    def download(self, who: str, name: str) -> None:
        """Fetch the sheet on paper: it is one page."""
        page = self.phones[who]
        self.look(who, f"{name}-to-print")
        with page.expect_download() as started:
            page.locator("a[href$='blad.pdf']").click()
        pdf = started.value.path().read_bytes()
        self.keep(f"{name}.pdf", pdf)
        assert pages(pdf) == 1


def test_a_mother_and_her_child_of_nine_at_the_table(served, browser):
    home = Sheets(served, browser, "wsg", youth_age=9)
    page = home.go("worker", home.page_of_case)
    home.look("worker", "case-before")
    assert WHO_TAKES_PART in page.content()
    follow(page.locator(f"main a[href='{home.page_of_family}']"))
    home.look("worker", "nobody-asked")
    home.at_the_table("Samira", MOTHER, "easy")
    home.at_the_table("Noor", CHILD, "pictures")
    assert MOTHER["never"][1] not in home.go("worker", home.page_of_case).content()

    served.let_five_minutes_pass(home.tenant)
    page = home.go("worker", home.page_of_case)
    home.look("worker", "case-with-sheet")
    first = page.locator("main section.kb-card").first.inner_text()
    assert MOTHER["never"][1] in first
    assert CHILD["never"][1] in first
    home.go("worker", f"{home.page_of_family}/afdrukken")
    home.download("worker", "our-sheet")

    home.hand_out("mother")
    mother = home.sign_in_client("mother", home.family.mother)
    follow(mother.locator("a[href='/zo-werkt-het']").first)
    home.look("mother", "my-pages")
    follow(mother.locator(".kb-due a"))
    home.look("mother", "my-page")
    expect(mother.get_by_text("Karin las dit")).to_be_visible()
    change_a_line(home, mother)
    follow(mother.locator("main a[href$='/wie']"))
    mother.get_by_role("checkbox").nth(1).check()
    home.look("mother", "who-may-read")
    send(mother)
    home.look("mother", "saved")
    follow(mother.locator("main a[href$='/eerder']"))
    home.look("mother", "earlier")
    assert MOTHER["never"][1] in mother.content()
    page = home.go("worker", home.page_of_case)
    assert CHANGED in page.content()

    mother.go_back()
    follow(mother.locator("form[action$='/niemand'] button"))
    home.look("mother", "nobody-reads")
    page.reload()
    home.look("worker", "case-after-withdrawing")
    assert CHANGED not in page.content()
    assert CHILD["never"][1] in page.content()
    follow(mother.locator("main a[href$='/afdrukken']"))
    home.download("mother", "my-sheet")


def change_a_line(home: Sheets, mother: Page) -> None:
    line = mother.locator("main li").filter(has_text="Wat ik nooit wil")
    follow(line.locator("a"))
    mother.fill("[name=words]", CHANGED)
    home.look("mother", "change-a-line")
    send(mother)
    expect(mother.locator("main")).to_contain_text(CHANGED)


def test_a_youth_of_fourteen_alone_in_arabic(served, browser):
    home = Sheets(served, browser, "jgb", youth_age=14)
    page = home.go("worker", home.page_of_family)
    row = page.locator("li.kb-list__row").filter(has_text="Noor")
    follow(row.locator("button[value=alone]"))
    home.look("worker", "asked")

    home.hand_out("youth", "ar")
    youth = home.sign_in_client("youth", home.family.youth)
    expect(youth.locator("html")).to_have_attribute("dir", "rtl")
    home.look("youth", "start")
    follow(youth.locator(".kb-card--todo a").first)
    home.look("youth", "begin")
    send(youth)
    home.look("youth", "introduction")
    send(youth)
    home.answer("youth", YOUTH, "youth")
    follow(youth.locator("main a.utrecht-button").first)
    home.look("youth", "waiting")
    served.let_five_minutes_pass(home.tenant)
    youth.reload()
    home.look("youth", "my-page")
    assert YOUTH["never"][1] in youth.content()
    assert YOUTH["never"][1] not in home.go("worker", home.page_of_case).content()

    follow(youth.locator("main a[href$='/wie']"))
    youth.get_by_role("checkbox").first.check()
    home.look("youth", "who-may-read")
    send(youth)
    home.look("youth", "shared")
    page = home.go("worker", home.page_of_case)
    home.look("worker", "case-with-arabic-words")
    panel = page.locator("main section.kb-card").first
    expect(panel).to_contain_text("Wat ik nooit wil")
    expect(panel).to_contain_text(YOUTH["never"][1])
    follow(youth.locator("main a[href$='/afdrukken']"))
    home.download("youth", "her-sheet")
    home.go("worker", f"{home.page_of_family}/afdrukken")
    home.download("worker", "their-sheet")


def test_the_whole_way_can_be_gone_without_javascript(served, browser):
    home = Sheets(served, browser, "zilverwiek", youth_age=14, script=False)
    page = home.go("worker", home.page_of_family)
    row = page.locator("li.kb-list__row").filter(has_text="Samira")
    follow(row.locator("button[value=alone]"))
    home.hand_out("mother")
    mother = home.sign_in_client("mother", home.family.mother)
    follow(mother.locator(".kb-card--todo a").first)
    send(mother)
    send(mother)
    home.answer("mother", MOTHER, "mother")
    follow(mother.locator("main a.utrecht-button").first)
    served.let_five_minutes_pass(home.tenant)
    mother.reload()
    home.look("mother", "my-page")
    assert MOTHER["never"][1] in home.go("worker", home.page_of_case).content()
    change_a_line(home, mother)
    follow(mother.locator("main a[href$='/wie']"))
    mother.locator("details summary").click()
    for box in mother.locator("#each input[value=worker]").all()[1:]:
        box.uncheck()
    home.look("mother", "each-topic")
    follow(mother.locator("#each button"))
    home.look("mother", "saved")
    page = home.go("worker", home.page_of_case)
    home.look("worker", "one-topic-left")
    assert CHANGED not in page.content()
    assert MOTHER["reading"][1] in page.content()
    follow(mother.locator("form[action$='/niemand'] button"))
    page.reload()
    assert MOTHER["reading"][1] not in page.content()
