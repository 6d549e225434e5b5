/** The IndexedDB database of this browser's local copies; without Yjs, so that every page can afford it. */
import { hint } from "./hint";

/** One open page's copy of one document. */
export interface CopyRow {
  id: string;
  person: number;
  kind: string;
  key: string;
  epoch: number;
  title: string;
  page: string;
  /** Whether edits made here may not have reached the server. */
  unsent: boolean;
  /** The last version the server has stored. */
  acked: number;
  at: number;
  /** Whether any other page sent it: it stays till the document is opened, which tells what became of it. */
  resent?: boolean;
}

export interface UpdateRow {
  copy: string;
  /** The local version it belongs to; 0 for what came from others and for the document as it was. */
  version: number;
  bytes: Uint8Array;
}

/** A column that waits to be saved by HTTP. */
export interface ColumnRow {
  person: number;
  kind: string;
  key: string;
  field: string;
  value: unknown;
  /** What the server held when it was typed, and the row's version then. */
  base: unknown;
  version: number;
  url: string;
  title: string;
  page: string;
  at: number;
}

export interface Unsent {
  copies: CopyRow[];
  columns: ColumnRow[];
}

const NAME = "live";
const STORES = ["copies", "updates", "columns"] as const;
/** Told to the pages' sessions when a person's copies are deleted at sign-out. */
export const FORGET = "live-forget";

/** Some browsers leave a request unanswered, for good; the page must not wait with it. */
const OPEN_MS = 10_000;

export function openDatabase(factory: IDBFactory | undefined = globalThis.indexedDB): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    if (!factory) throw new Error("no IndexedDB");
    const request = factory.open(NAME, 1);
    const timer = setTimeout(() => reject(new Error("IndexedDB does not answer")), OPEN_MS);
    request.onupgradeneeded = () => {
      const { result } = request;
      result.createObjectStore("copies", { keyPath: "id" }).createIndex("person", "person");
      result.createObjectStore("updates", { autoIncrement: true }).createIndex("copy", "copy");
      result.createObjectStore("columns", { keyPath: ["person", "kind", "key", "field"] }).createIndex("person", "person");
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
    request.onblocked = () => reject(new Error("IndexedDB is blocked"));
  });
}

/** Runs `work` in one transaction and waits for its `complete`: only then is anything stored. */
export function transact(base: IDBDatabase, work: (transaction: IDBTransaction) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = base.transaction([...STORES], "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
    work(transaction);
  });
}

/** All rows of a store, or those an index finds. */
export function rows<T>(base: IDBDatabase, store: (typeof STORES)[number], index?: [name: string, value: IDBValidKey]): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const objects = base.transaction(store, "readonly").objectStore(store);
    const request = index ? objects.index(index[0]).getAll(index[1]) : objects.getAll();
    request.onsuccess = () => resolve(request.result as T[]);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
  });
}

export function updatesOf(base: IDBDatabase, copy: string): Promise<UpdateRow[]> {
  return rows<UpdateRow>(base, "updates", ["copy", copy]);
}

/** Deletes the updates of a copy; what `then` adds in the same transaction stays. */
export function deleteUpdates(transaction: IDBTransaction, copy: string, then: () => void = () => undefined): void {
  const cursor = transaction.objectStore("updates").index("copy").openCursor(copy);
  cursor.onsuccess = () => {
    const { result } = cursor;
    if (!result) {
      then();
      return;
    }
    result.delete();
    result.continue();
  };
}

export function deleteCopy(transaction: IDBTransaction, copy: string): void {
  transaction.objectStore("copies").delete(copy);
  deleteUpdates(transaction, copy);
}

/** What of a person's work is only in this browser. */
export async function unsentOf(base: IDBDatabase, person: number): Promise<Unsent> {
  const copies = await rows<CopyRow>(base, "copies", ["person", person]);
  const columns = await rows<ColumnRow>(base, "columns", ["person", person]);
  if (columns.length === 0 && copies.every((copy) => copy.resent)) hint(person, false);
  return { copies: copies.filter((copy) => copy.unsent), columns };
}

/** Deletes everything kept of a person. */
export async function forget(base: IDBDatabase, person: number): Promise<void> {
  const copies = await rows<CopyRow>(base, "copies", ["person", person]);
  const columns = await rows<ColumnRow>(base, "columns", ["person", person]);
  await transact(base, (transaction) => {
    for (const copy of copies) deleteCopy(transaction, copy.id);
    for (const row of columns) transaction.objectStore("columns").delete([row.person, row.kind, row.key, row.field]);
  });
  hint(person, false);
  window.dispatchEvent(new CustomEvent(FORGET, { detail: person }));
}

/** Which copies belong to pages that are open now; null where the browser cannot tell. */
export async function openCopies(): Promise<Set<string> | null> {
  if (!navigator.locks) return null;
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => (name?.startsWith("live:") ? [name.slice(5)] : [])));
}
