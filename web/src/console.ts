// What runs on every page of the console door.
import { watchIdle } from "./console/idle";
import { bindKeys } from "./console/keys";
import { keepRows } from "./console/live";
import { startFilms } from "./console/films";
import { startListening } from "./console/listen";
import { startReview } from "./console/review";
import { startPlayer } from "./console/player";
import { bindPrint } from "./print";
import { tickWallClock } from "./console/wallclock";
import { startWatch } from "./visit/watch";

bindKeys();
watchIdle();
keepRows();
bindPrint();
startPlayer();
startReview();
startFilms();
startListening();
startWatch();
tickWallClock();
