/** Steps in which an earlier visit wrote, and which were deleted before that was saved. */
import * as Y from "yjs";
import type { Visit } from "@live/index";
import { readFragment } from "@prose/read";

import { cell, CELLS, inOrder, type Steps } from "./steps";
import { nameOf, type Stood } from "./stood";

/** Those of a visit's steps that the document has no more, as they stood there. */
export function lostSteps({ updates, own }: Visit, steps: Steps): Stood[] {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  const old = doc.getMap("steps") as Steps;
  const written = writtenIn(old, own);
  return inOrder(old).flatMap((step, index) => {
    const cells = CELLS.map((name) => [name, cell(old, step.id, name)] as const);
    if (!written.has(step.id) || stands(step.id, old, steps) || cells.some(([, found]) => !found)) return [];
    const standing = Object.fromEntries(cells.map(([name, found]) => [name, { doc: readFragment(found!), selection: null }])) as Stood["cells"];
    return [{ step, name: nameOf(step, index + 1), cells: standing, at: null, focus: false }];
  });
}

/** Whether a step is still there. What was deleted and brought back is a copy, without what was written elsewhere meanwhile. */
function stands(id: string, old: Steps, now: Steps): boolean {
  const [before, after] = [old, now].map((steps) => steps.get(id)?._item?.id);
  return before !== undefined && after !== undefined && Y.compareIDs(before, after);
}

/** The steps in which these updates put something other than a place. */
function writtenIn(steps: Steps, updates: readonly Uint8Array[]): Set<string> {
  const { store } = steps.doc!;
  const found = new Set<string>();
  for (const { id } of updates.flatMap((update) => Y.decodeUpdate(update).structs)) {
    if (id.clock >= Y.getState(store, id.client)) continue; // what it rests on is not here
    const item = Y.getItem(store, id);
    const step = item instanceof Y.Item ? stepOf(item, steps) : null;
    if (step) found.add(step);
  }
  return found;
}

/** The step in which an item says something. */
function stepOf(item: Y.Item, steps: Steps): string | null {
  let inner = item;
  for (let outer = parentOf(inner); outer; outer = parentOf(inner)) {
    if (outer.parent === steps) return inner.parentSub === "order" ? null : outer.parentSub;
    inner = outer;
  }
  return null;
}

function parentOf({ parent }: Y.Item): Y.Item | null {
  return parent instanceof Y.AbstractType ? parent._item : null;
}
