// Turns the eleven radios of a slider into one range input with − and +.
// The radios stay in the form and hold the answer, so the form sends the same either way; nothing
// is chosen until the person touches the line, a button or a key.

// The first of these keys chooses the middle; Home and End choose an end by themselves.
const FIRST_KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", " "]);

/** @param {HTMLElement} slider */
function enhance(slider) {
  const radios = [...slider.querySelectorAll("input[type=radio]")];
  const numbers = slider.querySelector(".kb-slider__numbers");
  const line = slider.querySelector("template").content.cloneNode(true);
  const range = line.querySelector("input");
  const value = line.querySelector(".kb-slider__value");
  const { empty, invite, spoken } = slider.dataset;
  const low = Number(range.min);
  const high = Number(range.max);

  function show() {
    const chosen = radios.find((radio) => radio.checked);
    slider.classList.toggle("kb-slider--empty", !chosen);
    value.textContent = chosen ? chosen.value : invite;
    if (!chosen) {
      range.setAttribute("aria-valuetext", empty);
      return;
    }
    range.value = chosen.value;
    range.setAttribute("aria-valuetext", spoken.replace("{value}", chosen.value));
    const share = (Number(chosen.value) - low) / (high - low);
    range.style.setProperty("--kb-filled", `${share * 100}%`);
  }

  function choose(number) {
    const wanted = String(Math.min(high, Math.max(low, number)));
    const radio = radios.find((one) => one.value === wanted);
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    show();
  }

  range.addEventListener("input", () => choose(Number(range.value)));
  // A press on the very place where the hidden handle waits changes nothing, yet it is an answer.
  range.addEventListener("pointerup", () => choose(Number(range.value)));
  range.addEventListener("keydown", (event) => {
    const untouched = slider.classList.contains("kb-slider--empty");
    if (untouched && FIRST_KEYS.has(event.key)) {
      event.preventDefault();
      choose(Number(range.value));
    }
  });
  for (const button of line.querySelectorAll("button[data-step]")) {
    button.addEventListener("click", () => {
      const untouched = slider.classList.contains("kb-slider--empty");
      choose(Number(range.value) + (untouched ? 0 : Number(button.dataset.step)));
    });
  }
  numbers.hidden = true;
  numbers.before(line);
  show();
}

export function start() {
  document.querySelectorAll("[data-slider]").forEach(enhance);
}
