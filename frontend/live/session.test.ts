import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket as NodeSocket } from "ws";

import { openDatabase, rows, transact, type UpdateRow } from "./database";
import { openLiveDocument, type LiveDocument, type LiveOptions } from "./session";
import { openStore } from "./store";
import { events, joined, read, type, until } from "./testing/acting";
import { TestServer } from "./testing/server";
import { eventually } from "./testing/eventually";

let server: TestServer;
let factory: IDBFactory;
let open: LiveDocument[];

beforeEach(async () => {
  server = new TestServer();
  factory = new IDBFactory();
  open = [];
  await server.listen();
});

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const live of open) live.destroy();
  await server.kill();
});

function visit(options: Partial<LiveOptions> = {}): LiveDocument {
  const live = openLiveDocument({
    kind: "plan",
    key: "12",
    person: { id: 7, name: "刘秀兰", color: "#8a3324" },
    epoch: 1,
    schema: 1,
    canWrite: true,
    address: server.address,
    store: openStore(factory),
    socket: NodeSocket as unknown as typeof WebSocket,
    ...options,
  });
  open.push(live);
  return live;
}

async function unsentText(): Promise<string> {
  const base = await openDatabase(factory);
  const updates = await rows<UpdateRow>(base, "updates");
  base.close();
  return joined(updates.map(({ bytes }) => bytes));
}

describe("saved means saved", () => {
  test("an edit is called saved once it is stored, not before", async () => {
    server.commitMs = 120;
    const live = visit();
    await until(live, "saved");
    const states: [string, string][] = [];
    live.status.subscribe((status) => states.push([status.state, read(server)]));

    type(live, "教案");
    await eventually(() => expect(states.length).toBe(3));

    expect(states).toEqual([
      ["saved", ""],
      ["saving", ""],
      ["saved", "教案"],
    ]);
    expect(live.status.value.at).toBeInstanceOf(Date);
  });

  test("two edits in flight are both waited for", async () => {
    server.commitMs = 60;
    const live = visit();
    await until(live, "saved");

    type(live, "一");
    await new Promise((resolve) => setTimeout(resolve, 30));
    type(live, "二");
    await until(live, "saved");

    expect(read(server)).toBe("一二");
  });

  test("what a dead server had not stored is sent again, once", async () => {
    const live = visit();
    await until(live, "saved");
    type(live, "甲");
    await until(live, "saved");
    server.commitMs = 10_000;
    type(live, "乙");

    await server.kill();
    await until(live, "offline");
    type(live, "丙");
    server.commitMs = 0;
    await server.listen();
    await until(live, "saved");

    expect(read(server)).toBe("甲乙丙");
    expect(live.status.value.unsaved).toBe(false);
  });

  test("eight seconds without an answer are called what they are", async () => {
    const live = visit();
    await until(live, "saved");
    server.commitMs = 60_000;
    type(live, "教");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const since = performance.now();
    vi.spyOn(performance, "now").mockImplementation(() => since + 8001);

    type(live, "案");

    await until(live, "offline");
    expect(live.status.value.reason).toBe("slow");
  });

  test("a clock that is set back hides neither a late answer nor a dead line", async () => {
    const live = visit();
    await until(live, "saved");
    await server.hush(); // an answer that still comes would be heard at the false hour
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 3_600_000 });
    const since = performance.now();
    const clock = vi.spyOn(performance, "now");

    clock.mockImplementation(() => since + 29_000);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(live.status.value.state).toBe("saved");
    clock.mockImplementation(() => since + 31_000);
    const states: string[] = [];
    live.status.subscribe(({ state }) => states.push(state));
    await eventually(() => expect(states).toEqual(["saved", "offline"]));

    server.silent = false;
    clock.mockRestore();
    document.dispatchEvent(new Event("visibilitychange"));
    await until(live, "saved");
  });

  test("a computer that slept looks at once whether its line still lives", async () => {
    const live = visit();
    await until(live, "saved");
    await server.hush();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 7_200_000 }); // some clocks stand still in sleep, this one does not

    document.dispatchEvent(new Event("visibilitychange"));

    expect(live.status.value.state).toBe("offline");
  });

  test("a page that is kept for the Back button comes back unconnected, and connects", async () => {
    const live = visit();
    await until(live, "saved");

    window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    expect(live.status.value.state).toBe("offline");
    window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));

    await until(live, "saved");
  });

  test("a store that is taken away is not believed, and filled again", async () => {
    const live = visit();
    await until(live, "saved");
    await server.kill();
    await until(live, "offline");
    type(live, "教案");
    await eventually(() => expect([live.status.value.state, live.status.value.unsaved]).toEqual(["offline", true]));
    const copy = (await live.copy) as unknown as { base: IDBDatabase };

    copy.base.close();
    copy.base.onclose?.(new Event("close"));
    expect([live.status.value.state, live.status.value.reason]).toEqual(["failed", "no_store"]);
    const emptied = await openDatabase(factory);
    await transact(emptied, (transaction) => ["copies", "updates"].forEach((name) => transaction.objectStore(name).clear()));
    emptied.close();

    await until(live, "offline");
    await eventually(async () => expect(await unsentText()).toBe("教案"));
  });

  test("without a local store, offline is a failure and says what to do", async () => {
    const live = visit({ store: null });
    await until(live, "saved");
    await server.kill();
    await until(live, "offline");

    type(live, "教案");

    expect([live.status.value.state, live.status.value.reason]).toEqual(["failed", "no_store"]);
  });

  test("a composition and a waiting column are not saved", async () => {
    const live = visit();
    await until(live, "saved");

    const release = live.hold();
    expect(live.status.value.state).toBe("saving");
    release();
    expect(live.status.value.state).toBe("saved");
    live.columns.set({ waiting: 1, stored: true, problem: null });
    expect(live.status.value.state).toBe("saving");
  });

  test("leaving is warned about exactly while something is unsaved", async () => {
    const live = visit();
    await until(live, "saved");
    const leave = (): boolean => window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
    expect(leave()).toBe(true);

    server.commitMs = 100;
    type(live, "教案");
    expect(leave()).toBe(false);

    await until(live, "saved");
    expect(leave()).toBe(true);
  });
});

describe("nobody's text is thrown away", () => {
  test("edits of a tab closed while offline arrive at the next visit", async () => {
    const first = visit();
    await until(first, "saved");
    type(first, "从前");
    await until(first, "saved");
    await server.kill();
    type(first, "离线写的");
    await until(first, "offline");
    first.destroy();
    await server.listen();

    const second = visit();
    await until(second, "saved");

    expect(read(second)).toBe("从前离线写的");
    await eventually(() => expect(read(server)).toBe("从前离线写的"));
  });

  test("an earlier visit is told, with the document as it was there", async () => {
    const first = visit();
    await until(first, "saved");
    await server.kill();
    type(first, "离线写的");
    await until(first, "offline");
    expect(first.unsent.value).toBe(true);
    first.destroy();
    await server.listen();

    const second = visit();
    const seen = events(second);
    await until(second, "saved");

    expect(second.unsent.value).toBe(false);
    const told = seen.flatMap((event) => (event.event === "earlier" ? event.visits : []));
    expect(told.map(({ updates }) => joined(updates))).toEqual(["离线写的"]);
  });

  test("edits of another epoch are shown, not merged", async () => {
    const first = visit();
    await until(first, "saved");
    await server.kill();
    type(first, "旧的");
    await until(first, "offline");
    first.destroy();
    await server.listen();

    const second = visit({ epoch: 2 });
    const seen = events(second);
    await until(second, "saved");

    await eventually(() => expect(seen.map((event) => event.event)).toEqual(["stranded"]));
    expect([read(second), read(server)]).toEqual(["", ""]);
  });

  test.each([
    [4400, "refused"],
    [4403, "withdrawn"],
    [4404, "not_found"],
    [4409, "other_epoch"],
  ])("close code %i ends writing and keeps the text to copy", async (code, reason) => {
    const live = visit();
    const seen = events(live);
    await until(live, "saved");
    live.edit(() => live.doc.getXmlFragment("f:test").insert(0, []));
    server.commitMs = 10_000;
    type(live, "没有保存");

    server.close(code);
    await until(live, "failed");

    expect([live.status.value.reason, live.readOnly.value.value]).toEqual([reason, true]);
    expect(seen.map((event) => [event.event, event.event === "closed" && event.code])).toEqual([["closed", code]]);
    expect(read(live)).toBe("没有保存");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(server.addresses.length).toBe(1);
  });

  test("signed out: signs in again in place, then everything is sent", async () => {
    let signedIn: (done: boolean) => void = () => undefined;
    const asked: number[] = [];
    const live = visit({
      signIn: (person) => {
        asked.push(person);
        return new Promise((resolve) => (signedIn = resolve));
      },
    });
    const seen = events(live);
    await until(live, "saved");
    server.commitMs = 10_000;
    type(live, "没有丢");
    server.close(4401);
    await until(live, "offline");
    expect([live.status.value.reason, live.readOnly.value.value]).toEqual(["signed_out", false]);

    server.commitMs = 0;
    signedIn(true);
    await until(live, "saved");

    expect(asked).toEqual([7]);
    expect(seen.map((event) => event.event)).toEqual(["signed_out"]);
    expect(read(server)).toBe("没有丢");
  });

  test.each([4503, 1013, 1001])("close code %i is tried again", async (code) => {
    const live = visit();
    await until(live, "saved");
    vi.spyOn(Math, "random").mockReturnValue(0);

    server.close(code);
    await eventually(() => expect(server.addresses.length).toBe(2));
    vi.restoreAllMocks();

    type(live, "还在");
    await until(live, "saved");
    expect(read(server)).toBe("还在");
  });

  test("a large backlog is sent in frames the server can read", async () => {
    const live = visit();
    await until(live, "saved");
    await server.kill();
    for (let i = 0; i < 300; i++) type(live, "很长的一段话。".repeat(500));
    await until(live, "offline");
    const text = read(live);

    await server.listen();
    await until(live, "saved");

    expect(read(server)).toBe(text);
    expect(server.frames.length).toBeGreaterThan(5);
    expect(Math.max(...server.frames)).toBeLessThan(1024 * 1024);
  }, 20_000);
});

describe("what the server says", () => {
  test("the address carries kind, key, epoch, schema and events", async () => {
    await until(visit({ key: "a b" }), "saved");

    expect(server.addresses).toEqual(["/ws/plan/a%20b?person=7&epoch=1&schema=1&events=1"]);
  });

  test("a page that may only read is told so, and does not call its own edits saved", async () => {
    server.doc.getText("t").insert(0, "教案");
    server.readOnly = true;
    const live = visit();
    await eventually(() => expect(live.readOnly.value).toEqual({ value: true, reason: "read only", cause: null }));
    await until(live, "saved");
    expect([read(live), live.synced.value]).toEqual(["教案", true]);

    type(live, "多写的");

    expect([live.status.value.state, live.status.value.reason]).toEqual(["failed", "read_only"]);
  });

  test.each(["role", "schema"] as const)("a page that may only read learns the cause: %s", async (cause) => {
    server.readOnly = true;
    const live = visit();
    await eventually(() => expect(live.readOnly.value.value).toBe(true));

    server.event({ event: "access", level: "read", cause });
    await eventually(() => expect(live.readOnly.value).toEqual({ value: true, reason: "", cause }));
    type(live, "多写的");
    await eventually(() => expect(live.readOnly.value).toEqual({ value: true, reason: "read only", cause }));

    expect([live.status.value.state, live.status.value.reason]).toEqual(["failed", cause === "role" ? "read_only" : cause]);
  });

  test("a page of a full document can still be written in, to delete, and does not call saved what does not fit", async () => {
    server.readOnly = true;
    const live = visit();
    await eventually(() => expect(live.readOnly.value.value).toBe(true)); // it was not told why
    server.event({ event: "access", level: "read", cause: "full" });
    await eventually(() => expect(live.readOnly.value).toEqual({ value: false, reason: "", cause: "full" }));

    type(live, "装不下的");
    await eventually(() => expect(live.readOnly.value.reason).toBe("read only"));

    expect(live.readOnly.value).toEqual({ value: false, reason: "read only", cause: "full" });
    expect([live.status.value.state, live.status.value.reason, live.status.value.unsaved]).toEqual(["failed", "full", true]);
  });

  test("what did not fit is sent when the server asks for it, and is called saved then", async () => {
    const live = visit();
    await until(live, "saved");
    server.readOnly = true;
    server.event({ event: "access", level: "read", cause: "full" });
    await eventually(() => expect(live.readOnly.value.cause).toBe("full"));
    type(live, "先等着");
    await eventually(() => expect(live.readOnly.value.reason).toBe("read only"));

    server.readOnly = false;
    server.event({ event: "access", level: "write" });
    server.ask();
    await until(live, "saved");

    expect(read(server)).toBe("先等着");
    expect(live.readOnly.value).toEqual({ value: false, reason: "", cause: null });
  });

  test("what was too large and is undone costs next to nothing, though undo keeps it", async () => {
    const live = visit();
    await until(live, "saved");
    server.readOnly = true;
    type(live, "太长".repeat(50_000));
    await eventually(() => expect(live.readOnly.value.reason).toBe("read only"));
    live.undo.undo();
    await eventually(() => expect(read(live)).toBe(""));
    server.frames.length = 0;

    server.readOnly = false;
    server.event({ event: "access", level: "write" });
    server.ask();
    await until(live, "saved");

    expect(server.frames.reduce((sum, size) => sum + size, 0)).toBeLessThan(100);
    live.undo.redo();
    await until(live, "saved");
    expect(read(server)).toBe("太长".repeat(50_000));
  });

  test("a page that may write again forgets why it could not", async () => {
    const live = visit();
    await until(live, "saved");
    server.event({ event: "access", level: "read", cause: "schema" });
    await eventually(() => expect(live.readOnly.value).toEqual({ value: true, reason: "", cause: "schema" }));

    server.event({ event: "access", level: "write" });

    await eventually(() => expect(live.readOnly.value).toEqual({ value: false, reason: "", cause: null }));
    expect(live.status.value.state).toBe("saved");
  });

  test("a cause that this page does not know is none", async () => {
    const live = visit();
    await until(live, "saved");

    server.event({ event: "access", level: "read", cause: "moon" });

    await eventually(() => expect(live.readOnly.value).toEqual({ value: true, reason: "", cause: null }));
  });

  test("events arrive, and access follows them", async () => {
    const live = visit();
    const seen = events(live);
    await until(live, "saved");

    server.event({ event: "columns", version: 4 });
    server.event({ event: "access", level: "read" });
    await eventually(() => expect(live.readOnly.value.value).toBe(true));
    server.event({ event: "access", level: "write" });
    await eventually(() => expect(live.readOnly.value.value).toBe(false));

    expect(seen[0]).toEqual({ event: "columns", version: 4 });
  });

  test("people are seen at once again after a reconnect", async () => {
    const one = visit();
    const two = visit({ person: { id: 8, name: "薛海峰", color: "#24578a" } });
    await eventually(() => expect(one.people.value.map((person) => person.name)).toEqual(["薛海峰"]));
    vi.spyOn(Math, "random").mockReturnValue(0);

    server.close(1012);
    await eventually(() => expect(one.people.value).toEqual([]));
    await eventually(() => expect([one.people.value.length, two.people.value.length]).toEqual([1, 1]));
    vi.restoreAllMocks();
  });
});
