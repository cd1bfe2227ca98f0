// Builds the front end: kinline/static_build holds everything a browser fetches.
// Nothing is fetched from elsewhere at run time: fonts, icons and scripts are our own files.
//   node web/build.mjs
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const WEB = join(ROOT, "web");
const PLACE = join(ROOT, "kinline", "static_build");
const OUT = `${PLACE}.new`; // built whole, then put in place: a failed build leaves the last one
const USWDS = join(ROOT, "node_modules", "@uswds", "uswds", "dist");
const DOORS = ["portal", "tablet", "console"];

async function scripts() {
  await build({
    entryPoints: [...DOORS, "worker"].map((name) => join(WEB, "src", `${name}.ts`)),
    outdir: join(OUT, "kinline"),
    bundle: true,
    minify: true,
    sourcemap: "linked",
    target: ["chrome100", "firefox100", "safari15.4"],
    logLevel: "warning",
  });
}

async function styles() {
  await build({
    entryPoints: [join(WEB, "css", "kinline.css")],
    outdir: join(OUT, "kinline"),
    bundle: true,
    minify: true,
    external: ["../uswds/*", "../img/*"],
    logLevel: "warning",
  });
  await cp(join(WEB, "img"), join(OUT, "kinline", "img"), { recursive: true });
}

async function uswds() {
  const from = join(USWDS, "css", "uswds.min.css");
  // Its source map is twice the size of the sheet and of no use to us.
  const css = (await readFile(from, "utf8")).replace(/\/\*# sourceMappingURL=.*?\*\//s, "");
  await put(join(OUT, "uswds", "css", "uswds.min.css"), css);
  // Only what the sheets and pages name: the whole folder is 15 MB.
  const named = [...css.matchAll(/url\(["']?\.\.\/([^"')#?]+)/g)].map((match) => match[1]);
  const ours = await readFile(join(WEB, "css", "kinline.css"), "utf8");
  const fonts = [...ours.matchAll(/url\(["']?\.\.\/uswds\/([^"')#?]+)/g)].map((match) => match[1]);
  for (const path of new Set([...named, ...fonts, "img/sprite.svg"])) {
    await copy(join(USWDS, path), join(OUT, "uswds", path));
  }
}

async function htmx() {
  const dist = join(ROOT, "node_modules", "htmx.org", "dist");
  await copy(join(dist, "htmx.min.js"), join(OUT, "htmx", "htmx.min.js"));
}

async function copy(from, to) {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
}

async function put(to, text) {
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, text);
}

await rm(OUT, { recursive: true, force: true });
try {
  await Promise.all([scripts(), styles(), uswds(), htmx()]);
} catch (error) {
  // What esbuild finds it has already said, with the line it found it on.
  if (!error.errors) console.error(error);
  process.exit(1);
}
await rm(PLACE, { recursive: true, force: true });
await rename(OUT, PLACE);
