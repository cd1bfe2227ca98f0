// "Read to me": only where the device has a voice for the page's language. Otherwise the button
// stays away, for a dead button is worse than none.
export function startReader(button: HTMLElement): void {
  if (!("speechSynthesis" in window)) return;
  const language = document.documentElement.lang;
  const show = (): void => {
    button.hidden = !voiceFor(language);
  };
  show();
  window.speechSynthesis.addEventListener("voiceschanged", show);
  button.addEventListener("click", () => toggle(language));
  window.addEventListener("pagehide", () => window.speechSynthesis.cancel());
}

function voiceFor(language: string): SpeechSynthesisVoice | undefined {
  return window.speechSynthesis.getVoices().find((voice) => voice.lang.startsWith(language));
}

function toggle(language: string): void {
  const speech = window.speechSynthesis;
  if (speech.speaking) {
    speech.cancel();
    return;
  }
  const spoken = new SpeechSynthesisUtterance(textOf(document.querySelector<HTMLElement>("#main")));
  spoken.lang = language;
  spoken.voice = voiceFor(language) ?? null;
  speech.speak(spoken);
}

// What stands on the page, without what is hidden.
function textOf(main: HTMLElement | null): string {
  return main?.innerText ?? "";
}
