// Testing device and network ahead of a visit: each row ends in one plain sentence.
import { gathered } from "../call/media";
import { post } from "../call/web";
import { word } from "../call/words";
import { Checks } from "./checks";
import { Devices } from "./devices";

const ASKED_MS = 4000;
const SOCKET_MS = 6000;
const UDP_MS = 8000;
const RELAY_MS = 8000;

interface Told {
  url: string;
  pass: string;
  servers: { urls: string[]; username: string; credential: string }[];
}

class TryOut {
  private readonly devices = new Devices(() => this.showDevices());
  private readonly checks: Checks;

  constructor(private readonly root: HTMLElement) {
    this.checks = new Checks(root);
    root.addEventListener("click", (event) => {
      const what = (event.target as Element).closest<HTMLElement>("[data-do]")?.dataset["do"];
      if (what === "tone") this.checks.tone();
      if (what === "again") void this.run();
    });
  }

  async run(): Promise<void> {
    for (const row of ["socket", "udp", "relay"]) this.tell(row, "net_trying", "", false);
    const device = this.device();
    // A browser tells its real addresses only to a page that has camera or microphone, as in a
    // visit; whoever does not answer its question is tested all the same.
    await Promise.race([device, new Promise((done) => window.setTimeout(done, ASKED_MS))]);
    await Promise.all([device, this.network()]);
  }

  private async device(): Promise<void> {
    await this.devices.fetch();
    this.showDevices();
  }

  private showDevices(): void {
    this.checks.devices(this.devices);
    const self = this.root.querySelector<HTMLVideoElement>("[data-self]");
    if (!self) return;
    self.srcObject = this.devices.picture;
    void self.play().catch(() => undefined);
  }

  private async network(): Promise<void> {
    let told: Told;
    try {
      told = (await post(this.root.dataset["pass"] ?? "")) as Told;
    } catch {
      this.tell("socket", "net_none", "", false);
      for (const row of ["udp", "relay"]) this.tell(row, "not_tested", "", false);
      return;
    }
    await Promise.all([this.engine(told), this.relay(told)]);
  }

  private async engine(told: Told): Promise<void> {
    const socket = await opened(`${told.url}/ws?pass=${encodeURIComponent(told.pass)}`);
    if (!socket) {
      this.tell("socket", "socket_blocked", "socket_hint", false);
      this.tell("udp", "not_tested", "", false);
      return;
    }
    this.tell("socket", "socket_works", "", true);
    const works = await reached(socket);
    socket.close(1000);
    this.tell("udp", works ? "udp_works" : "udp_blocked", works ? "" : "udp_hint", works);
  }

  private async relay(told: Told): Promise<void> {
    const tries = told.servers.flatMap((server) => server.urls.map((urls) => ({ ...server, urls })));
    if (tries.length === 0) {
      this.tell("relay", "relay_none", "relay_none_hint", true);
      return;
    }
    const works = await Promise.all(tries.map(relays));
    const open = tries.filter((_, place) => works[place]);
    if (open.length === 0) this.tell("relay", "relay_blocked", "relay_hint", false);
    else if (open.every((one) => /:443\b/.test(one.urls))) {
      this.tell("relay", "relay_443", "relay_443_hint", true);
    } else this.tell("relay", "relay_works", "", true);
  }

  private tell(check: string, said: string, hint: string, fine: boolean): void {
    const row = this.root.querySelector<HTMLElement>(`[data-check="${check}"]`);
    const [told, place] = ["[data-told]", "[data-hint]"].map((one) => row?.querySelector(one));
    if (told) told.textContent = word(said);
    if (place) place.textContent = hint && word(hint);
    row?.querySelector(".k-icon")?.classList.toggle("is-lamp", !fine);
    row?.querySelector(".k-icon")?.classList.toggle("is-fern", fine);
    const mark = row?.querySelector<HTMLElement>("[data-fine]");
    if (mark) mark.hidden = !fine;
  }
}

// The engine has said hello within the time; undefined if it has not.
function opened(address: string): Promise<WebSocket | undefined> {
  return new Promise((done) => {
    const socket = new WebSocket(address);
    const give = (found: WebSocket | undefined): void => {
      window.clearTimeout(timer);
      if (!found) socket.close();
      done(found);
    };
    const timer = window.setTimeout(() => give(undefined), SOCKET_MS);
    socket.onmessage = () => give(socket);
    socket.onclose = () => give(undefined);
  });
}

// Whether a connection to the engine comes about that could carry sound and picture.
async function reached(socket: WebSocket): Promise<boolean> {
  const connection = new RTCPeerConnection({ iceServers: [] });
  const answered = new Promise<boolean>((done) => {
    window.setTimeout(() => done(false), UDP_MS);
    connection.onconnectionstatechange = () => {
      if (connection.connectionState === "connected") done(true);
    };
    socket.onmessage = (event) => {
      const said = JSON.parse(event.data as string) as { type: string; sdp?: string };
      if (said.type === "error") done(false);
      if (said.type !== "sdp") return;
      void connection.setRemoteDescription({ type: "answer", sdp: said.sdp ?? "" });
    };
  });
  connection.addTransceiver("audio", { direction: "sendonly" });
  await connection.setLocalDescription();
  await gathered(connection);
  socket.send(JSON.stringify({ type: "offer", sdp: connection.localDescription?.sdp ?? "" }));
  const works = await answered;
  connection.close();
  return works;
}

// Whether a TURN server gives an address: by this way to it, and no other.
async function relays(server: RTCIceServer): Promise<boolean> {
  const connection = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: "relay" });
  const found = new Promise<boolean>((done) => {
    window.setTimeout(() => done(false), RELAY_MS);
    connection.onicecandidate = (event) => {
      if (event.candidate?.candidate) done(true);
    };
  });
  connection.createDataChannel("try");
  await connection.setLocalDescription();
  const works = await found;
  connection.close();
  return works;
}

export function startTryOut(): void {
  const root = document.querySelector<HTMLElement>("#try-out");
  if (root) void new TryOut(root).run();
}
