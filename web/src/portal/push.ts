// The service worker of the portal, and letting this browser be told things while it is closed.
import { WebRefused } from "../call/web";

// On every page: the worker is there before it is needed, and a click on a notice leads on.
export function register(address: string): void {
  if (!("serviceWorker" in navigator)) return;
  const scope = new URL(".", new URL(address, window.location.href)).pathname;
  void navigator.serviceWorker
    .register(address, { scope, updateViaCache: "none" })
    .catch(() => undefined); // a browser in private mode; the pages need no worker
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent<unknown>) => {
    const go = (event.data as { go?: unknown } | null)?.go;
    const calling = document.body.classList.contains("is-calling");
    if (typeof go !== "string" || calling || !go.startsWith(scope)) return;
    if (go !== window.location.pathname) window.location.assign(go);
  });
}

// The card on the page of notices.
export class PushCard {
  private readonly button: HTMLButtonElement | null;

  constructor(private readonly card: HTMLElement) {
    this.button = card.querySelector("[data-add]");
    card.hidden = false;
    this.button?.addEventListener("click", () => void this.add());
    void this.begin();
  }

  private async begin(): Promise<void> {
    if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
      this.only("push_not_here");
    } else if (Notification.permission === "denied") this.only("push_denied");
  }

  private async add(): Promise<void> {
    try {
      if ((await Notification.requestPermission()) !== "granted") {
        this.only("push_denied");
        return;
      }
      const worker = await navigator.serviceWorker.ready;
      await this.hand((await this.mine(worker)).toJSON());
      window.location.reload();
    } catch (trouble) {
      this.say(trouble instanceof WebRefused ? "push_failed" : "push_not_here");
    }
  }

  // One made with another key of ours is of no use any more.
  private async mine(worker: ServiceWorkerRegistration): Promise<PushSubscription> {
    const key = this.card.dataset["key"] ?? "";
    const options = { userVisibleOnly: true, applicationServerKey: key };
    try {
      return await worker.pushManager.subscribe(options);
    } catch (trouble) {
      if (!(trouble instanceof DOMException) || trouble.name !== "InvalidStateError") throw trouble;
      await (await worker.pushManager.getSubscription())?.unsubscribe();
      return await worker.pushManager.subscribe(options);
    }
  }

  private async hand(subscription: PushSubscriptionJSON): Promise<void> {
    const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]");
    const answer = await fetch(this.card.dataset["letIn"] ?? "", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token?.value ?? "" },
      body: JSON.stringify(subscription),
    });
    if (!answer.ok) throw new WebRefused(answer.status);
  }

  private only(name: string): void {
    if (this.button) this.button.hidden = true;
    this.say(name);
  }

  private say(name: string): void {
    const words = document.querySelector<HTMLTemplateElement>("#push-words");
    const found = words?.content.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
    const place = this.card.querySelector("[data-said]");
    if (place) place.textContent = found;
  }
}
