// How much script each page loads before the first keystroke, and whether old browsers understand it.
//
// Reads the build's manifest, adds up each entry with what it imports at once (gzip), and the shell, which every page has;
// htmx comes with it, but for the page that writes: there it is fetched when the page has come to rest.
// `node frontend/budget.mjs` prints the table and fails where a page is over its bar or something is too new.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { tooNew } from "./floor.mjs";

const BUILT = join(dirname(fileURLToPath(import.meta.url)), "built");
const SHELL = "frontend/site/site.ts";
const FRAGMENTS = "frontend/site/htmx.ts";
const EDITOR = "lessons/client/plan_editor.ts";
const KB = 1024;
const BARS = { [EDITOR]: 180, other: 60 };

const manifest = JSON.parse(readFileSync(join(BUILT, ".vite/manifest.json"), "utf8"));
const sizes = new Map();

function gzipped(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(BUILT, file)), { level: 6 }).length);
  return sizes.get(file);
}

/** The scripts that a chunk needs before it runs, itself among them. */
function needed(key, found = new Set()) {
  if (found.has(key)) return found;
  found.add(key);
  for (const other of manifest[key].imports ?? []) needed(other, found);
  return found;
}

function weight(...entries) {
  const keys = new Set(entries.flatMap((entry) => [...needed(entry)]));
  return [...keys].map((key) => manifest[key].file).filter((file) => file.endsWith(".js")).reduce((sum, file) => sum + gzipped(file), 0);
}

function scripts() {
  return readdirSync(join(BUILT, "assets")).filter((name) => /\.(js|css)$/.test(name));
}

let failed = false;
const entries = Object.keys(manifest).filter((key) => manifest[key].isEntry && manifest[key].file.endsWith(".js"));
for (const entry of entries) {
  const bytes = entry === EDITOR ? weight(SHELL, entry) : weight(SHELL, FRAGMENTS, entry);
  const bar = BARS[entry] ?? BARS.other;
  const over = bytes > bar * KB;
  failed ||= over;
  console.log(`${over ? "OVER" : "ok  "}  ${(bytes / KB).toFixed(1).padStart(6)} KB of ${bar} KB  ${entry}`);
}
for (const name of scripts()) {
  for (const found of tooNew(name, readFileSync(join(BUILT, "assets", name), "utf8"))) {
    failed = true;
    console.log(`NEW   ${name}: ${found}`);
  }
}
process.exit(failed ? 1 : 0);
