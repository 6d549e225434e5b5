/**
 * What this browser keeps of documents until the server has it, by person, document and epoch.
 *
 * Each open page has a copy of its own: the document as it was at the first unsent edit, and every update since. What is
 * stored is told only after IndexedDB's transaction completed. Nothing stays once all is sent, but for what another page
 * sent, till the document is opened; sign-out deletes what is left of a person.
 */
import * as Y from "yjs";

import { deleteCopy, deleteUpdates, openCopies, openDatabase, rows, transact, unsentOf, updatesOf, type CopyRow, type UpdateRow } from "./database";
import { hint } from "./hint";

export interface CopyName {
  person: number;
  kind: string;
  key: string;
  epoch: number;
}

/** What another epoch, or a page that may only read, cannot send: kept to be copied until it is thrown away. */
export interface Stranded {
  id: string;
  epoch: number;
  at: Date;
  /** All updates of that copy, the document as it was among them. */
  updates: Uint8Array[];
}

/** What an earlier visit wrote: what was deleted meanwhile stands nowhere else. */
export interface Visit {
  id: string;
  /** The document as it was there. */
  updates: Uint8Array[];
  /** Those of them that the server had not stored when it ended. */
  own: Uint8Array[];
}

export interface StoreHooks {
  /** Every local edit up to this version is stored here. */
  stored(version: number): void;
  failed(why: "no_store" | "store_full"): void;
}

export interface LocalCopy {
  /** Edits of earlier visits that were not sent. */
  readonly unsent: readonly Uint8Array[];
  readonly stranded: readonly Stranded[];
  /** The visits that `unsent` is of, and those whose edits another page sent. */
  readonly visits: readonly Visit[];
  /** Appends an update; `version` is 0 for what came from others. */
  append(update: Uint8Array, version: number): void;
  /** The server has stored everything up to this version; `all`: nothing else waits. */
  acked(version: number, all: boolean): void;
  /** The page has taken up `unsent`; once the server has this version, the old copies go. */
  takenUp(version: number): void;
  /** The page cannot take up `unsent`: it is only shown, to be copied. */
  strand(): Promise<void>;
  /** Throws a stranded copy away. */
  discard(id: string): Promise<void>;
  /** Stops keeping; what is not sent stays in the browser unless `forgotten`. */
  close(forgotten?: boolean): Promise<void>;
}

export interface LocalStore {
  /** Opens a page's copy; null if this browser keeps nothing (`failed` is told). */
  open(name: CopyName, about: { title: string; page: string }, state: () => Uint8Array, hooks: StoreHooks): Promise<LocalCopy | null>;
}

/** When all is sent: how soon it is noted, and how soon the copy is deleted. */
const NOTE_MS = 1000;
const CLEAR_MS = 60_000;
const RETRY_MS = 5000;
/** So long a visit is kept whose edits another page sent. */
const RESENT_MS = 30 * 24 * 3600_000;
/** So many rows are merged into few. */
const MANY_ROWS = 400;

export function openStore(factory?: IDBFactory): LocalStore {
  return {
    async open(name, about, state, hooks) {
      try {
        const base = await openDatabase(factory);
        const copy = new Copy(base, factory, name, about, state, hooks);
        await copy.lookBack();
        return copy;
      } catch {
        hooks.failed("no_store");
        return null;
      }
    },
  };
}

class Copy implements LocalCopy {
  unsent: Uint8Array[] = [];
  stranded: Stranded[] = [];
  visits: Visit[] = [];
  readonly #row: CopyRow;
  /** Own updates the server has not stored yet. */
  #own: { version: number; bytes: Uint8Array }[] = [];
  #queued: { version: number; bytes: Uint8Array }[] = [];
  #written = 0;
  #based = false;
  /** The database was closed under us, and may have been emptied: a phone woke, or its owner cleared the site's data. */
  #lost = false;
  #busy: Promise<void> | null = null;
  #earlier: string[] = [];
  #takenUpAt: number | null = null;
  #timers: Partial<Record<"note" | "clear" | "retry", ReturnType<typeof setTimeout>>> = {};
  #unlock: () => void = () => undefined;
  #closed = false;

  constructor(
    private base: IDBDatabase,
    private readonly factory: IDBFactory | undefined,
    private readonly name: CopyName,
    about: { title: string; page: string },
    private readonly state: () => Uint8Array,
    private readonly hooks: StoreHooks,
  ) {
    const id = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
    this.#row = { id, ...name, ...about, unsent: false, acked: 0, at: Date.now() };
    this.#watch();
    void navigator.locks?.request(`live:${id}`, () => new Promise<void>((resolve) => (this.#unlock = resolve)));
  }

  #watch(): void {
    this.base.onclose = () => {
      this.#lost = true;
      if (this.#own.length > 0 && !this.#closed) this.#failed(null, []);
    };
  }

  async #reopen(): Promise<void> {
    this.base.close();
    this.base = await openDatabase(this.factory);
    this.#watch();
  }

  /** Finds what earlier pages of this person left of this document. */
  async lookBack(): Promise<void> {
    const open = await openCopies();
    const copies = await rows<CopyRow>(this.base, "copies", ["person", this.name.person]);
    for (const copy of copies) {
      const here = copy.kind === this.name.kind && copy.key === this.name.key;
      const old = copy.resent && Date.now() - copy.at > RESENT_MS;
      if (!(here || old) || open?.has(copy.id)) continue;
      const same = copy.epoch === this.name.epoch;
      if (here && same && !old && (copy.unsent || copy.resent)) await this.#takeUp(copy);
      else if (copy.unsent) await this.#strand(copy);
      else await transact(this.base, (transaction) => deleteCopy(transaction, copy.id));
    }
  }

  async #takeUp(copy: CopyRow): Promise<void> {
    const updates = await updatesOf(this.base, copy.id);
    const own = updates.filter((row) => row.version > copy.acked).map((row) => row.bytes);
    this.#earlier.push(copy.id);
    this.visits.push({ id: copy.id, updates: updates.map((row) => row.bytes), own });
    if (copy.unsent) this.unsent.push(...own);
  }

  async #strand(copy: CopyRow): Promise<void> {
    const updates = await updatesOf(this.base, copy.id);
    this.stranded.push({ id: copy.id, epoch: copy.epoch, at: new Date(copy.at), updates: updates.map((row) => row.bytes) });
  }

  async strand(): Promise<void> {
    const copies = await rows<CopyRow>(this.base, "copies", ["person", this.name.person]);
    for (const copy of copies) {
      if (!copy.unsent || !this.#earlier.includes(copy.id)) continue;
      await this.#strand(copy);
      this.#earlier = this.#earlier.filter((id) => id !== copy.id);
      this.visits = this.visits.filter(({ id }) => id !== copy.id); // it is shown whole
    }
    this.unsent = [];
  }

  async discard(id: string): Promise<void> {
    await transact(this.base, (transaction) => deleteCopy(transaction, id));
    this.stranded = this.stranded.filter((copy) => copy.id !== id);
    await this.#hintAgain();
  }

  takenUp(version: number): void {
    this.#takenUpAt = version;
  }

  append(update: Uint8Array, version: number): void {
    if (this.#closed || (version === 0 && !this.#based && this.#queued.length === 0)) return;
    if (version > 0) {
      this.#own.push({ version, bytes: update });
      clearTimeout(this.#timers.note);
      clearTimeout(this.#timers.clear);
      if (!this.#based) hint(this.name.person, true);
    }
    this.#queued.push({ version, bytes: update });
    this.#write();
  }

  acked(version: number, all: boolean): void {
    this.#own = this.#own.filter((own) => own.version > version);
    this.#row.acked = version;
    if (!all) return;
    clearTimeout(this.#timers.note);
    clearTimeout(this.#timers.clear);
    this.#timers.note = setTimeout(() => void this.#note(version).catch(() => undefined), NOTE_MS);
    this.#timers.clear = setTimeout(() => void this.#clear().catch(() => undefined), CLEAR_MS);
  }

  async close(forgotten = false): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    await this.#busy;
    if (forgotten) await transact(this.base, (transaction) => deleteCopy(transaction, this.#row.id)).catch(() => undefined);
    else if (this.#own.length === 0) await this.#clear().catch(() => undefined);
    this.#unlock();
    this.base.close();
  }

  // ---- writing, one transaction after the other

  #write(): void {
    this.#busy ??= this.#writeQueued().finally(() => {
      this.#busy = null;
      if (this.#queued.length > 0 && !this.#timers.retry) this.#write();
    });
  }

  async #writeQueued(): Promise<void> {
    await Promise.resolve(); // what is typed in one go is written in one go
    const queued = this.#queued;
    this.#queued = [];
    const compact = this.#lost || this.#written > MANY_ROWS;
    this.#row.unsent ||= queued.some((row) => row.version > 0);
    this.#row.at = Date.now();
    try {
      if (this.#lost) await this.#reopen();
      const updates = this.#rows(queued, compact);
      await transact(this.base, (transaction) => {
        const add = (): void => updates.forEach((row) => void transaction.objectStore("updates").add(row));
        if (compact) deleteUpdates(transaction, this.#row.id, add);
        else add();
        transaction.objectStore("copies").put({ ...this.#row });
      });
      this.#based = true;
      this.#lost = false;
      this.#written = (compact ? 0 : this.#written) + updates.length;
      const last = Math.max(0, ...updates.map((row) => row.version));
      if (last > 0) this.hooks.stored(last);
    } catch (error) {
      this.#failed(error, queued);
    }
  }

  /** The rows to add: the document as it is if none is stored yet, and what is new, own edits apart from others'. */
  #rows(queued: { version: number; bytes: Uint8Array }[], compact: boolean): UpdateRow[] {
    const copy = this.#row.id;
    const made: UpdateRow[] = [];
    if (!this.#based || compact) made.push({ copy, version: 0, bytes: this.state() });
    const own = compact ? this.#own : queued.filter((row) => row.version > 0);
    if (own.length > 0) made.push({ copy, version: (own[own.length - 1] as UpdateRow).version, bytes: Y.mergeUpdates(own.map((row) => row.bytes)) });
    const others = queued.filter((row) => row.version === 0);
    if (this.#based && !compact && others.length > 0) made.push({ copy, version: 0, bytes: Y.mergeUpdates(others.map((row) => row.bytes)) });
    return made;
  }

  #failed(error: unknown, queued: { version: number; bytes: Uint8Array }[]): void {
    this.#queued.unshift(...queued);
    const full = error instanceof DOMException && error.name === "QuotaExceededError";
    this.#lost ||= !full;
    this.hooks.failed(full ? "store_full" : "no_store");
    clearTimeout(this.#timers.retry);
    this.#timers.retry = setTimeout(() => {
      delete this.#timers.retry;
      this.#write();
    }, RETRY_MS);
  }

  // ---- when all is sent

  async #note(version: number): Promise<void> {
    const earlier = this.#takenUpAt !== null && version >= this.#takenUpAt ? this.#earlier : [];
    if (!this.#based && earlier.length === 0) return;
    this.#row.unsent = false;
    await transact(this.base, (transaction) => {
      if (this.#based) transaction.objectStore("copies").put({ ...this.#row });
      for (const copy of earlier) deleteCopy(transaction, copy);
    });
    if (earlier.length > 0) this.#earlier = [];
    await this.#hintAgain();
  }

  async #clear(): Promise<void> {
    await this.#busy;
    if (!this.#based || this.#own.length > 0) return;
    this.#based = false;
    this.#written = 0;
    this.#row.unsent = false;
    await transact(this.base, (transaction) => deleteCopy(transaction, this.#row.id));
    await this.#hintAgain();
  }

  async #hintAgain(): Promise<void> {
    await unsentOf(this.base, this.name.person);
  }
}
