import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, test, vi } from "vitest";
import * as Y from "yjs";

import { forget, openDatabase, rows, transact, unsentOf, type CopyRow, type UpdateRow } from "./database";
import { hinted } from "./hint";
import { openStore, type CopyName, type LocalCopy, type StoreHooks } from "./store";
import { eventually } from "./testing/eventually";

const NAME: CopyName = { person: 7, kind: "plan", key: "12", epoch: 1 };
const ABOUT = { title: "《背影》", page: "/lessons/plans/12/" };

let factory: IDBFactory;
beforeEach(() => {
  factory = new IDBFactory();
  localStorage.clear();
  vi.useRealTimers();
});

interface Page {
  doc: Y.Doc;
  copy: LocalCopy;
  stored: number[];
  failed: string[];
  type(text: string): number;
}

async function openPage(name: CopyName = NAME): Promise<Page> {
  const doc = new Y.Doc();
  const page = { doc, stored: [] as number[], failed: [] as string[] } as Page;
  const hooks: StoreHooks = { stored: (version) => page.stored.push(version), failed: (why) => page.failed.push(why) };
  page.copy = (await openStore(factory).open(name, ABOUT, () => Y.encodeStateAsUpdate(doc), hooks)) as LocalCopy;
  let version = 0;
  page.type = (text) => {
    doc.once("update", (update: Uint8Array) => page.copy.append(update, ++version));
    doc.getText("t").insert(doc.getText("t").length, text);
    return version;
  };
  return page;
}

async function stored(page: Page, version: number): Promise<void> {
  await eventually(() => expect(page.stored).toContain(version));
}

/** Leaves as a closed tab does: nothing more is written. */
function crash(_page: Page): void {
  return;
}

async function kept(): Promise<{ copies: CopyRow[]; updates: UpdateRow[] }> {
  const base = await openDatabase(factory);
  const found = { copies: await rows<CopyRow>(base, "copies"), updates: await rows<UpdateRow>(base, "updates") };
  base.close();
  return found;
}

function textOf(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc.getText("t").toString();
}

describe("the copy in this browser", () => {
  test("says stored only when the transaction has completed", async () => {
    const page = await openPage();
    page.type("教案");
    expect(page.stored).toEqual([]);

    await stored(page, 1);

    const { copies, updates } = await kept();
    expect(copies.map(({ unsent, person, title }) => ({ unsent, person, title }))).toEqual([{ unsent: true, person: 7, title: "《背影》" }]);
    expect(textOf(updates.filter((row) => row.version > 0).map((row) => row.bytes))).toBe("教案");
    expect(hinted(7)).toBe(true);
  });

  test("gives the next visit what was not sent", async () => {
    const page = await openPage();
    page.type("教");
    await stored(page, 1);
    page.copy.acked(1, true);
    page.type("案");
    await stored(page, 2);
    crash(page);

    const next = await openPage();

    expect(next.copy.unsent.length).toBeGreaterThan(0);
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(page.doc));
    for (const update of next.copy.unsent) Y.applyUpdate(doc, update);
    expect(doc.getText("t").toString()).toBe("教案");
  });

  test.each<[string, CopyName]>([
    ["another person", { ...NAME, person: 8 }],
    ["another document", { ...NAME, key: "13" }],
    ["another kind", { ...NAME, kind: "draft" }],
  ])("shows nothing of it to %s", async (_name, other) => {
    const page = await openPage();
    page.type("私下");
    await stored(page, 1);

    const next = await openPage(other);

    expect([next.copy.unsent, next.copy.stranded]).toEqual([[], []]);
  });

  test("strands what belongs to another epoch, until it is thrown away", async () => {
    const page = await openPage();
    page.type("旧纪元");
    await stored(page, 1);

    const next = await openPage({ ...NAME, epoch: 2 });

    expect(next.copy.unsent).toEqual([]);
    expect(next.copy.stranded.map(({ epoch, updates }) => [epoch, textOf(updates)])).toEqual([[1, "旧纪元"]]);
    await next.copy.discard((next.copy.stranded[0] as { id: string }).id);
    expect((await openPage({ ...NAME, epoch: 2 })).copy.stranded).toEqual([]);
  });

  test("strands what a reader may not send", async () => {
    const page = await openPage();
    page.type("曾是作者");
    await stored(page, 1);
    const next = await openPage();

    await next.copy.strand();

    expect(next.copy.unsent).toEqual([]);
    expect(next.copy.stranded.map(({ updates }) => textOf(updates))).toEqual(["曾是作者"]);
  });

  test("tells what an earlier visit had, and which of it is its own", async () => {
    const page = await openPage();
    page.type("教");
    await stored(page, 1);
    page.copy.acked(1, true);
    page.type("案");
    await stored(page, 2);

    const { visits, unsent } = (await openPage()).copy;

    expect(visits.map(({ updates, own }) => [textOf(updates), own])).toEqual([["教案", unsent]]);
    expect(unsent.length).toBe(1);
  });

  test("tells of a stranded visit once", async () => {
    const page = await openPage();
    page.type("曾是作者");
    await stored(page, 1);
    const next = await openPage();

    await next.copy.strand();

    expect([next.copy.visits, next.copy.stranded.length]).toEqual([[], 1]);
  });

  describe("whose edits another page sent", () => {
    beforeEach(async () => {
      const page = await openPage();
      page.type("离线写的");
      await stored(page, 1);
      const base = await openDatabase(factory);
      const [copy] = await rows<CopyRow>(base, "copies");
      await transact(base, (transaction) => transaction.objectStore("copies").put({ ...copy!, unsent: false, resent: true }));
      await unsentOf(base, 7);
      base.close();
    });

    test("is nothing unsent, and told at the next visit until the server confirms it", async () => {
      expect(hinted(7)).toBe(false);
      const next = await openPage();
      expect([next.copy.unsent, next.copy.visits.map(({ own }) => textOf(own))]).toEqual([[], ["离线写的"]]);

      next.copy.takenUp(0);
      next.copy.acked(0, true);

      await eventually(async () => expect(await kept()).toEqual({ copies: [], updates: [] }));
    });

    test("is not shown to copy where one may not write any more", async () => {
      const next = await openPage();

      await next.copy.strand();

      expect([next.copy.stranded, next.copy.visits.length]).toEqual([[], 1]);
    });

    test("is forgotten in another epoch", async () => {
      const next = await openPage({ ...NAME, epoch: 2 });

      expect([next.copy.visits, next.copy.stranded, await kept()]).toEqual([[], [], { copies: [], updates: [] }]);
    });

    test("is forgotten after a month, whatever is opened", async () => {
      vi.useFakeTimers({ now: Date.now() + 31 * 24 * 3600_000, toFake: ["Date"] });

      await openPage({ ...NAME, key: "13" });

      expect(await kept()).toEqual({ copies: [], updates: [] });
    });
  });

  test("keeps nothing once all is sent and the page is closed", async () => {
    const page = await openPage();
    page.type("教案");
    await stored(page, 1);
    page.copy.acked(1, true);
    await page.copy.close();

    expect(await kept()).toEqual({ copies: [], updates: [] });
    expect(hinted(7)).toBe(false);
  });

  test("notes soon that all is sent, and deletes it when it rests", async () => {
    const page = await openPage();
    page.type("教案");
    await stored(page, 1);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    page.copy.acked(1, true);

    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    await eventually(async () => expect((await kept()).copies.map((copy) => copy.unsent)).toEqual([false]));
    const next = await openPage();

    expect(next.copy.unsent).toEqual([]);
    expect((await kept()).copies).toEqual([]);
  });

  test("keeps what is unsent when the page is closed", async () => {
    const page = await openPage();
    page.type("教");
    await stored(page, 1);
    page.copy.acked(1, true);
    page.type("案");
    await page.copy.close();

    expect((await kept()).copies.map((copy) => copy.unsent)).toEqual([true]);
  });

  test("the copies of earlier visits go once the server has what they held", async () => {
    const page = await openPage();
    page.type("教案");
    await stored(page, 1);
    const next = await openPage();
    next.copy.takenUp(1);

    next.copy.acked(1, true);

    await eventually(async () => expect((await kept()).copies).toEqual([]));
  });

  test("many edits are merged into few rows that still hold them all", async () => {
    const page = await openPage();
    for (let i = 1; i <= 450; i++) {
      page.type("字");
      await stored(page, i);
    }

    const { updates } = await kept();
    expect(updates.length).toBeLessThan(60);
    expect(textOf(updates.filter((row) => row.version > 0).map((row) => row.bytes))).toBe("字".repeat(450));
  });

  test("two pages of one person on one document keep a copy each", async () => {
    const one = await openPage();
    const two = await openPage();
    one.type("甲");
    two.type("乙");
    await stored(one, 1);
    await stored(two, 1);

    one.copy.acked(1, true);
    await one.copy.close();

    expect((await openPage()).copy.unsent.map((update) => textOf([update]))).toEqual(["乙"]);
  });

  test("a browser without IndexedDB says so", async () => {
    const failed: string[] = [];
    const broken = { open: () => { throw new DOMException("denied", "SecurityError"); } } as unknown as IDBFactory;

    const copy = await openStore(broken).open(NAME, ABOUT, () => new Uint8Array(), { stored: () => undefined, failed: (why) => failed.push(why) });

    expect([copy, failed]).toEqual([null, ["no_store"]]);
  });

  test("a browser whose store never answers is not waited for", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const mute = { open: () => ({}) } as unknown as IDBFactory;
    const failed: string[] = [];
    const opened = openStore(mute).open(NAME, ABOUT, () => new Uint8Array(), { stored: () => undefined, failed: (why) => failed.push(why) });

    await vi.advanceTimersByTimeAsync(10_000);

    expect([await opened, failed]).toEqual([null, ["no_store"]]);
  });

  test("a full disk is told, and what was not written is written once there is room", async () => {
    const page = await openPage();
    const base = await openDatabase(factory);
    const prototype = Object.getPrototypeOf(base.transaction("updates", "readonly").objectStore("updates")) as IDBObjectStore;
    const add = vi.spyOn(prototype, "add").mockImplementation(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
    page.type("教案");
    await eventually(() => expect(page.failed).toEqual(["store_full"]));
    add.mockRestore();

    page.type("二");

    await stored(page, 2);
    expect(textOf((await kept()).updates.filter((row) => row.version > 0).map((row) => row.bytes))).toBe("教案二");
  });

  test("signing out deletes what is kept of the person, and of nobody else", async () => {
    const mine = await openPage();
    const theirs = await openPage({ ...NAME, person: 8 });
    mine.type("我的");
    theirs.type("别人的");
    await stored(mine, 1);
    await stored(theirs, 1);
    const base = await openDatabase(factory);

    await forget(base, 7);

    expect((await unsentOf(base, 7)).copies).toEqual([]);
    expect((await unsentOf(base, 8)).copies.length).toBe(1);
    expect([hinted(7), hinted(8)]).toEqual([false, true]);
  });
});
