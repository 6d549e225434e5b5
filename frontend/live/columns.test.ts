import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { openColumns, type ColumnFacts, type Columns, type ColumnValues } from "./columns";
import { openDatabase, rows, type ColumnRow } from "./database";
import type { LiveEvent } from "./session";
import { source } from "./signal";
import { eventually } from "./testing/eventually";

interface Wish {
  field: string;
  value: unknown;
  version: number;
}

/** The row of a plan on the server, behind the agreed addresses. */
class Row {
  version = 3;
  columns: ColumnValues = { title: "背影", grade: "八年级", periods: 2 };
  reachable = true;
  signedOut = false;
  forbidden = false;
  readonly posts: Wish[] = [];

  change(field: string, value: string): void {
    this.columns = { ...this.columns, [field]: value };
    this.version++;
  }

  readonly fetch = (_url: string, init?: RequestInit): Promise<Response> => {
    if (!this.reachable) return Promise.reject(new TypeError("network"));
    if (this.signedOut) return Promise.resolve({ type: "opaqueredirect", status: 0, headers: new Headers() } as Response);
    if (init?.method !== "POST") return Promise.resolve(json(200, this.row()));
    const wish = JSON.parse(String(init.body)) as Wish;
    this.posts.push(wish);
    if (this.forbidden) return Promise.resolve(new Response("<h1>403</h1>", { status: 403, headers: { "Content-Type": "text/html" } }));
    if (wish.version !== this.version) return Promise.resolve(json(409, { error: "faster", ...this.row() }));
    if (wish.value === "坏") return Promise.resolve(json(422, { error: "年级不对", field: wish.field }));
    this.change(wish.field, String(wish.value));
    return Promise.resolve(json(200, this.row()));
  };

  private row(): object {
    return { version: this.version, columns: this.columns };
  }
}

function json(status: number, body: object): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

class Live {
  readonly columns = source<ColumnFacts>({ waiting: 0, stored: true, problem: null });
  held = 0;
  signedIn = vi.fn(() => Promise.resolve(true));
  private listener: (event: LiveEvent) => void = () => undefined;
  readonly signIn = (): Promise<boolean> => this.signedIn();
  readonly onEvent = (listener: (event: LiveEvent) => void): (() => void) => {
    this.listener = listener;
    return () => undefined;
  };
  readonly hold = (): (() => void) => {
    this.held++;
    return () => this.held--;
  };
  tell(event: LiveEvent): void {
    this.listener(event);
  }
}

let row: Row;
let live: Live;
let factory: IDBFactory;
let opened: Columns[];

beforeEach(() => {
  row = new Row();
  live = new Live();
  factory = new IDBFactory();
  opened = [];
  vi.stubGlobal("fetch", row.fetch);
});

afterEach(() => {
  for (const columns of opened) columns.destroy();
  vi.unstubAllGlobals();
});

async function visit(person = 7): Promise<Columns> {
  const columns = openColumns({ live, url: "/lessons/plans/12/columns/", person, kind: "plan", key: "12", values: row.columns, version: row.version, factory });
  opened.push(columns);
  await columns.ready;
  return columns;
}

function settled(problem: ColumnFacts["problem"] = null, waiting = 0): Promise<void> {
  return eventually(() => expect([live.columns.value.waiting, live.columns.value.problem]).toEqual([waiting, problem]));
}

async function kept(): Promise<string[]> {
  const base = await openDatabase(factory);
  const found = await rows<ColumnRow>(base, "columns");
  base.close();
  return found.map((one) => `${one.person} ${one.field}=${String(one.value)}`);
}

describe("a column", () => {
  test("is shown at once, waits, and is saved", async () => {
    const columns = await visit();

    columns.set("title", "荷塘月色");
    expect([columns.values.value.title, live.columns.value.waiting]).toEqual(["荷塘月色", 1]);
    columns.flush();
    await settled();

    expect([row.columns.title, row.version]).toEqual(["荷塘月色", 4]);
    await eventually(async () => expect(await kept()).toEqual([]));
  });

  test("keystrokes in a row are one save", async () => {
    const columns = await visit();
    for (const value of ["荷", "荷塘", "荷塘月", "荷塘月色"]) columns.set("title", value);
    await settled();

    expect(row.posts.map((post) => post.value)).toEqual(["荷塘月色"]);
  });

  test("typed back to what it was sends what the server needs", async () => {
    const columns = await visit();

    columns.set("title", "背影");

    expect(live.columns.value.waiting).toBe(0);
    columns.flush();
    expect(row.posts).toEqual([]);
  });

  test("a store that was closed under the page is opened again", async () => {
    row.reachable = false;
    const open = vi.spyOn(factory, "open");
    const columns = await visit();
    (open.mock.results[0]!.value as IDBOpenDBRequest).result.close();

    columns.set("title", "春");

    await eventually(() => expect(live.columns.value).toEqual({ waiting: 1, stored: true, problem: null }));
    expect(await kept()).toEqual(["7 title=春"]);
  });

  test("offline it is queued, and told as stored only when it is", async () => {
    row.reachable = false;
    const columns = await visit();

    columns.set("title", "荷塘月色");
    expect(live.columns.value.stored).toBe(false);
    await eventually(() => expect(live.columns.value).toEqual({ waiting: 1, stored: true, problem: null }));

    expect(await kept()).toEqual(["7 title=荷塘月色"]);
  });

  test("queued by a closed page, it is saved by the next visit of the same person only", async () => {
    row.reachable = false;
    (await visit()).set("title", "荷塘月色");
    await eventually(() => expect(live.columns.value.stored).toBe(true));
    opened.pop()?.destroy();
    row.reachable = true;

    const other = await visit(8);
    expect(other.values.value.title).toBe("背影");
    opened.pop()?.destroy();
    const again = await visit();
    expect(again.values.value.title).toBe("荷塘月色");
    await settled();

    expect(row.columns.title).toBe("荷塘月色");
  });

  test("is sent over a row in which somebody changed another column", async () => {
    const columns = await visit();
    row.change("grade", "九年级");

    columns.set("title", "荷塘月色");
    columns.flush();
    await settled();

    expect(row.columns).toEqual({ title: "荷塘月色", grade: "九年级", periods: 2 });
    expect(columns.values.value.grade).toBe("九年级");
  });
});

describe("a conflict", () => {
  async function conflict(): Promise<Columns> {
    const columns = await visit();
    row.change("title", "春");
    columns.set("title", "荷塘月色");
    columns.flush();
    await settled("conflict", 1);
    return columns;
  }

  test("is shown and overwrites nothing", async () => {
    const columns = await conflict();

    expect(columns.conflicts.value).toEqual([{ field: "title", mine: "荷塘月色", theirs: "春" }]);
    expect(row.columns.title).toBe("春");
    expect(await kept()).toEqual(["7 title=荷塘月色"]);
  });

  test("ends with mine, when I say so", async () => {
    const columns = await conflict();

    columns.resolve("title", "mine");
    await settled();

    expect(row.columns.title).toBe("荷塘月色");
  });

  test("ends with theirs, when I say so", async () => {
    const columns = await conflict();

    columns.resolve("title", "theirs");
    await settled();

    expect([row.columns.title, columns.values.value.title]).toEqual(["春", "春"]);
    await eventually(async () => expect(await kept()).toEqual([]));
  });

  test("is none when both wrote the same", async () => {
    const columns = await visit();
    row.change("title", "春");

    columns.set("title", "春");
    columns.flush();
    await settled();

    expect(columns.conflicts.value).toEqual([]);
  });
});

describe("a refusal", () => {
  test("of a value is told, and ends when the value is corrected", async () => {
    const columns = await visit();
    columns.set("grade", "坏");
    columns.flush();
    await settled("invalid", 1);
    expect(columns.errors.value).toEqual({ grade: "年级不对" });

    columns.set("grade", "七年级");
    columns.flush();
    await settled();

    expect([columns.errors.value, row.columns.grade]).toEqual([{}, "七年级"]);
  });

  test("for want of rights is not tried again for ever", async () => {
    row.forbidden = true;
    const columns = await visit();
    columns.set("title", "荷塘月色");
    columns.flush();
    await settled("invalid", 1);

    expect(row.posts.length).toBe(1);
    expect(Object.keys(columns.errors.value)).toEqual(["title"]);
  });

  test("for want of a session asks to sign in, then saves", async () => {
    row.signedOut = true;
    live.signedIn = vi.fn(() => {
      row.signedOut = false;
      return Promise.resolve(true);
    });
    const columns = await visit();
    columns.set("title", "荷塘月色");
    columns.flush();
    await settled();

    expect([live.signedIn.mock.calls.length, row.columns.title]).toEqual([1, "荷塘月色"]);
  });
});

test("what others change is shown when the document says so, one's own waiting value on top", async () => {
  const columns = await visit();
  row.change("grade", "九年级");
  row.reachable = true;

  live.tell({ event: "columns", version: 4 });
  await eventually(() => expect(columns.values.value.grade).toBe("九年级"));

  row.reachable = false;
  columns.set("title", "荷塘月色");
  expect(columns.values.value).toEqual({ title: "荷塘月色", grade: "九年级", periods: 2 });
});

describe("an input tied to a column", () => {
  test("says nothing while a composition lasts, and all of it at its end", async () => {
    const columns = await visit();
    const input = document.createElement("input");
    columns.bind(input, "title");
    expect(input.value).toBe("背影");

    input.dispatchEvent(new Event("compositionstart"));
    input.value = "背影jiao";
    input.dispatchEvent(new Event("input"));
    expect([live.columns.value.waiting, live.held]).toEqual([0, 1]);
    input.value = "背影教";
    input.dispatchEvent(new Event("compositionend"));

    expect([columns.values.value.title, live.held]).toEqual(["背影教", 0]);
  });

  test("shows what others wrote, and sends nothing for it", async () => {
    const columns = await visit();
    const input = document.createElement("input");
    columns.bind(input, "periods");
    row.change("periods", "3");

    live.tell({ event: "columns", version: 4 });
    await eventually(() => expect(input.value).toBe("3"));
    input.dispatchEvent(new Event("change"));

    expect(live.columns.value.waiting).toBe(0);
  });
});
