// Staff listen to a call under way: nothing is sent from here, and sound plays only when it is
// asked for. What was really heard is told to the server.
import { Line } from "../call/line";
import { gathered } from "../call/media";
import { type FromEngine, type Side, type StateIs } from "../call/protocol";
import { Screen } from "../call/screen";
import { Timer } from "../call/timer";
import { ticket } from "../call/web";
import { say, word } from "../call/words";
import { post } from "./http";

const TELL_SECONDS = 10;
const AGAIN_MS = 1000;
const RELOAD_MS = 1500; // web hears of the end meanwhile
const GONE_MS = 3000; // an engine that is gone a moment before web knows must not be asked at once

// One side's sound: the engine offers, this page answers, and only takes.
class Ear {
  readonly sound = new Audio();
  private connection: RTCPeerConnection | undefined;

  constructor(private readonly lost: () => void) {
    this.sound.muted = true;
  }

  get flows(): boolean {
    return this.connection?.connectionState === "connected";
  }

  async answer(sdp: string): Promise<string> {
    this.close();
    const connection = new RTCPeerConnection({ iceServers: [] });
    this.connection = connection;
    connection.ontrack = (event) => {
      this.sound.srcObject = new MediaStream([event.track]);
      void this.play();
    };
    connection.onconnectionstatechange = () => {
      if (connection === this.connection && connection.connectionState === "failed") this.lost();
    };
    await connection.setRemoteDescription({ type: "offer", sdp });
    await connection.setLocalDescription(await connection.createAnswer());
    await gathered(connection);
    return connection.localDescription?.sdp ?? "";
  }

  async play(): Promise<void> {
    // Muted sound may always play; what was asked for by a touch may, too.
    if (this.sound.srcObject) await this.sound.play().catch(() => undefined);
  }

  close(): void {
    this.connection?.close();
    this.connection = undefined;
  }
}

class Listening {
  private readonly screen: Screen;
  private readonly line: Line;
  private readonly timer: Timer;
  private readonly ears: Record<Side, Ear> = {
    inside: new Ear(() => this.mend()),
    outside: new Ear(() => this.mend()),
  };
  private hears = false;
  private untold = 0;
  private mending = 0;

  constructor(private readonly root: HTMLElement) {
    this.screen = new Screen(root);
    const faces = { clock: this.screen.one<HTMLElement>("[data-left]"), line: null, endsAt: null };
    this.timer = new Timer(faces, root.dataset["zone"] ?? "UTC");
    this.line = new Line(() => ticket(root.dataset["pass"] ?? ""), {
      told: (message: FromEngine) => void this.told(message),
      lost: () => this.screen.trouble("net_none"),
      back: () => this.screen.trouble(undefined),
      gone: () => void window.setTimeout(() => window.location.reload(), GONE_MS),
    }, false);
    this.screen.onDo((what, button) => this.does(what, button));
    window.setInterval(() => this.count(), 1000);
    window.addEventListener("pagehide", () => {
      this.tell(true);
      this.line.leave();
    });
    void this.line.connect();
  }

  private async told(message: FromEngine): Promise<void> {
    if (message.type === "state") this.stands(message);
    if (message.type === "hear") {
      const sdp = await this.ears[message.source].answer(message.sdp);
      this.line.sendNow({ type: "heard", source: message.source, sdp });
    }
    if (message.type === "error" && message.code.startsWith("listen.")) {
      this.screen.trouble(message.code === "listen.full" ? "full" : "not_now");
    }
    if (message.type === "ended") this.over();
  }

  private stands(state: StateIs): void {
    const talking = state.state !== "ringing" && state.state !== "announcing";
    this.phase(talking ? "talking" : "not_yet");
    if (talking) this.timer.start(state.now, state.now, state.ends_at);
  }

  private phase(name: string): void {
    const place = this.screen.one<HTMLElement>("[data-phase]");
    if (!place || place.dataset["is"] === name) return;
    place.dataset["is"] = name;
    place.textContent = word(name);
  }

  private over(): void {
    this.timer.stop();
    this.phase("over");
    say(word("over"));
    this.tell(false);
    this.line.close();
    for (const ear of Object.values(this.ears)) ear.close();
    window.setTimeout(() => window.location.reload(), RELOAD_MS);
  }

  private mend(): void {
    window.clearTimeout(this.mending);
    this.mending = window.setTimeout(() => this.line.sendNow({ type: "listen" }), AGAIN_MS);
  }

  private does(what: string, button: HTMLElement): void {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    if (what === "hear") this.hears = on;
    for (const [side, ear] of Object.entries(this.ears)) {
      const wanted = this.screen.one(`[data-do="${side}"]`)?.getAttribute("aria-pressed");
      ear.sound.muted = !this.hears || wanted !== "true";
      void ear.play();
    }
  }

  private count(): void {
    const heard = Object.values(this.ears).some((ear) => ear.flows && !ear.sound.muted);
    if (heard) this.untold += 1;
    if (this.untold >= TELL_SECONDS) this.tell(false);
  }

  private tell(going: boolean): void {
    if (this.untold === 0) return;
    const seconds = String(this.untold);
    this.untold = 0;
    const address = this.root.dataset["heard"] ?? "";
    void post(address, { seconds }, { background: true, keepalive: going });
  }
}

export function startListening(): void {
  const root = document.querySelector<HTMLElement>("#listen");
  if (root) new Listening(root);
}
