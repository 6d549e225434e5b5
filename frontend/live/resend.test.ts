import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket as NodeSocket } from "ws";
import * as Y from "yjs";

import { openDatabase, transact, unsentOf, type ColumnRow } from "./database";
import { hint, hinted } from "./hint";
import { resend, resendAndTell } from "./resend";
import { prepareSignOut } from "./sign_out";
import { openStore } from "./store";
import { TestServer } from "./testing/server";
import { eventually } from "./testing/eventually";

const Socket = NodeSocket as unknown as typeof WebSocket;
let server: TestServer;

beforeEach(async () => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  vi.stubGlobal("WebSocket", NodeSocket);
  localStorage.clear();
  document.body.innerHTML = "<main id=content></main>";
  server = new TestServer();
  await server.listen();
});

afterEach(async () => {
  await server.kill();
  vi.unstubAllGlobals();
});

/** A page of a person that was closed with this text unsent. */
async function closedWith(text: string, person = 7): Promise<void> {
  const doc = new Y.Doc();
  let stored = false;
  const copy = await openStore().open({ person, kind: "plan", key: "12", epoch: 3 }, { title: "《背影》", page: "/lessons/plans/12/" }, () => Y.encodeStateAsUpdate(doc), {
    stored: () => (stored = true),
    failed: () => undefined,
  });
  doc.on("update", (update: Uint8Array) => copy?.append(update, 1));
  doc.getText("t").insert(0, text);
  await eventually(() => expect(stored).toBe(true));
  await copy?.close();
}

async function unsent(person = 7): Promise<number> {
  const base = await openDatabase();
  const { copies, columns } = await unsentOf(base, person);
  base.close();
  return copies.length + columns.length;
}

async function column(base: unknown): Promise<void> {
  const row: ColumnRow = { person: 7, kind: "plan", key: "12", field: "title", value: "荷塘月色", base, version: 3, url: "/c/", title: "《背影》", page: "/p/", at: 0 };
  const database = await openDatabase();
  await transact(database, (transaction) => transaction.objectStore("columns").put(row));
  database.close();
  hint(7, true);
}

describe("any page of the site", () => {
  test("sends what a closed page left, and calls it unsent no longer once it is stored", async () => {
    await closedWith("离线写的");

    const results = await resend(7, Socket, server.address);

    expect(results).toEqual([{ kind: "plan", key: "12", title: "《背影》", page: "/lessons/plans/12/", sent: true }]);
    expect(server.doc.getText("t").toString()).toBe("离线写的");
    expect(server.addresses).toEqual(["/ws/plan/12?person=7&epoch=3"]);
    expect([await unsent(), hinted(7)]).toEqual([0, false]);
  });

  test("leaves word of it for the page of the document, and sends it once", async () => {
    await closedWith("离线写的");
    await resend(7, Socket, server.address);
    expect(await resend(7, Socket, server.address)).toEqual([]);

    const hooks = { stored: () => undefined, failed: () => undefined };
    const copy = await openStore().open({ person: 7, kind: "plan", key: "12", epoch: 3 }, { title: "《背影》", page: "/lessons/plans/12/" }, () => new Uint8Array(), hooks);

    expect([copy!.unsent, copy!.visits.length, server.addresses.length]).toEqual([[], 1, 1]);
    await copy!.close();
  });

  test("sends nothing of somebody else", async () => {
    await closedWith("私下", 8);

    expect(await resend(7, Socket, server.address)).toEqual([]);
    expect([server.addresses, await unsent(8)]).toEqual([[], 1]);
  });

  test.each([4403, 4404, 4409, 1013])("keeps what is refused with %i", async (code) => {
    await closedWith("还在");
    server.refuse = code;

    expect((await resend(7, Socket, server.address)).map((result) => result.sent)).toEqual([false]);
    expect(await unsent()).toBe(1);
  });

  test("keeps what a reader may not send", async () => {
    await closedWith("还在");
    server.readOnly = true;

    expect((await resend(7, Socket, server.address)).map((result) => result.sent)).toEqual([false]);
    expect(await unsent()).toBe(1);
  });

  test("keeps what a dying server had not stored", async () => {
    await closedWith("还在");
    server.commitMs = 5000;
    const result = resend(7, Socket, server.address);
    await eventually(() => expect(server.frames.length).toBe(1));
    await server.kill();

    expect((await result).map((one) => one.sent)).toEqual([false]);
    expect(await unsent()).toBe(1);
  });

  test("says which documents still have unsent edits, with links to them", async () => {
    await closedWith("还在");
    server.refuse = 4403;
    vi.stubGlobal("location", { origin: server.address.replace("ws", "http"), pathname: "/" });

    await resendAndTell(7, document.getElementById("content") as HTMLElement);

    expect([...document.querySelectorAll(".note.soon a")].map((link) => [link.textContent, link.getAttribute("href")])).toEqual([["《背影》", "/lessons/plans/12/"]]);
    expect(document.querySelector(".note.good")).toBe(null);
  });

  test.each<[string, string, [number, number], number]>([
    ["the same", "背影", [200, 3], 0],
    ["over another column's change", "背影", [409, 4], 0],
    ["never over the same column's change", "从前", [409, 3], 1],
  ])("sends a queued column: %s", async (_name, base, [first, last], left) => {
    await column(base);
    const versions: number[] = [];
    vi.stubGlobal("fetch", (_url: string, init: RequestInit) => {
      versions.push((JSON.parse(String(init.body)) as { version: number }).version);
      const body = JSON.stringify({ version: 4, columns: { title: "背影" } });
      return Promise.resolve(new Response(body, { status: versions.length === 1 ? first : 200 }));
    });

    await resend(7, Socket, server.address);

    expect([versions[versions.length - 1], await unsent()]).toEqual([last, left]);
  });
});

describe("signing out", () => {
  function press(label: string): Promise<void> {
    return eventually(() => {
      const button = [...document.querySelectorAll("dialog button")].find((one) => one.textContent === label);
      expect(button).toBeDefined();
      (button as HTMLButtonElement).click();
    });
  }

  test("goes on at once when nothing is kept", async () => {
    expect(await prepareSignOut(7)).toBe(true);
    expect(document.querySelector("dialog")).toBe(null);
  });

  test("sends what is unsent first, and asks nothing", async () => {
    await closedWith("离线写的");
    vi.stubGlobal("location", { origin: server.address.replace("ws", "http"), pathname: "/" });

    expect(await prepareSignOut(7)).toBe(true);

    expect([server.doc.getText("t").toString(), await unsent()]).toEqual(["离线写的", 0]);
  });

  test("warns about what cannot be sent, and staying keeps it", async () => {
    await closedWith("还在");
    server.refuse = 1013;
    vi.stubGlobal("location", { origin: server.address.replace("ws", "http"), pathname: "/" });

    const ready = prepareSignOut(7);
    await press("Stay signed in");

    expect([await ready, await unsent(), document.querySelector("dialog")]).toEqual([false, 1, null]);
  });

  test("deletes it when the person says so, and nothing of anybody else", async () => {
    await closedWith("不要了");
    await closedWith("别人的", 8);
    server.refuse = 1013;
    vi.stubGlobal("location", { origin: server.address.replace("ws", "http"), pathname: "/" });

    const ready = prepareSignOut(7);
    await press("Sign out and delete them");

    expect([await ready, await unsent(7), await unsent(8)]).toEqual([true, 0, 1]);
  });
});
