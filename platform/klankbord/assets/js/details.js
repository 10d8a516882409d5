// A closed part that holds the target of a link, or a field with a mistake or with text, opens.

function openAround(element) {
  for (let at = element; at; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true;
  }
}

function openTarget() {
  const id = decodeURIComponent(window.location.hash.slice(1));
  const target = id && document.getElementById(id);
  if (!target) return;
  openAround(target);
  if (target.matches("input, textarea, select")) target.focus();
}

export function start() {
  document.querySelectorAll("details [aria-invalid=true]").forEach(openAround);
  window.addEventListener("hashchange", openTarget);
  openTarget();
  const summary = document.querySelector(".kb-error-summary");
  summary?.focus();
}
