import type { ReadOnly } from "@live/session";
import { expect, it } from "vitest";

import { readOnlyNotice } from "./read_only";

const again = { label: "again", run: () => undefined };
const SAID = "the server's sentence";

it.each<[ReadOnly["cause"], string, string[]]>([
  ["role", "You may read this plan but not change it. Ask its lead author to make you a co-author.", []],
  ["full", "This plan has reached its largest size and can only be read. Go on in a new one.", []],
  ["schema", "This page is older than the plan. Load it again to write.", ["again"]],
  [null, SAID, ["again"]],
])("a page that may only read for the cause %s says so, and offers to load again where that helps", (cause, text, actions) => {
  const notice = readOnlyNotice({ value: true, reason: SAID, cause }, again);

  expect([notice.text, notice.actions?.map(({ label }) => label)]).toEqual([text, actions]);
});
