/** One shared document, open in one page: its Yjs document, who else is there, whether it is saved, and its undo. */
import type { Schema } from "prosemirror-model";
import type { Plugin } from "prosemirror-state";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";

import { FieldBinding, type FieldHost } from "./binding/field";
import type { ColumnFacts } from "./columns";
import { Connection } from "./connection";
import { FORGET } from "./database";
import { cursorPlugin, type LivePerson } from "./cursors";
import { imeSpan } from "./ime_span";
import { source, type Signal, type Source } from "./signal";
import { adviceText, causeOf, decide, LATE_MS, type ReadOnlyCause, type SaveFacts, type SaveStatus } from "./status";
import { openStore, type LocalCopy, type LocalStore, type Stranded, type Visit } from "./store";
import { textOf } from "./text";
import { LiveUndo, undoPlugin } from "./undo";

export interface LiveOptions {
  kind: string;
  key: string;
  /** Who is signed in; the server stamps the same on what others see. */
  person: LivePerson & { id: number };
  epoch: number;
  /** The version of the body's schema this page knows. */
  schema: number;
  canWrite: boolean;
  /** The document's name, for the pages that say which of it is unsent. */
  title?: string;
  /** The page on which it is edited, for the same. */
  page?: string;
  /** `ws://…` without a path; the page's own server if absent. */
  address?: string;
  /** The local store of this browser; null for none. */
  store?: LocalStore | null;
  socket?: typeof WebSocket;
  /** Signs in again without leaving the page; true once the same person is signed in. */
  signIn?: (person: number) => Promise<boolean>;
}

/** What a page is told beside edits. `text` is what is only here, to copy. */
export type LiveEvent =
  | { event: "columns"; version: number }
  | { event: "access"; level: "read" | "comment" | "write"; cause?: string }
  | { event: "epoch"; epoch: number }
  | { event: "signed_out" }
  | { event: "closed"; code: number; text: string }
  | { event: "stranded"; stranded: Stranded[] }
  | { event: "earlier"; visits: readonly Visit[] };

export interface ReadOnly {
  value: boolean;
  /** The server's sentence, where it gave one. */
  reason: string;
  /** What hinders writing; `null` where nothing does or the server did not say. A full document is not read-only: it is written in to delete. */
  cause: ReadOnlyCause | null;
}

export interface FieldParts {
  binding: FieldBinding;
  /** In this order, before the page's own plugins. */
  plugins: Plugin[];
}

export interface LiveDocument {
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly status: Signal<SaveStatus>;
  readonly readOnly: Signal<ReadOnly>;
  /** Whether edits of the document itself are only here. */
  readonly unsent: Signal<boolean>;
  /** True once the server's content is here for the first time. */
  readonly synced: Signal<boolean>;
  /** The people whose pages have the document open, oneself left out. */
  readonly people: Signal<readonly (LivePerson & { client: number })[]>;
  readonly undo: LiveUndo;
  /** Columns saved by HTTP report here (see `columns.ts`). */
  readonly columns: Source<ColumnFacts>;
  /** This document's part of the browser's local store. */
  readonly copy: Promise<LocalCopy | null>;
  onEvent(listener: (event: LiveEvent) => void): () => void;
  /** An edit of the document outside of an editor (rows of 教学过程, their minutes); it can be undone. */
  edit<T>(change: () => T, field?: string | null): T;
  /** Binds a fragment to an editor: build its state with `binding.doc` and `plugins`. */
  bind(field: string, fragment: Y.XmlFragment, schema: Schema): FieldParts;
  /** Says that something typed is not in the document yet (a composition in an input); the answer withdraws it. */
  hold(): () => void;
  /** The document's text as it is here, to copy. */
  text(): string;
  /** Signs in again and reconnects. */
  signIn(): Promise<boolean>;
  destroy(): void;
}

const ENDINGS: Record<number, SaveFacts["ended"]> = {
  4400: "refused",
  4401: "signed_out",
  4403: "withdrawn",
  4404: "not_found",
  4409: "other_epoch",
};

const WARM_MS = 4000;

export function openLiveDocument(options: LiveOptions): LiveDocument {
  return new Session(options);
}

class Session implements LiveDocument, FieldHost {
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  readonly synced = source(false);
  readonly people = source<readonly (LivePerson & { client: number })[]>([], (a, b) => JSON.stringify(a) === JSON.stringify(b));
  readonly writable: Source<boolean>;
  readonly readOnly: Source<ReadOnly>;
  readonly columns = source<ColumnFacts>({ waiting: 0, stored: true, problem: null }, (a, b) => JSON.stringify(a) === JSON.stringify(b));
  readonly status: Source<SaveStatus>;
  readonly unsent = source(false);
  readonly copy: Promise<LocalCopy | null>;
  readonly #origin = { name: "live edit" };
  readonly #earlier = { name: "edits of an earlier visit" };
  readonly undo = new LiveUndo(this.doc, this.#origin);

  readonly #facts: SaveFacts = {
    open: false,
    connecting: true,
    looking: true,
    local: 0,
    acked: 0,
    stored: 0,
    waitingSince: null,
    composing: 0,
    columns: this.columns.value,
    store: null,
    ended: null,
    savedAt: null,
  };
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #connection: Connection;
  readonly #endings: (() => void)[] = [];
  #copy: LocalCopy | null = null;
  #late: ReturnType<typeof setTimeout> | undefined;
  #destroyed = false;
  #forgotten = false;
  #persistent = false;

  constructor(private readonly options: LiveOptions) {
    this.writable = source(options.canWrite);
    this.readOnly = source<ReadOnly>({ value: !options.canWrite, reason: "", cause: null }, (a, b) => a.value === b.value && a.reason === b.reason && a.cause === b.cause);
    this.status = source(decide(this.#facts, performance.now()), sameStatus);
    const { id, name, color } = options.person;
    this.awareness.setLocalState({ user: { id, name, color }, cursor: null });
    this.#connection = this.#makeConnection();
    this.doc.on("update", (update: Uint8Array, origin: unknown) => this.#updated(update, origin));
    this.awareness.on("change", () => this.#present());
    this.#endings.push(this.columns.subscribe((columns) => this.#learn({ columns })), this.#warnOnLeave(), this.#forgetWith());
    this.copy = this.#openCopy().finally(() => this.#learn({ looking: false }));
    this.#connection.connect();
  }

  onEvent(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  edit<T>(change: () => T, field: string | null = null): T {
    this.undo.note(field, null);
    return this.doc.transact(change, this.#origin);
  }

  bind(field: string, fragment: Y.XmlFragment, schema: Schema): FieldParts {
    const binding = new FieldBinding(field, fragment, schema, this);
    return { binding, plugins: [binding.plugin, undoPlugin(this.undo, binding), cursorPlugin(this.awareness, binding), ...imeSpan()] };
  }

  text(): string {
    return textOf(this.doc);
  }

  async signIn(): Promise<boolean> {
    const ask = this.options.signIn ?? (await import("./sign_in")).signInAgain;
    const done = await ask(this.options.person.id);
    if (done && !this.#destroyed) {
      this.#learn({ ended: null });
      this.#connection.connect();
    }
    return done;
  }

  destroy(): void {
    this.#destroyed = true;
    for (const ending of this.#endings) ending();
    clearTimeout(this.#late);
    this.undo.destroy();
    this.#connection.destroy();
    this.awareness.destroy();
    void this.#copy?.close();
    this.doc.destroy();
  }

  // ---- what fields ask (FieldHost)

  hold(): () => void {
    let held = true;
    this.#learn({ composing: this.#facts.composing + 1 });
    return () => {
      if (held) this.#learn({ composing: this.#facts.composing - 1 });
      held = false;
    };
  }

  beforeWrite(binding: FieldBinding, selection: ReturnType<FieldBinding["relative"]>): void {
    this.undo.note(binding.field, selection);
  }

  // ---- the connection

  #makeConnection(): Connection {
    const { kind, key, person, epoch, schema, socket } = this.options;
    const base = this.options.address ?? location.origin.replace(/^http/, "ws");
    return new Connection({
      doc: this.doc,
      awareness: this.awareness,
      address: `${base}/ws/${encodeURIComponent(kind)}`,
      room: encodeURIComponent(key),
      params: { person: String(person.id), epoch: String(epoch), schema: String(schema), events: "1" },
      ...(socket ? { socket } : {}),
      pushed: this.#earlier,
      hooks: {
        opened: (open) => this.#opened(open),
        acked: (version) => this.#acked(version),
        event: (event) => this.#told(event),
        denied: (reason) => this.#denied(reason, this.readOnly.value.cause), // the cause came before, as an event
        ended: (code) => this.#ended(code),
        lost: () => this.#learn({ open: false, connecting: false }),
      },
    });
  }

  #opened(open: boolean): void {
    if (open && !this.synced.value) this.#warm();
    if (open) this.synced.set(true);
    // Until the first acknowledgement nothing is known to be saved; who may only read gets none and needs none.
    this.#learn({ open: open && this.#connection.listening, connecting: this.#facts.connecting && open && !this.#connection.listening });
  }

  #acked(version: number): void {
    const all = version >= this.#facts.local;
    this.#copy?.acked(version, all);
    this.#learn({
      open: true,
      acked: Math.max(this.#facts.acked, version),
      waitingSince: all ? null : performance.now(),
      connecting: false,
      ...(all ? { savedAt: new Date() } : {}),
    });
  }

  #updated(update: Uint8Array, origin: unknown): void {
    if (origin === this.#connection.provider || origin === this.#earlier) {
      this.#copy?.append(update, 0);
      return;
    }
    const local = this.#facts.local + 1;
    this.#learn({ local, waitingSince: this.#facts.waitingSince ?? performance.now() });
    this.#copy?.append(update, local);
    this.#connection.confirm(local);
  }

  #told(event: Record<string, unknown>): void {
    if (event.event === "access") this.#access(String(event.level), causeOf(event.cause));
    this.#emit(event as unknown as LiveEvent);
  }

  #access(level: string, cause: ReadOnlyCause | null): void {
    if (level === "write") {
      this.#learn({ ended: null });
      this.#readOnly(false, "");
    } else this.#denied(cause === this.readOnly.value.cause ? this.readOnly.value.reason : "", cause); // its sentence comes after
  }

  /** Of a full document deletions are taken, so who writes in it must be able to go on: what does not fit waits here. */
  #denied(reason: string, cause: ReadOnlyCause | null): void {
    this.#readOnly(cause !== "full", reason, cause);
    this.#learn({ ended: cause === "full" || cause === "schema" ? cause : "read_only" });
  }

  #readOnly(value: boolean, reason: string, cause: ReadOnlyCause | null = null): void {
    this.readOnly.set({ value, reason, cause });
    this.writable.set(!value);
  }

  #ended(code: number): void {
    const ended = ENDINGS[code] ?? "refused";
    this.#learn({ open: false, connecting: false, ended });
    if (ended === "signed_out") {
      this.#emit({ event: "signed_out" });
      void this.signIn();
      return;
    }
    this.#readOnly(true, "");
    this.#emit({ event: "closed", code, text: this.text() });
    if (this.status.value.unsaved) this.#rescue(({ showText }) => showText(adviceText(this.status.value), this.text()));
  }

  /** Shows what is only here; pages listen to the events beside it, not instead of it. */
  #rescue(show: (rescue: typeof import("./rescue")) => Promise<unknown>): void {
    void import("./rescue").then(show, () => undefined);
  }

  /** The dialogs are fetched while the server is there: when they are needed it may not be. */
  #warm(): void {
    const timer = setTimeout(() => void Promise.all([import("./rescue"), import("./sign_in")]).catch(() => undefined), WARM_MS);
    this.#endings.push(() => clearTimeout(timer));
  }

  #emit(event: LiveEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #present(): void {
    const people: (LivePerson & { client: number })[] = [];
    this.awareness.getStates().forEach((state, client) => {
      const person = state.user as LivePerson | undefined;
      if (client !== this.awareness.clientID && person) people.push({ ...person, client });
    });
    this.people.set(people.sort((a, b) => a.client - b.client));
  }

  // ---- saving

  #learn(facts: Partial<SaveFacts>): void {
    Object.assign(this.#facts, facts);
    this.unsent.set(this.#facts.local > this.#facts.acked);
    const now = performance.now(); // the computer's clock may be set meanwhile
    this.status.set(decide(this.#facts, now));
    if (this.status.value.state === "offline" && this.status.value.unsaved) this.#askToKeep();
    clearTimeout(this.#late);
    const since = this.#facts.waitingSince;
    if (since !== null && now - since < LATE_MS) this.#late = setTimeout(() => this.#learn({}), LATE_MS - (now - since) + 1);
  }

  /** Browsers may clear what is not asked to be kept; asked only when it matters, for some ask the person. */
  #askToKeep(): void {
    if (this.#persistent) return;
    this.#persistent = true;
    void navigator.storage?.persist?.().catch(() => false);
  }

  async #openCopy(): Promise<LocalCopy | null> {
    const { kind, key, epoch, person, store = openStore() } = this.options;
    if (store === null) {
      this.#learn({ store: "no_store" });
      return null;
    }
    const name = { person: person.id, kind, key, epoch };
    const about = { title: this.options.title ?? "", page: this.options.page ?? location.pathname };
    const copy = await store.open(name, about, () => Y.encodeStateAsUpdate(this.doc), {
      stored: (version) => this.#learn({ stored: Math.max(this.#facts.stored, version), store: null }),
      failed: (why) => this.#learn({ store: why }),
    });
    if (!copy || this.#destroyed) return null;
    this.#copy = copy;
    const { local, acked } = this.#facts;
    if (local > acked) copy.append(Y.encodeStateAsUpdate(this.doc), local); // typed before the store was open
    await this.#takeUp(copy);
    return copy;
  }

  /** What an earlier visit could not send: merged if it may be, shown to copy if not. */
  async #takeUp(copy: LocalCopy): Promise<void> {
    if (copy.unsent.length > 0) {
      if (this.writable.value) this.#sendEarlier(copy.unsent);
      else await copy.strand();
    }
    copy.takenUp(this.#facts.local);
    this.#connection.confirm(this.#facts.local);
    if (copy.visits.length > 0) this.#emit({ event: "earlier", visits: copy.visits });
    if (copy.stranded.length === 0) return;
    this.#emit({ event: "stranded", stranded: [...copy.stranded] });
    this.#rescue(({ showStranded }) => showStranded(copy));
  }

  /** These may rest on text that is not here yet, so they are sent as they are: the document may not tell of them. */
  #sendEarlier(updates: readonly Uint8Array[]): void {
    for (const update of updates) {
      Y.applyUpdate(this.doc, update, this.#earlier);
      this.#connection.push(update);
    }
    const local = this.#facts.local + 1;
    this.#learn({ local, stored: Math.max(this.#facts.stored, local), waitingSince: this.#facts.waitingSince ?? performance.now() });
  }

  /** Signing out in this page, after the warning, ends keeping and warning. */
  #forgetWith(): () => void {
    const stop = (event: Event): void => {
      if ((event as CustomEvent<number>).detail !== this.options.person.id) return;
      this.#forgotten = true;
      void this.#copy?.close(true);
    };
    window.addEventListener(FORGET, stop);
    return () => window.removeEventListener(FORGET, stop);
  }

  #warnOnLeave(): () => void {
    const warn = (event: BeforeUnloadEvent): void => {
      if (!this.status.value.unsaved || this.#forgotten) return;
      event.preventDefault();
      event.returnValue = "";
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }
}

function sameStatus(a: SaveStatus, b: SaveStatus): boolean {
  return a.state === b.state && a.reason === b.reason && a.unsaved === b.unsaved && a.at?.getTime() === b.at?.getTime();
}
