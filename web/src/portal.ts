// What runs on every page of the portal door.
import { startComposer } from "./message/composer";
import { FilmRecorder } from "./message/film";
import { Desk } from "./portal/desk";
import { offerMicrophone } from "./portal/microphone";
import { bindPrint } from "./print";
import { Shot } from "./portal/shot";
import { PushCard, register } from "./portal/push";
import { startMeet } from "./visit/meet";
import { startTryOut } from "./visit/try_out";
import { tellZone } from "./portal/zone";

const form = document.querySelector<HTMLElement>("#line");
const place = document.querySelector<HTMLElement>("#call");
if (form && place) new Desk(form, place);

const card = document.querySelector<HTMLElement>("#microphone");
if (card) void offerMicrophone(card);

startMeet();
startTryOut();
tellZone();
startComposer();
bindPrint();
const film = document.querySelector<HTMLElement>("[data-film]");
if (film) new FilmRecorder(film);
const shot = document.querySelector<HTMLFormElement>("form[data-shot]");
if (shot) new Shot(shot);
const worker = form?.dataset["worker"];
if (worker) register(worker);

const push = document.querySelector<HTMLElement>("#push");
if (push) new PushCard(push);

// A page kept by the browser's back button has no line any more.
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
