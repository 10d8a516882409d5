// Reads a part of the page aloud with a voice that lives on this device. A voice that sends the
// text to a service is never used, so the button appears only where a local one speaks the
// language of the page.

function localVoice(language) {
  const wanted = language.toLowerCase().split("-")[0];
  return speechSynthesis
    .getVoices()
    .find((voice) => voice.localService && voice.lang.toLowerCase().split(/[-_]/)[0] === wanted);
}

/** What a person reads, without what is hidden and with a pause after each block. */
function wordsOf(element) {
  return element.innerText.replace(/\n+/g, ". ").replace(/([.?!:])\. /g, "$1 ").trim();
}

/** @param {HTMLButtonElement} button */
function enhance(button) {
  const target = document.getElementById(button.dataset.readAloud);
  const voice = localVoice(document.documentElement.lang);
  button.hidden = !voice || !target;
  if (button.hidden) return;
  button.onclick = () => {
    const speaking = speechSynthesis.speaking;
    speechSynthesis.cancel();
    if (speaking) return;
    const speech = new SpeechSynthesisUtterance(wordsOf(target));
    speech.voice = voice;
    speech.lang = voice.lang;
    speech.rate = 0.9;
    speech.onstart = () => button.setAttribute("aria-pressed", "true");
    speech.onend = () => button.setAttribute("aria-pressed", "false");
    speech.onerror = speech.onend;
    speechSynthesis.speak(speech);
  };
}

export function start() {
  const buttons = document.querySelectorAll("button[data-read-aloud]");
  if (!buttons.length || !("speechSynthesis" in window)) return;
  const enhanceAll = () => buttons.forEach(enhance);
  enhanceAll();
  // Some browsers learn their voices only after the page has loaded.
  speechSynthesis.addEventListener("voiceschanged", enhanceAll);
  window.addEventListener("pagehide", () => speechSynthesis.cancel());
}
