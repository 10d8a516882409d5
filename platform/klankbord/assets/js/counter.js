// Says how many characters are left below a text with a limit. The limit itself is always in the
// hint; typing past it is possible, so that nothing is cut off silently.

/** Counts code points, as the server does: one face or flag is not ten characters. */
function length(text) {
  return [...text.replaceAll("\r\n", "\n")].length;
}

/** @param {HTMLTextAreaElement | HTMLInputElement} field */
function enhance(field) {
  const limit = Number(field.dataset.limit);
  const counter = document.getElementById(field.dataset.counter);
  const spoken = document.getElementById(`${field.dataset.counter}-spoken`);
  let timer = 0;

  function show() {
    const left = limit - length(field.value);
    const words = left >= 0 ? counter.dataset.left : counter.dataset.over;
    counter.textContent = words.replace("{number}", String(Math.abs(left)));
    counter.classList.toggle("kb-error", left < 0);
    clearTimeout(timer);
    // Spoken after a pause only, and only near the end: a count at each letter is noise.
    timer = setTimeout(() => {
      spoken.textContent = left <= limit / 10 ? counter.textContent : "";
    }, 1000);
  }

  field.addEventListener("input", show);
  counter.hidden = false;
  counter.setAttribute("aria-hidden", "true");
  show();
}

export function start() {
  document.querySelectorAll("[data-limit]").forEach(enhance);
}
