// The portal's service worker: shows what is told while no page is open, and one page where there
// is no network. It keeps that page and what it is drawn with; nothing of anybody is ever kept.

export {}; // a module: its names are its own

interface Told {
  version: string;
  keep: string[];
  offline: string;
  home: string;
  icon: string;
  badge: string;
}

// The compiler knows pages, not workers: only what is used here.
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Waiting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Pushed extends Waiting {
  readonly data: { json(): unknown } | null;
}
interface Clicked extends Waiting {
  readonly notification: Notification;
}
interface Window_ {
  readonly url: string;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}
interface Scope {
  readonly KINLINE: Told;
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<Window_[]>;
    openWindow(address: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(kind: string, heard: (event: never) => void): void;
}

interface Push {
  text: string;
  path: string;
  tag: string;
  rings: boolean;
}

const scope = self as unknown as Scope;
const told = scope.KINLINE;
const CACHE = `kinline-${told.version}`;

// Nothing here outlives a version but one page, so a new one may take over at once.
scope.addEventListener("install", (event: Waiting) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(told.keep.map((path) => new Request(path, { cache: "reload" }))))
      .then(() => scope.skipWaiting()),
  );
});

scope.addEventListener("activate", (event: Waiting) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith("kinline-") && name !== CACHE))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => scope.clients.claim()),
  );
});

scope.addEventListener("fetch", (event: Asked) => {
  if (event.request.mode === "navigate") event.respondWith(page(event.request));
  else if (drawnWith(event.request)) event.respondWith(part(event.request));
});

// A page comes from the network or not at all; then the one that says so.
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return (await (await caches.open(CACHE)).match(told.offline)) ?? Response.error();
  }
}

function drawnWith(request: Request): boolean {
  const address = new URL(request.url);
  return request.method === "GET" && told.keep.slice(1).includes(address.pathname);
}

async function part(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    const kept = await (await caches.open(CACHE)).match(new URL(request.url).pathname);
    return kept ?? Response.error();
  }
}

// What comes is sealed for this browser by the house that it subscribed to. Something is shown
// whatever it is: a browser takes the right away from who stays silent.
scope.addEventListener("push", (event: Pushed) => {
  event.waitUntil(show(read(event)));
});

function read(event: Pushed): Push {
  const plain: Push = { text: "", path: told.home, tag: "plain", rings: false };
  try {
    return { ...plain, ...(event.data?.json() as Partial<Push> | undefined) };
  } catch {
    return plain;
  }
}

async function show(push: Push): Promise<void> {
  const options: NotificationOptions & { renotify: boolean; vibrate?: number[] } = {
    body: push.text,
    tag: push.tag,
    renotify: true,
    icon: told.icon,
    badge: told.badge,
    requireInteraction: push.rings,
    data: { path: push.path, rings: push.rings },
  };
  if (push.rings) options.vibrate = [400, 200, 400, 200, 400];
  await scope.registration.showNotification("Kinline", options);
}

scope.addEventListener("notificationclick", (event: Clicked) => {
  event.notification.close();
  const data = event.notification.data as { path?: unknown; rings?: unknown } | null;
  event.waitUntil(open(inside(data?.path)));
});

// Only ever a page of the portal, whatever a message says.
function inside(path: unknown): string {
  const there = typeof path === "string" && path.startsWith(told.home);
  return there && !path.includes("//") ? path : told.home;
}

// A page that is open is brought to the front and told where to go; it may be in a call, and
// then it stays. It rings there by itself.
async function open(path: string): Promise<void> {
  const all = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  const mine = all.find((one) => new URL(one.url).pathname.startsWith(told.home));
  if (!mine) {
    await scope.clients.openWindow(path);
    return;
  }
  await mine.focus();
  mine.postMessage({ go: path });
}
