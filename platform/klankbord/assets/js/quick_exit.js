// Leaves for a neutral site without leaving this page behind in the history: a press on the
// button, or Escape twice within a second and a half. Without JavaScript the button is a link.

const PAUSE = 1500;

/** @param {HTMLAnchorElement} link */
function leave(link) {
  // Hidden at once: the neutral site may be slow.
  document.documentElement.hidden = true;
  window.location.replace(link.href);
}

export function start() {
  const link = document.querySelector("a[data-quick-exit]");
  if (!link) return;
  let last = -PAUSE;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leave(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - last < PAUSE) leave(link);
    last = event.timeStamp;
  });
  // Coming back by the browser's own button shows the page again, from the server.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && document.documentElement.hidden) window.location.reload();
  });
}
