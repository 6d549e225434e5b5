import { describe, expect, test } from "vitest";
import * as Y from "yjs";

import { barrierFrame, FRAME_BYTES, splitUpdate, updateFrame } from "./frames";
import { frame } from "./resend";

function busyDoc(): { doc: Y.Doc; before: Y.Doc } {
  const before = new Y.Doc();
  before.getText("t").insert(0, "从前");
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(before));
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(before));
  for (let i = 0; i < 400; i++) {
    doc.getText("t").insert(i % 2, `第${i}句`);
    other.getText("t").insert(0, "乙".repeat(i % 7));
    if (i % 9 === 0) doc.getText("t").delete(0, 2);
    if (i % 50 === 0) Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
    doc.getMap("steps").set(`k${i % 5}`, { n: i });
  }
  return { doc, before };
}

describe("splitting an update", () => {
  test("a small one stays as it is", () => {
    const update = Y.encodeStateAsUpdate(busyDoc().before);

    expect(splitUpdate(update)).toEqual([update]);
  });

  test.each([64, 500, 4000])("pieces of %i bytes, applied in order, give the same document", (limit) => {
    const { doc, before } = busyDoc();
    const update = Y.encodeStateAsUpdate(doc, Y.encodeStateVector(before));

    const pieces = splitUpdate(update, limit);
    for (const piece of pieces) Y.applyUpdate(before, piece);

    expect(pieces.length).toBeGreaterThan(1);
    expect(before.getText("t").toString()).toBe(doc.getText("t").toString());
    expect(before.getMap("steps").toJSON()).toEqual(doc.getMap("steps").toJSON());
    expect(Y.encodeStateVector(before)).toEqual(Y.encodeStateVector(doc));
    expect(before.store.pendingStructs).toBe(null);
  });

  test("a day offline fits the frames of the server", () => {
    const doc = new Y.Doc();
    for (let i = 0; i < 900; i++) doc.getText("t").insert(0, "很长的一段话".repeat(700), { n: i });

    const pieces = splitUpdate(Y.encodeStateAsUpdate(doc));

    expect(Y.encodeStateAsUpdate(doc).length).toBeGreaterThan(8 * 1024 * 1024);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(FRAME_BYTES + 64 * 1024);
  });

  test("one long paste is cut too", () => {
    const doc = new Y.Doc();
    doc.getText("t").insert(0, "长".repeat(1_000_000));

    const pieces = splitUpdate(Y.encodeStateAsUpdate(doc));
    const copy = new Y.Doc();
    for (const piece of pieces) Y.applyUpdate(copy, piece);

    expect(pieces.length).toBeGreaterThan(4);
    expect(copy.getText("t").toString()).toBe(doc.getText("t").toString());
  });
});

test.each([0, 1, 127, 128, 300, 70_000])("frames written without a library are the same (%i bytes)", (size) => {
  const bytes = new Uint8Array(size).fill(7);

  expect(frame([0, 2], bytes)).toEqual(updateFrame(bytes));
  expect(frame([102], new Uint8Array([5]))).toEqual(barrierFrame(5));
});
