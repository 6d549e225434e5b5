/**
 * Sends what an earlier page could not: edits of a tab that was closed while offline arrive when any page is opened.
 *
 * Loaded only where the browser keeps something of the person who is signed in; it needs no Yjs.
 */
import { t } from "@site/i18n";

import { csrfToken } from "./csrf";
import { openCopies, openDatabase, transact, unsentOf, updatesOf, type ColumnRow, type CopyRow } from "./database";

/** What became of one document's edits. */
export interface Resent {
  kind: string;
  key: string;
  title: string;
  page: string;
  sent: boolean;
}

/** How long the server may take to confirm one document's edits. */
const PATIENCE_MS = 20_000;
/** A server reads frames up to 8 MiB. */
const LARGE_BYTES = 4 * 1024 * 1024;

/** Sends all that is unsent of a person, one document after the other; pages that are open send their own. */
export async function resend(person: number, socket: typeof WebSocket = WebSocket, address = location.origin.replace(/^http/, "ws")): Promise<Resent[]> {
  const base = await openDatabase();
  const open = (await openCopies()) ?? new Set();
  const { copies, columns } = await unsentOf(base, person);
  const results: Resent[] = [];
  for (const copy of copies.filter(({ id }) => !open.has(id))) results.push({ ...about(copy), sent: await sendCopy(base, copy, socket, address) });
  for (const column of columns) results.push({ ...about(column), sent: await sendColumn(base, column) });
  await unsentOf(base, person);
  base.close();
  return results;
}

function about({ kind, key, title, page }: CopyRow | ColumnRow): Omit<Resent, "sent"> {
  return { kind, key, title, page };
}

async function sendCopy(base: IDBDatabase, copy: CopyRow, socket: typeof WebSocket, address: string): Promise<boolean> {
  const rows = (await updatesOf(base, copy.id)).filter((row) => row.version > copy.acked);
  const updates: Uint8Array[] = [];
  for (const { bytes } of rows) updates.push(...(bytes.length > LARGE_BYTES ? (await import("./frames")).splitUpdate(bytes) : [bytes]));
  const url = `${address}/ws/${encodeURIComponent(copy.kind)}/${encodeURIComponent(copy.key)}?person=${copy.person}&epoch=${copy.epoch}`;
  const sent = updates.length === 0 || (await deliver(new socket(url), updates));
  if (sent) await transact(base, (transaction) => transaction.objectStore("copies").put({ ...copy, unsent: false, resent: true }));
  return sent;
}

/** True once the server has stored all updates; false if it refuses them, or does not answer. */
function deliver(socket: WebSocket, updates: readonly Uint8Array[]): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (sent: boolean): void => {
      clearTimeout(timer);
      resolve(sent);
      socket.close();
    };
    const timer = setTimeout(() => finish(false), PATIENCE_MS);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      for (const update of updates) socket.send(frame([0, 2], update));
      socket.send(frame([102], new Uint8Array([1])));
    };
    socket.onmessage = ({ data }) => {
      const [type] = new Uint8Array(data as ArrayBuffer);
      if (type === 102) finish(true);
      else if (type === 2) finish(false); // read-only
    };
    socket.onclose = () => finish(false);
  });
}

/** A message of the y-websocket protocol: its type, then a byte string with its length (7 bits a byte, lowest first). */
export function frame(type: readonly number[], bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = [...type];
  let length = bytes.length;
  for (; length > 127; length = Math.floor(length / 128)) head.push((length % 128) + 128);
  head.push(length);
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return whole;
}

async function sendColumn(base: IDBDatabase, row: ColumnRow): Promise<boolean> {
  try {
    let response = await postColumn(row, row.version);
    if (response.status === 409) {
      // The row has moved on: over another column it is sent again, over this one it is a conflict for the page.
      const { version, columns } = (await response.json()) as { version: number; columns: Record<string, unknown> };
      if (columns[row.field] !== row.base) return false;
      response = await postColumn(row, version);
    }
    if (!response.ok) return false;
    await transact(base, (transaction) => transaction.objectStore("columns").delete([row.person, row.kind, row.key, row.field]));
    return true;
  } catch {
    return false;
  }
}

function postColumn({ field, value, url }: ColumnRow, version: number): Promise<Response> {
  return fetch(url, {
    method: "POST",
    credentials: "same-origin",
    redirect: "error",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify({ field, value, version }),
  });
}

/** Sends, and says on the page what was sent and what still waits. */
export async function resendAndTell(person: number, place: HTMLElement): Promise<void> {
  const results = await resend(person);
  const waiting = distinct(results.filter((result) => !result.sent));
  const sent = distinct(results.filter((result) => result.sent)).filter((one) => !waiting.some((other) => other.page === one.page));
  if (sent.length > 0) place.prepend(note("good", t("Edits from an earlier visit were sent now:"), sent));
  if (waiting.length > 0) place.prepend(note("soon", t("These documents have edits that are only on this computer. Open them to see:"), waiting));
}

function distinct(results: readonly Resent[]): Resent[] {
  return [...new Map(results.map((result) => [result.page, result])).values()];
}

function note(look: string, sentence: string, documents: readonly Resent[]): HTMLElement {
  const element = document.createElement("div");
  element.className = `note ${look}`;
  element.setAttribute("role", "status");
  const inner = document.createElement("div");
  inner.append(sentence);
  for (const one of documents) {
    const link = document.createElement("a");
    link.href = one.page;
    link.textContent = one.title || one.page;
    inner.append(" ", link);
  }
  element.append(inner);
  return element;
}
