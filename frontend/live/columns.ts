/**
 * Columns that are saved by HTTP (课题, 年级 …): queued in this browser, sent one by one, never overwriting what
 * somebody else wrote meanwhile.
 */
import { t } from "@site/i18n";

import { csrfToken } from "./csrf";
import { openDatabase, rows, transact, type ColumnRow } from "./database";
import { hint } from "./hint";
import type { LiveDocument } from "./session";
import { source, type Signal, type Source } from "./signal";

export interface ColumnFacts {
  /** How many columns the server does not have yet. */
  waiting: number;
  /** Whether all of these are in this browser's store. */
  stored: boolean;
  problem: "conflict" | "invalid" | null;
}

export type ColumnValue = string | number | null;
export type ColumnValues = Record<string, ColumnValue>;

/** Two people wrote the same column; `mine` is not sent until one of them is chosen. */
export interface ColumnConflict {
  field: string;
  mine: ColumnValue;
  theirs: ColumnValue;
}

export interface ColumnsOptions {
  live: Pick<LiveDocument, "columns" | "onEvent" | "hold" | "signIn">;
  url: string;
  person: number;
  kind: string;
  key: string;
  title?: string;
  page?: string;
  values: ColumnValues;
  version: number;
  /** IndexedDB; null for none. */
  factory?: IDBFactory | null;
}

export interface Columns {
  /** What the page shows: the server's values, with one's own on top while they wait. */
  readonly values: Signal<ColumnValues>;
  readonly conflicts: Signal<readonly ColumnConflict[]>;
  /** Sentences about columns that the server did not take, by column. */
  readonly errors: Signal<Record<string, string>>;
  set(field: string, value: ColumnValue): void;
  /** Ends a conflict. */
  resolve(field: string, which: "mine" | "theirs"): void;
  /** Ties an input to a column, half-typed 拼音 left out. */
  bind(input: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement, field: string): () => void;
  /** Sends now what would wait a moment for more keystrokes. */
  flush(): void;
  /** Done once what earlier visits left is taken up. */
  readonly ready: Promise<void>;
  destroy(): void;
}

export function openColumns(options: ColumnsOptions): Columns {
  return new Queue(options);
}

interface Waiting {
  value: ColumnValue;
  /** The server's value when it was typed. */
  base: ColumnValue;
  version: number;
  stored: boolean;
  state: "new" | "conflict" | "invalid";
}

const PAUSE_MS = 500;
/** Answers that waiting does not change. */
const DECIDED = new Set([200, 400, 403, 404, 409, 413, 422]);
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];

class Queue implements Columns {
  readonly values: Source<ColumnValues>;
  readonly conflicts = source<readonly ColumnConflict[]>([], alike);
  readonly errors = source<Record<string, string>>({}, alike);
  readonly ready: Promise<void>;
  #server: ColumnValues;
  #version: number;
  readonly #waiting = new Map<string, Waiting>();
  #base: IDBDatabase | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending = false;
  #failures = 0;
  #destroyed = false;
  readonly #endings: (() => void)[] = [];

  constructor(private readonly options: ColumnsOptions) {
    this.#server = { ...options.values };
    this.#version = options.version;
    this.values = source<ColumnValues>(this.#server, alike);
    this.#endings.push(
      options.live.onEvent((event) => {
        if (event.event === "columns" && event.version > this.#version) void this.#refresh();
      }),
    );
    const hurry = (): void => this.flush();
    window.addEventListener("online", hurry);
    this.#endings.push(() => window.removeEventListener("online", hurry));
    this.ready = this.#takeUp();
  }

  set(field: string, value: ColumnValue): void {
    const known = this.#waiting.get(field);
    if (!known && alike(value, this.#server[field] ?? null)) return;
    const base = known ? known.base : (this.#server[field] ?? null);
    this.#wait(field, { value, base, version: known?.version ?? this.#version, stored: false, state: known?.state === "conflict" ? "conflict" : "new" });
    const { [field]: _gone, ...errors } = this.errors.value;
    this.errors.set(errors);
    this.#soon(PAUSE_MS);
  }

  resolve(field: string, which: "mine" | "theirs"): void {
    const waiting = this.#waiting.get(field);
    if (!waiting) return;
    if (which === "theirs") this.#done(field);
    else this.#wait(field, { ...waiting, base: this.#server[field] ?? null, version: this.#version, state: "new", stored: false });
    this.flush();
  }

  flush(): void {
    this.#soon(0);
  }

  destroy(): void {
    this.#destroyed = true;
    clearTimeout(this.#timer);
    for (const ending of this.#endings) ending();
    this.#base?.close();
  }

  bind(input: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement, field: string): () => void {
    let release: (() => void) | null = null;
    const read = (): void => {
      if (!release && input.value !== String(this.values.value[field] ?? "")) this.set(field, input.value);
    };
    const start = (): void => {
      release ??= this.options.live.hold();
    };
    const end = (): void => {
      release?.();
      release = null;
      read();
    };
    const left = (): void => this.flush();
    const show = (values: ColumnValues): void => {
      const text = String(values[field] ?? "");
      if (!release && input.value !== text) input.value = text;
    };
    const listeners = { input: read, change: read, compositionstart: start, compositionend: end, blur: left };
    for (const [name, listener] of Object.entries(listeners)) input.addEventListener(name, listener);
    const ended = this.values.subscribe(show);
    return () => {
      ended();
      release?.();
      for (const [name, listener] of Object.entries(listeners)) input.removeEventListener(name, listener);
    };
  }

  // ---- what waits

  #wait(field: string, waiting: Waiting): void {
    this.#waiting.set(field, waiting);
    this.#tell();
    void this.#keep(field, waiting);
  }

  #done(field: string): void {
    this.#waiting.delete(field);
    const name = this.#name(field);
    if (this.#base) void transact(this.#base, (transaction) => transaction.objectStore("columns").delete(name)).catch(() => undefined);
    this.#tell();
  }

  #tell(): void {
    const waiting = [...this.#waiting.entries()];
    this.values.set({ ...this.#server, ...Object.fromEntries(waiting.map(([field, one]) => [field, one.value])) });
    const conflicts = waiting.filter(([, one]) => one.state === "conflict");
    this.conflicts.set(conflicts.map(([field, one]) => ({ field, mine: one.value, theirs: this.#server[field] ?? null })));
    const invalid = waiting.some(([, one]) => one.state === "invalid");
    this.options.live.columns.set({
      waiting: waiting.length,
      stored: waiting.every(([, one]) => one.stored),
      problem: conflicts.length > 0 ? "conflict" : invalid ? "invalid" : null,
    });
  }

  // ---- this browser's store

  #name(field: string): [number, string, string, string] {
    return [this.options.person, this.options.kind, this.options.key, field];
  }

  async #keep(field: string, waiting: Waiting): Promise<void> {
    if (!this.#base) return;
    const { person, kind, key, url, title = "", page = location.pathname } = this.options;
    const { value, base, version } = waiting;
    const row: ColumnRow = { person, kind, key, field, value, base, version, url, title, page, at: Date.now() };
    hint(person, true);
    waiting.stored = await this.#put(row).catch(() => this.#reopen().then(() => this.#put(row))).catch(() => false);
    this.#tell();
  }

  async #put(row: ColumnRow): Promise<boolean> {
    await transact(this.#base as IDBDatabase, (transaction) => transaction.objectStore("columns").put(row));
    return true;
  }

  /** A phone that woke, or somebody who cleared the site's data, leaves a closed database behind. */
  async #reopen(): Promise<void> {
    this.#base?.close();
    this.#base = await openDatabase(this.options.factory ?? undefined);
  }

  async #takeUp(): Promise<void> {
    const { person, kind, key, factory } = this.options;
    if (factory === null) return;
    try {
      this.#base = await openDatabase(factory);
      const kept = await rows<ColumnRow>(this.#base, "columns", ["person", person]);
      for (const row of kept.filter((one) => one.kind === kind && one.key === key)) this.#takeUpRow(row);
      for (const [field, waiting] of this.#waiting) if (!waiting.stored) void this.#keep(field, waiting);
    } catch {
      return; // without a store the queue lives as long as the page; the status says so
    }
    this.#tell();
    this.#soon(0);
  }

  #takeUpRow(row: ColumnRow): void {
    if (this.#waiting.has(row.field)) return;
    const value = row.value as ColumnValue;
    this.#waiting.set(row.field, { value, base: row.base as ColumnValue, version: row.version, stored: true, state: "new" });
  }

  // ---- sending

  #soon(ms: number): void {
    if (this.#destroyed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#send(), ms);
  }

  async #send(): Promise<void> {
    if (this.#sending || this.#destroyed) return;
    const next = [...this.#waiting.entries()].find(([, one]) => one.state === "new");
    if (!next) return;
    this.#sending = true;
    const [field, sent] = next;
    const answer = await this.#post(field, sent);
    this.#sending = false;
    if (this.#destroyed) return;
    await this.#answered(field, sent, answer);
    if ([...this.#waiting.values()].some((one) => one.state === "new")) this.#soon(this.#failures === 0 ? 0 : wait(this.#failures));
  }

  async #post(field: string, { value, version }: Waiting): Promise<Answer> {
    try {
      const response = await fetch(this.options.url, {
        method: "POST",
        credentials: "same-origin",
        redirect: "manual",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify({ field, value, version }),
      });
      const readable = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
      return { status: response.type === "opaqueredirect" ? 401 : response.status, body: readable ? ((await response.json()) as AnswerBody) : {} };
    } catch {
      return { status: 0, body: {} };
    }
  }

  async #answered(field: string, sent: Waiting, { status, body }: Answer): Promise<void> {
    this.#failures = DECIDED.has(status) ? 0 : this.#failures + 1;
    if (status === 200) {
      this.#learn(body);
      const now = this.#waiting.get(field);
      if (now && !alike(now.value, sent.value)) this.#wait(field, { ...now, base: this.#server[field] ?? null, version: this.#version, stored: false });
      else this.#done(field);
    } else if (status === 409) {
      this.#learn(body);
      this.#collide(field, sent);
    } else if (DECIDED.has(status)) this.#refused(field, sent, body);
    else if (status === 401) await this.options.live.signIn();
  }

  #learn(body: AnswerBody): void {
    if (body.columns) this.#server = { ...body.columns };
    if (body.version !== undefined) this.#version = body.version;
  }

  /** The row has moved on: if this column has not, it is sent again over the new row. */
  #collide(field: string, sent: Waiting): void {
    const now = this.#waiting.get(field) ?? sent;
    const theirs = this.#server[field] ?? null;
    if (alike(theirs, now.value)) this.#done(field);
    else if (alike(theirs, sent.base)) this.#wait(field, { ...now, version: this.#version, stored: false });
    else this.#wait(field, { ...now, state: "conflict" });
  }

  /** The server will not take this value: it is not sent again until it is changed. */
  #refused(field: string, sent: Waiting, body: AnswerBody): void {
    const now = this.#waiting.get(field);
    if (!now || !alike(now.value, sent.value)) return; // it has been changed meanwhile
    this.#wait(field, { ...now, state: "invalid" });
    const sentence = body.error ?? t("This entry could not be saved. Copy what you wrote, then load the page again.");
    this.errors.set({ ...this.errors.value, [field]: sentence });
  }

  async #refresh(): Promise<void> {
    try {
      const response = await fetch(this.options.url, { credentials: "same-origin", redirect: "error", headers: { Accept: "application/json" } });
      if (!response.ok || this.#destroyed) return;
      const body = (await response.json()) as AnswerBody;
      if (body.version === undefined || body.version < this.#version) return;
      this.#learn(body);
      this.#tell();
    } catch {
      return; // the next event, or the next save, brings it
    }
  }
}

interface AnswerBody {
  version?: number;
  columns?: ColumnValues;
  error?: string;
}

interface Answer {
  status: number;
  body: AnswerBody;
}

function wait(failures: number): number {
  const ms = RETRY_MS[Math.min(failures, RETRY_MS.length) - 1] ?? 1000;
  return ms * (0.5 + Math.random());
}

function alike(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
