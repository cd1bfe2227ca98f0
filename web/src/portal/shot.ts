// A photo by the camera of this device, into the file field of its form. The markup is
// portal/visitor/photo.html; without this script the field alone does it, as phones offer both.
import { say, word } from "../call/words";
import { NoCamera, pictures, stop } from "../message/camera";

const QUALITY = 0.92;

export class Shot {
  private stream: MediaStream | undefined;

  constructor(private readonly form: HTMLFormElement) {
    this.show("[data-camera]", "mediaDevices" in navigator || !window.isSecureContext);
    form.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-do]");
      if (button) void this.act(button.dataset["do"] ?? "");
    });
    // Chosen is meant: what the camera took before makes room.
    this.find<HTMLInputElement>("[name=photo]")?.addEventListener("change", () => this.close());
    window.addEventListener("pagehide", () => this.quiet());
  }

  private async act(what: string): Promise<void> {
    this.trouble("");
    if (what === "camera" || what === "again") await this.open();
    if (what === "take") await this.take();
  }

  private async open(): Promise<void> {
    this.quiet();
    try {
      this.stream = await pictures(this.form.dataset["facing"] ?? "user");
    } catch (trouble) {
      this.trouble(word(trouble instanceof NoCamera ? trouble.code : "camera_busy"));
      return;
    }
    const live = this.find<HTMLVideoElement>("[data-live]");
    if (live) live.srcObject = this.stream;
    this.step("live");
  }

  private async take(): Promise<void> {
    const live = this.find<HTMLVideoElement>("[data-live]");
    const still = this.find<HTMLCanvasElement>("[data-still]");
    const field = this.find<HTMLInputElement>("[name=photo]");
    if (!live || !still || !field) return;
    const meant = this.stream;
    await firstPicture(live);
    if (this.stream !== meant) return;
    still.width = live.videoWidth;
    still.height = live.videoHeight;
    still.getContext("2d")?.drawImage(live, 0, 0);
    still.toBlob(
      (photo) => {
        if (!photo) return;
        const files = new DataTransfer();
        files.items.add(new File([photo], "photo.jpg", { type: "image/jpeg" }));
        field.files = files.files;
        this.quiet();
        this.step("taken");
        say(word("taken"));
      },
      "image/jpeg",
      QUALITY,
    );
  }

  private step(now: "off" | "live" | "taken"): void {
    this.show("[data-stage]", now !== "off");
    this.show("[data-live]", now === "live");
    this.show("[data-still]", now === "taken");
    this.show("[data-do=camera]", now === "off");
    this.show("[data-do=take]", now === "live");
    this.show("[data-do=again]", now === "taken");
    this.find<HTMLElement>(now === "live" ? "[data-do=take]" : "[data-do=again]")?.focus();
  }

  private close(): void {
    this.quiet();
    this.step("off");
  }

  private quiet(): void {
    stop(this.stream);
    this.stream = undefined;
  }

  private trouble(said: string): void {
    const place = this.find<HTMLElement>("[data-trouble]");
    if (!place) return;
    place.textContent = said;
    place.hidden = !said;
  }

  private show(what: string, shown: boolean): void {
    const found = this.find<HTMLElement>(what);
    if (found) found.hidden = !shown;
  }

  private find<T extends Element>(what: string): T | null {
    return this.form.querySelector<T>(what);
  }
}

// A camera needs a moment to give its first picture; a press before that is meant all the same.
async function firstPicture(live: HTMLVideoElement): Promise<void> {
  if (live.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) return;
  await new Promise<void>((seen) => {
    live.addEventListener("loadeddata", () => seen(), { once: true });
  });
}
