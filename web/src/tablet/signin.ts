// Sign-in in two steps on one page: first the ID, then the PIN. Nothing is kept in the browser.
export function startSignIn(form: HTMLFormElement): void {
  const steps = form.querySelectorAll<HTMLElement>("[data-step]");
  const show = (name: string): void => {
    for (const step of steps) step.hidden = step.dataset["step"] !== name;
    form.querySelector<HTMLInputElement>(`[data-step="${name}"] input`)?.focus();
    const number = form.querySelector<HTMLInputElement>("#number")?.value ?? "";
    for (const place of form.querySelectorAll("[data-number]")) place.textContent = number;
  };
  const number = form.querySelector<HTMLInputElement>("#number");
  const pin = form.querySelector<HTMLInputElement>("#pin");
  if (!number || !pin) return;
  form.addEventListener("submit", (event) => {
    if (pin.value !== "" && number.value !== "") return;
    event.preventDefault();
    show(number.value === "" ? "number" : "pin");
  });
  form.querySelector("[data-change]")?.addEventListener("click", () => {
    pin.value = "";
    pin.dispatchEvent(new Event("input"));
    show("number");
  });
  // The browser's back button must not bring a PIN back.
  window.addEventListener("pageshow", () => (pin.value = ""));
  window.addEventListener("pagehide", () => (pin.value = ""));
  show(number.value === "" ? "number" : "pin");
}
