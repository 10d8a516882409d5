"""What tests ask of a page in a real browser: access, room for large type, keyboard.

Debian's Chromium is driven by playwright; axe-core comes with axe-playwright-python.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
SMALLEST = {"width": 320, "height": 640}
# A desktop at 200 % zoom.
ZOOMED = {"width": 640, "height": 450}
# The button that sends the page's form.
SEND = "main form button"
# Milliseconds that a page may take, on a machine that has much else to do.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)

RULES = {
    "runOnly": {
        "type": "tag",
        "values": [
            "wcag2a",
            "wcag2aa",
            "wcag21a",
            "wcag21aa",
            "wcag22aa",
            "best-practice",
        ],
    },
    "resultTypes": ["violations"],
}
# WCAG 1.4.12: nothing may be cut off or overlap with this spacing.
SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }
"""
DOUBLE_TYPE = "html { font-size: 200% !important; }"
READERS = {
    "": "",
    "with a root font of 200 %": DOUBLE_TYPE,
    "with wide spacing": SPACING,
}

CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(element => {
    if (element.clientWidth < 2 || !element.textContent.trim()) return false;
    const style = getComputedStyle(element);
    return /hidden|clip/.test(style.overflowX + style.overflowY) &&
        !element.closest('svg') && element.innerText?.trim() &&
        (element.scrollWidth > element.clientWidth + 1 ||
         element.scrollHeight > element.clientHeight + 1);
}).map(element => element.className + ': ' + element.innerText.slice(0, 60))"""
WIDTHS = (
    """readers => {
    const cutOff = """
    + CUT_OFF
    + """;
    const root = document.documentElement;
    const stickingOut = () => [...document.querySelectorAll('body *')].findLast(one => {
        const box = one.getBoundingClientRect();
        return box.width && (box.right > root.clientWidth + 1 || box.left < -1);
    })?.outerHTML.slice(0, 160);
    const found = [];
    for (const [words, sheet] of Object.entries(readers)) {
        const own = new CSSStyleSheet();
        own.replaceSync(sheet);
        document.adoptedStyleSheets = [own];
        const wide = root.scrollWidth - root.clientWidth;
        if (wide > 0) found.push(`${wide} px too wide ${words}: ${stickingOut()}`);
        if (sheet.includes('spacing'))
            found.push(...cutOff().map(text => `cut off ${words}: ${text}`));
    }
    document.adoptedStyleSheets = [];
    return found;
}"""
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a headless Chromium for as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        browser.on("context", lambda context: context.set_default_timeout(PATIENCE))
        try:
            yield browser
        finally:
            browser.close()


def follow(target: Locator) -> None:
    """Press a link or button that opens another page, and wait until that one stands.

    A press by itself may return while the old page, or no page at all, is there to ask.
    """
    with target.page.expect_navigation():
        target.click()


def follow_by_keyboard(page: Page) -> None:
    """Press Enter on what has the focus, and wait until the page it opens stands."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def send(page: Page, button: str = SEND) -> None:
    """Press the first such button or link, and wait until the page it opens stands."""
    follow(page.locator(button).first)


def access_faults(page: Page) -> list[str]:
    """Return what axe finds, one line a fault, with the element it is about."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(rules).then(results => results.violations)", RULES
    )
    return [
        f"{violation['id']}: {violation['help']}: {node['target']} {node['html'][:120]}"
        for violation in found
        for node in violation["nodes"]
    ]


def sideways_scroll(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def cut_off(page: Page) -> list[str]:
    """Return the words that a box hides, sticking out of it while it clips."""
    found: list[str] = page.evaluate(CUT_OFF)
    return found


def faults_of_width(page: Page) -> list[str]:
    """Return how the page sticks out, plain and in each of a reader's own styles.

    Of an element that sticks out the innermost is told. All at once: each question to a
    browser takes longer than its answer.
    """
    found: list[str] = page.evaluate(WIDTHS, READERS)
    return found


def widen_spacing(page: Page) -> None:
    """Set the text spacing of WCAG 1.4.12, as a reader's own style sheet does."""
    _own_style(page, SPACING)


def double_type(page: Page) -> None:
    """Double the root font, as a reader's browser setting does."""
    _own_style(page, DOUBLE_TYPE)


def _own_style(page: Page, sheet: str) -> None:
    """Give the page one style sheet of the reader, instead of the one before."""
    page.evaluate(
        """sheet => {
            const own = new CSSStyleSheet();
            own.replaceSync(sheet);
            document.adoptedStyleSheets = [own];
        }""",
        sheet,
    )


def small_targets(page: Page) -> list[str]:
    """Return controls under 24 by 24 pixels that are not words inside a sentence."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('a, button, summary')]
        .filter(element => {
            const box = element.getBoundingClientRect();
            const inline = getComputedStyle(element).display === 'inline';
            return box.width && !inline && (box.height < 24 || box.width < 24);
        }).map(element => element.outerHTML.slice(0, 100))"""
    )
    return found


def tab_through(page: Page, *, at_most: int = 80) -> list[dict[str, Any]]:
    """Press Tab until the page is left; tell of each stop what a reader sees.

    `marked` is whether the focus shows, `hidden` whether something covers the middle of
    the element, `place` its position in the document's order.
    """
    stops: list[dict[str, Any]] = []
    page.evaluate("document.activeElement?.blur()")
    for _press in range(at_most):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
                const element = document.activeElement;
                if (!element || element === document.body) return null;
                const shown = element.matches('input[type=radio], input[type=checkbox]')
                  ? element.closest('label, .kb-profile, .kb-option') ?? element
                  : element;
                const styles = [element, shown].map(one => getComputedStyle(one));
                const box = shown.getBoundingClientRect();
                const inside = (place, edge) => Math.min(Math.max(place, 0), edge - 1);
                const top = document.elementFromPoint(
                    inside(box.x + box.width / 2, innerWidth),
                    inside(box.y + box.height / 2, innerHeight));
                return {
                    name: element.outerHTML.slice(0, 80),
                    marked: styles.some(style => style.outlineStyle !== 'none' &&
                        parseFloat(style.outlineWidth) >= 2),
                    hidden: !(shown.contains(top) || top?.contains(shown)),
                    place: [...document.querySelectorAll('*')].indexOf(element),
                };
            }"""
        )
        if stop is None or stop in stops:
            break
        stops.append(stop)
    return stops
