import { describe, expect, test } from "vitest";

import { adviceText, decide, LATE_MS, readingText, statusText, type SaveFacts } from "./status";

const SAVED: SaveFacts = {
  open: true,
  connecting: false,
  looking: false,
  local: 3,
  acked: 3,
  stored: 3,
  waitingSince: null,
  composing: 0,
  columns: { waiting: 0, stored: true, problem: null },
  store: null,
  ended: null,
  savedAt: new Date(2026, 10, 24, 14, 5),
};
const NOW = 100_000;
const sent = { local: 4, stored: 4, waitingSince: NOW - 100 };
const late = { ...sent, waitingSince: NOW - LATE_MS };

describe("what the page says", () => {
  test.each<[string, Partial<SaveFacts>, string, string | null, boolean]>([
    ["all acknowledged and connected", {}, "saved", null, false],
    ["earlier edits not looked for yet", { looking: true }, "saving", "connecting", false],
    ["an edit on its way", sent, "saving", null, true],
    ["an edit on its way, not even stored here", { ...sent, stored: 3 }, "saving", null, true],
    ["acknowledged but the socket closed", { open: false }, "offline", null, false],
    ["a first connection", { open: false, connecting: true, local: 0, acked: 0 }, "saving", "connecting", false],
    ["offline, stored here", { ...sent, open: false }, "offline", null, true],
    ["offline, this browser still writing", { ...sent, open: false, stored: 3 }, "saving", null, true],
    ["offline, this browser writing for too long", { ...late, open: false, stored: 3 }, "failed", "no_store", true],
    ["offline without a store", { ...sent, open: false, store: "no_store" }, "failed", "no_store", true],
    ["offline with a full disk", { ...sent, open: false, store: "store_full" }, "failed", "store_full", true],
    ["no answer for eight seconds, stored here", late, "offline", "slow", true],
    ["no answer for eight seconds, no store", { ...late, store: "no_store" }, "failed", "no_store", true],
    ["a store that fails while the server answers", { ...sent, store: "store_full" }, "saving", null, true],
    ["a composition under way", { composing: 1 }, "saving", null, true],
    ["a composition under way, offline", { ...sent, composing: 1, open: false }, "saving", null, true],
    ["a column on its way", { columns: { waiting: 1, stored: true, problem: null } }, "saving", null, true],
    ["a column waiting offline", { open: false, columns: { waiting: 1, stored: true, problem: null } }, "offline", null, true],
    ["a column waiting offline, not stored", { open: false, columns: { waiting: 1, stored: false, problem: null } }, "saving", null, true],
    ["a column in conflict", { columns: { waiting: 1, stored: true, problem: "conflict" } }, "failed", "conflict", true],
    ["a column that is not valid", { columns: { waiting: 1, stored: true, problem: "invalid" } }, "failed", "invalid", true],
    ["access withdrawn with text unsent", { ...sent, open: false, ended: "withdrawn" }, "failed", "withdrawn", true],
    ["access withdrawn with all sent", { open: false, ended: "withdrawn" }, "offline", "withdrawn", false],
    ["made a reader with text unsent", { ...sent, ended: "read_only" }, "failed", "read_only", true],
    ["made a reader with all sent", { ended: "read_only" }, "saved", null, false],
    ["a full document with text unsent", { ...sent, ended: "full" }, "failed", "full", true],
    ["a page too old with text unsent", { ...sent, ended: "schema" }, "failed", "schema", true],
    ["a full document with all sent, offline", { open: false, ended: "full" }, "offline", null, false],
    ["a page too old at the door", { open: false, connecting: true, ended: "schema" }, "saving", "connecting", false],
    ["a reader who lost the connection", { open: false, ended: "read_only" }, "offline", null, false],
    ["a reader at the door", { open: false, connecting: true, ended: "read_only" }, "saving", "connecting", false],
    ["signed out with text stored here", { ...sent, open: false, ended: "signed_out" }, "offline", "signed_out", true],
    ["another epoch", { ...sent, open: false, ended: "other_epoch" }, "failed", "other_epoch", true],
  ])("%s", (_name, facts, state, reason, unsaved) => {
    const status = decide({ ...SAVED, ...facts }, NOW);

    expect({ state: status.state, reason: status.reason, unsaved: status.unsaved }).toEqual({ state, reason, unsaved });
  });

  test("in words, with the time of the last confirmation", () => {
    const status = decide(SAVED, NOW);

    expect(statusText(status)).toBe("Saved 14:05");
    expect(statusText({ ...status, state: "offline", unsaved: true })).toBe("Offline – kept on this computer");
    expect(statusText({ ...status, state: "offline", unsaved: false })).toBe("Offline");
  });

  test("a reader is told whether what stands there is the newest", () => {
    const reader = { ...SAVED, local: 0, acked: 0, ended: "read_only" as const };
    const said = (facts: Partial<SaveFacts>): string[] => {
      const status = decide({ ...reader, ...facts }, NOW);
      return [readingText(status), adviceText(status)];
    };

    expect(said({})).toEqual(["Read only", ""]);
    expect(said({ open: false, connecting: true })).toEqual(["Connecting…", ""]);
    expect(said({ open: false })).toEqual([
      "Offline – perhaps not the newest",
      "The connection is lost. What others write meanwhile appears here by itself when it is back.",
    ]);
    expect(said({ open: false, ended: "withdrawn" })).toEqual([
      "Disconnected – perhaps not the newest",
      "You no longer have access to this document. What you see here is no longer brought up to date.",
    ]);
  });

  test("nobody is told to copy what they never wrote", () => {
    for (const reason of ["withdrawn", "not_found", "other_epoch", "refused"] as const)
      expect(adviceText({ state: "offline", at: null, reason, unsaved: false })).not.toMatch(/Copy|^$/);
  });

  test("with advice for whatever is not saved for good", () => {
    for (const reason of ["signed_out", "slow", "no_store", "store_full", "read_only", "withdrawn", "not_found", "other_epoch", "refused", "conflict", "invalid"] as const)
      expect(adviceText({ state: "failed", at: null, reason, unsaved: true })).not.toBe("");
  });
});
