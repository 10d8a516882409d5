// A second press within a few seconds sends nothing; after that the button works again, because
// the first try may have been lost on the way. The server's idempotency key is what keeps two
// sends from becoming two rows; this only spares the person a wait.

const LOCKED = 5000;

export function start() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    const now = Date.now();
    if (now - Number(form.dataset.sentAt ?? 0) < LOCKED) {
      event.preventDefault();
      return;
    }
    form.dataset.sentAt = String(now);
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent-at]")) {
      delete form.dataset.sentAt;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    }
  });
}
