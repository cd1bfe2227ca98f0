// Lamps: five by five of them. Touching one turns it and its neighbours. Put all of them out.
// It runs in a frame without network or storage; the language stands in its address.
const SIZE = 5;
const TURNS = 9; // a new board is made backwards, by touching dark lamps, so it can be solved

const WORDS: Record<string, Record<string, string>> = {
  en: {
    title: "Lamps",
    how: "Touch a lamp: it and its neighbors turn on or off. Put all lamps out. Or use the arrow keys and Enter.",
    again: "New board",
    lamp: "Row {row}, lamp {column}",
    count: "Lamps on: {on}. Moves: {moves}.",
    done: "All lamps are out, after {moves} moves.",
  },
  es: {
    title: "Lámparas",
    how: "Toque una lámpara: ella y sus vecinas se encienden o se apagan. Apague todas. También sirven las flechas y Enter.",
    again: "Otro tablero",
    lamp: "Fila {row}, lámpara {column}",
    count: "Encendidas: {on}. Jugadas: {moves}.",
    done: "Todas están apagadas, en {moves} jugadas.",
  },
};

const asked = new URLSearchParams(location.search).get("lang") ?? "en";
const language = asked in WORDS ? asked : "en";
const lamps: HTMLButtonElement[] = [];
let moves = 0;

function say(name: string, facts: Record<string, number> = {}): string {
  const words = WORDS[language]?.[name] ?? name;
  return words.replace(/\{(\w+)\}/g, (_, fact: string) => String(facts[fact]));
}

function isOn(lamp: HTMLButtonElement): boolean {
  return lamp.getAttribute("aria-pressed") === "true";
}

function around(place: number): number[] {
  const [row, column] = [Math.floor(place / SIZE), place % SIZE];
  const near = [[row, column], [row - 1, column], [row + 1, column], [row, column - 1], [row, column + 1]];
  return near
    .filter(([r = -1, c = -1]) => r >= 0 && c >= 0 && r < SIZE && c < SIZE)
    .map(([r = 0, c = 0]) => r * SIZE + c);
}

function touch(place: number): void {
  for (const one of around(place)) {
    const lamp = lamps[one];
    lamp?.setAttribute("aria-pressed", String(!isOn(lamp)));
  }
}

function tell(): void {
  const on = lamps.filter(isOn).length;
  const told = document.getElementById("told");
  if (told) told.textContent = on ? say("count", { on, moves }) : say("done", { moves });
}

function begin(): void {
  moves = 0;
  for (const lamp of lamps) lamp.setAttribute("aria-pressed", "false");
  const places = [...lamps.keys()];
  for (let turn = 0; turn < TURNS; turn++) {
    const [place = 0] = places.splice(Math.floor(Math.random() * places.length), 1);
    touch(place);
  }
  tell();
}

// One lamp is in the order of tabs; arrows go from lamp to lamp.
function go(place: number): void {
  lamps.forEach((lamp, at) => (lamp.tabIndex = at === place ? 0 : -1));
  lamps[place]?.focus();
}

function onKey(event: KeyboardEvent, place: number): void {
  const [row, column] = [Math.floor(place / SIZE), place % SIZE];
  const to: Record<string, number> = {
    ArrowLeft: column > 0 ? place - 1 : place,
    ArrowRight: column < SIZE - 1 ? place + 1 : place,
    ArrowUp: row > 0 ? place - SIZE : place,
    ArrowDown: row < SIZE - 1 ? place + SIZE : place,
  };
  const next = to[event.key];
  if (next === undefined) return;
  event.preventDefault();
  go(next);
}

function lampAt(place: number): HTMLButtonElement {
  const lamp = document.createElement("button");
  lamp.type = "button";
  lamp.tabIndex = place ? -1 : 0;
  const where = { row: Math.floor(place / SIZE) + 1, column: (place % SIZE) + 1 };
  lamp.setAttribute("aria-label", say("lamp", where));
  lamp.addEventListener("keydown", (event) => onKey(event, place));
  lamp.addEventListener("click", () => {
    go(place);
    touch(place);
    moves += 1;
    tell();
  });
  return lamp;
}

document.documentElement.lang = language;
document.title = say("title");
for (const place of document.querySelectorAll<HTMLElement>("[data-words]")) {
  place.textContent = say(place.dataset["words"] ?? "");
}
const board = document.getElementById("board");
board?.setAttribute("aria-label", say("title"));
for (let row = 0; row < SIZE; row++) {
  const line = document.createElement("div");
  line.className = "row";
  line.setAttribute("role", "row");
  for (let column = 0; column < SIZE; column++) {
    const cell = document.createElement("div");
    cell.setAttribute("role", "gridcell");
    const lamp = lampAt(row * SIZE + column);
    lamps.push(lamp);
    cell.append(lamp);
    line.append(cell);
  }
  board?.append(line);
}
document.getElementById("again")?.addEventListener("click", begin);
begin();
