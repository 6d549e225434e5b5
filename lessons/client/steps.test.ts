import { describe, expect, it } from "vitest";
import * as Y from "yjs";

import { addStep, cell, inOrder, jittered, minutesAPeriod, minutesOf, moveStep, removeStep, setMinutes, setPhase, total, type Steps } from "./steps";

function plan(clientID?: number): { doc: Y.Doc; steps: Steps } {
  const doc = new Y.Doc();
  if (clientID !== undefined) doc.clientID = clientID;
  return { doc, steps: doc.getMap("steps") };
}

function fill(steps: Steps, ...phases: string[]): string[] {
  return phases.map((phase, index) => {
    const id = addStep(steps, index);
    setPhase(steps, id, phase);
    return id;
  });
}

const phases = (steps: Steps): string[] => inOrder(steps).map((step) => step.phase);

function exchange(...docs: Y.Doc[]): void {
  for (const from of docs) for (const to of docs) if (from !== to) Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));
}

describe("adding and moving", () => {
  it("puts steps where it is told", () => {
    const { steps } = plan();
    fill(steps, "导入", "小结");

    setPhase(steps, addStep(steps, 1), "新授");
    setPhase(steps, addStep(steps, 0), "课前");

    expect(phases(steps)).toEqual(["课前", "导入", "新授", "小结"]);
  });

  it.each([
    [0, 3, ["b", "c", "d", "a"]],
    [3, 0, ["d", "a", "b", "c"]],
    [1, 2, ["a", "c", "b", "d"]],
    [2, 99, ["a", "b", "d", "c"]],
  ])("moves step %i to %i", (from, to, expected) => {
    const { steps } = plan();
    const ids = fill(steps, "a", "b", "c", "d");

    expect(moveStep(steps, ids[from]!, to)).toBe(true);

    expect(phases(steps)).toEqual(expected);
  });

  it("says when nothing moves", () => {
    const { steps } = plan();
    const [only] = fill(steps, "a");

    expect(moveStep(steps, only!, 5)).toBe(false);
    expect(moveStep(steps, "unknown", 0)).toBe(false);
  });

  it("writes one key only, however long the list", () => {
    const { doc, steps } = plan();
    const ids = fill(steps, ..."abcdefgh");
    const changed: string[] = [];
    doc.on("afterTransaction", (transaction: Y.Transaction) => transaction.changed.forEach((keys) => changed.push(...(keys as Set<string>))));

    moveStep(steps, ids[7]!, 2);

    expect(changed).toEqual(["order"]);
  });
});

describe("two people at once", () => {
  it("keep a move and an edit of the same step", () => {
    const one = plan(1);
    const [id] = fill(one.steps, "a", "b", "c");
    const two = plan(2);
    exchange(one.doc, two.doc);

    moveStep(one.steps, id!, 2);
    cell(two.steps, id!, "teacher")!.insert(0, [new Y.XmlText("出示旧影")]);
    exchange(one.doc, two.doc);

    expect(phases(one.steps)).toEqual(["b", "c", "a"]);
    expect(cell(one.steps, id!, "teacher")!.toString()).toBe("出示旧影");
    expect(inOrder(one.steps)).toEqual(inOrder(two.steps));
  });

  it("keep both steps added at the same place, in the same order for both", () => {
    const one = plan(1);
    fill(one.steps, "a", "b");
    const two = plan(2);
    exchange(one.doc, two.doc);

    setPhase(one.steps, addStep(one.steps, 1), "x");
    setPhase(two.steps, addStep(two.steps, 1), "y");
    exchange(one.doc, two.doc);

    expect(phases(one.steps)).toEqual(phases(two.steps));
    expect(phases(one.steps).sort()).toEqual(["a", "b", "x", "y"]);
  });

  it("can put a step between two whose keys tie", () => {
    const { steps } = plan();
    const [first, second] = fill(steps, "a", "b", "c");
    steps.get(second!)!.set("order", steps.get(first!)!.get("order"));
    const before = phases(steps);

    setPhase(steps, addStep(steps, 1), "x");

    expect(phases(steps)).toEqual([before[0], "x", before[1], before[2]]);
  });

  it.each(["", "!", "教", "a0a0a0a00", "Z"])("can add and move beside the broken key %j", (broken) => {
    const { steps } = plan();
    const ids = fill(steps, "a", "b");
    steps.get(ids[0]!)!.set("order", broken);

    addStep(steps, 1);
    moveStep(steps, ids[1]!, 0);

    expect(phases(steps)[0]).toBe("b");
    expect(inOrder(steps)).toHaveLength(3);
  });
});

describe("jittered", () => {
  it("keeps keys of two people apart and in between", () => {
    const keys = Array.from({ length: 200 }, () => jittered("a0", "a1"));

    expect(keys.every((key) => "a0" < key && key < "a1")).toBe(true);
    expect(new Set(keys).size).toBeGreaterThan(8);
  });

  it("stays short over a hundred insertions at one place", () => {
    let first = jittered(null, null);
    const last = jittered(first, null);
    for (let count = 0; count < 100; count += 1) first = jittered(first, last, () => 0.9);

    expect(first.length).toBeLessThan(110);
  });
});

describe("removing", () => {
  it("takes a step out and can put its content back", () => {
    const { steps } = plan();
    const [id] = fill(steps, "a", "b");
    cell(steps, id!, "student")!.insert(0, [new Y.XmlText("观察")]);
    setMinutes(steps, id!, 5);

    const undo = removeStep(steps, id!)!;
    expect(phases(steps)).toEqual(["b"]);
    undo();

    expect(inOrder(steps)[0]).toMatchObject({ id, phase: "a", minutes: 5 });
    expect(cell(steps, id!, "student")!.toString()).toBe("观察");
  });

  it("does nothing for a step that is gone already", () => {
    const { steps } = plan();

    expect(removeStep(steps, "gone")).toBeNull();
  });
});

describe("what other clients may leave", () => {
  it("is skipped or read as unsaid", () => {
    const { doc, steps } = plan();
    doc.getMap("steps").set("text", "no map");
    const [id] = fill(steps, "a");
    steps.get(id!)!.set("minutes", "12");
    steps.get(id!)!.set("phase", 7);
    steps.get(id!)!.delete("teacher");

    expect(inOrder(steps)).toEqual([{ id, order: steps.get(id!)!.get("order"), phase: "", minutes: null }]);
    expect(cell(steps, id!, "teacher")).toBeNull();
    expect(cell(steps, "none", "teacher")).toBeNull();
  });

  it.each([
    [5, 5],
    [5.4, 5],
    [0, 0],
    [-1, null],
    [601, null],
    [Number.NaN, null],
    [null, null],
    [true, null],
  ])("minutes %j are %j", (given, expected) => {
    expect(minutesOf(given)).toBe(expected);
  });
});

describe("time", () => {
  it("is added up, and unsaid steps are counted", () => {
    const { steps } = plan();
    const ids = fill(steps, "a", "b", "c");
    setMinutes(steps, ids[0]!, 5);
    setMinutes(steps, ids[1]!, 12);

    expect(total(inOrder(steps))).toEqual({ minutes: 17, unsaid: 1 });
  });

  it("of a period depends on the stage", () => {
    expect(["kindergarten", "primary", "junior", "senior", ""].map(minutesAPeriod)).toEqual([null, 40, 45, 45, 45]);
  });
});
