// Ask for the microphone before it rings, so that answering takes no second question.
import { NoMicrophone, microphone } from "../call/media";
import { say, word } from "../call/words";

export async function offerMicrophone(card: HTMLElement): Promise<void> {
  if (await alreadyAllowed()) return;
  card.hidden = false;
  card.querySelector("[data-allow]")?.addEventListener("click", () => void allow(card));
}

async function allow(card: HTMLElement): Promise<void> {
  try {
    const heard = await microphone();
    for (const track of heard.getTracks()) track.stop();
    card.hidden = true;
  } catch (trouble) {
    const text = word(trouble instanceof NoMicrophone ? trouble.code : "mic_busy");
    const place = card.querySelector("[data-said]");
    if (place) place.textContent = text;
    say(text);
  }
}

async function alreadyAllowed(): Promise<boolean> {
  try {
    const found = await navigator.permissions.query({ name: "microphone" as PermissionName });
    return found.state === "granted";
  } catch {
    return false; // a browser that cannot say is asked
  }
}
