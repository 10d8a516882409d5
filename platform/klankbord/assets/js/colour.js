// A picker and the field beside it show the same colour. Without this the server takes the picker
// when it was used, and the field otherwise.

/** @param {HTMLInputElement} picker */
function enhance(picker) {
  const field = document.getElementById(picker.dataset.colour);
  picker.addEventListener("input", () => {
    field.value = picker.value;
  });
  field.addEventListener("input", () => {
    const typed = field.value.trim().toLowerCase();
    if (/^#[0-9a-f]{6}$/.test(typed)) picker.value = typed;
  });
}

export function start() {
  document.querySelectorAll("[data-colour]").forEach(enhance);
}
