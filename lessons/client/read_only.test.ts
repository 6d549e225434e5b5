import type { ReadOnly } from "@live/session";
import type { SaveStatus } from "@live/status";
import { expect, it } from "vitest";

import { readOnlyNotice, saysWhy } from "./read_only";

const again = { label: "again", run: () => undefined };
const SAID = "the server's sentence";

it.each<[ReadOnly["cause"], string, string[]]>([
  ["role", "You may read this plan but not change it. Ask its lead author to make you a co-author.", []],
  ["full", "This plan is full. Delete something to go on writing.", []],
  ["schema", "This page has been updated. Load it again to go on writing.", ["again"]],
  [null, SAID, ["again"]],
])("a page that may only read for the cause %s says so, and offers to load again where that helps", (cause, text, actions) => {
  const notice = readOnlyNotice({ value: true, reason: SAID, cause }, again);

  expect([notice.text, notice.actions?.map(({ label }) => label)]).toEqual([text, actions]);
});

it.each<[string, boolean, ReadOnly["cause"], SaveStatus["reason"], boolean]>([
  ["who may write", false, null, null, false],
  ["who may only read", true, "role", null, true],
  ["who may only read and was not told why", true, null, null, true],
  ["a full plan with all saved", false, "full", null, true],
  ["a full plan with something unsaved", false, "full", "full", false],
  ["an old page with something unsaved", true, "schema", "schema", false],
  ["a reader with something unsaved", true, "role", "read_only", false],
  ["a plan that is not open to one any more", true, null, "withdrawn", false],
])("the reason is said once: %s", (_, value, cause, reason, says) => {
  const status: SaveStatus = { state: reason ? "failed" : "saved", at: null, reason, unsaved: reason !== null };
  expect(saysWhy({ value, reason: "", cause }, status)).toBe(says);
});
