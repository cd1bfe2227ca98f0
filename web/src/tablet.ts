// What runs on every page of the tablet door.
import { post } from "./call/web";
import { FilmRecorder } from "./message/film";
import { TabletCall } from "./tablet/call";
import { startComposer } from "./message/composer";
import { Idle } from "./tablet/idle";
import { startKeyboard } from "./tablet/keyboard";
import { NameRecorder } from "./tablet/name";
import { startPads } from "./tablet/pads";
import { startReader } from "./tablet/reader";
import { Stage } from "./tablet/stage";
import { startSignIn } from "./tablet/signin";
import { startWallClock } from "./tablet/wall";
import { startMeet } from "./visit/meet";
import { startTryOut } from "./visit/try_out";

function find<T extends Element>(selector: string): T | undefined {
  return document.querySelector<T>(selector) ?? undefined;
}

startPads();
startKeyboard();
startComposer();
const wall = find<HTMLElement>("[data-wall]");
if (wall) startWallClock(wall);
const reader = find<HTMLElement>("[data-reader]");
if (reader) startReader(reader);
const signIn = find<HTMLFormElement>("#sign-in");
if (signIn) startSignIn(signIn);

const root = find<HTMLElement>("#dialled");
const call = root ? new TabletCall(root) : undefined;
const nameRoot = find<HTMLElement>("#name");
const name = nameRoot ? new NameRecorder(nameRoot) : undefined;
const stageRoot = find<HTMLElement>("[data-plays]");
const stage = stageRoot ? new Stage(stageRoot) : undefined;
const filmRoot = find<HTMLElement>("[data-film]");
const film = filmRoot ? new FilmRecorder(filmRoot) : undefined;

const meet = startMeet();
startTryOut();

const box = find<HTMLDialogElement>("#idle");
if (box) {
  const stay = box.dataset["stayAt"] ?? "";
  new Idle(
    box,
    Number(box.dataset["seconds"]),
    () => Boolean(call?.active || name?.active || stage?.active || film?.active || meet?.active),
    () => post(stay).then(() => true, (trouble: { status?: number }) => trouble.status !== 401),
    () => find<HTMLFormElement>("#sign-out")?.submit(),
  );
}

window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
