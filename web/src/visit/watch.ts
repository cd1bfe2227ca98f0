// Staff watch a visit: nothing is sent from here, and sound plays only when it is asked for.
import { Line, type Loss } from "../call/line";
import { type FromEngine } from "../call/protocol";
import { Screen } from "../call/screen";
import { ticket } from "../call/web";
import { VisitClock } from "./clock";
import { Stage } from "./stage";

class Watch {
  private readonly screen: Screen;
  private readonly line: Line;
  private readonly stage: Stage;
  private readonly clock: VisitClock;
  private hears = false;

  constructor(private readonly root: HTMLElement) {
    this.screen = new Screen(root);
    this.clock = new VisitClock(root);
    this.stage = new Stage(root, (message) => this.line.sendNow(message), () => undefined, false);
    const ears = {
      told: (message: FromEngine) => void this.told(message),
      lost: () => this.screen.trouble("net_none"),
      back: () => {
        this.screen.trouble(undefined);
        this.stage.mend();
      },
      gone: (_: Loss) => window.location.reload(),
    };
    this.line = new Line(() => ticketOf(root), ears, true);
    this.screen.onDo((what, button) => what === "hear" && this.hear(button));
    this.mute();
    window.addEventListener("pagehide", () => this.line.leave());
    void this.line.connect();
  }

  private async told(message: FromEngine): Promise<void> {
    if (message.type === "visit") {
      this.screen.trouble(undefined);
      this.clock.follow(message, Number(this.root.dataset["began"]));
      this.stage.show(message);
    }
    if (message.type === "look") await this.stage.offered(message.source, message.sdp);
    if (message.type === "renew") this.stage.mend();
    if (message.type === "visit_over") {
      this.line.close();
      this.stage.close();
      window.setTimeout(() => window.location.reload(), 1500); // web hears of the end meanwhile
    }
  }

  private hear(button: HTMLElement): void {
    this.hears = !this.hears;
    button.setAttribute("aria-pressed", String(this.hears));
    this.mute();
    this.stage.resume();
  }

  private mute(): void {
    for (const video of this.root.querySelectorAll("video")) video.muted = !this.hears;
  }
}

function ticketOf(root: HTMLElement): ReturnType<typeof ticket> {
  return ticket(root.dataset["pass"] ?? "");
}

export function startWatch(): void {
  const root = document.querySelector<HTMLElement>("#watch");
  if (root) new Watch(root);
}
