/** What tests do in a live document, and read of it. */
import { expect } from "vitest";
import * as Y from "yjs";

import type { LiveDocument, LiveEvent } from "../session";
import { eventually } from "./eventually";

export function type(live: LiveDocument, text: string): void {
  live.edit(() => live.doc.getText("t").insert(live.doc.getText("t").length, text));
}

export function read(live: { doc: LiveDocument["doc"] }): string {
  return live.doc.getText("t").toString();
}

export function until(live: LiveDocument, state: string): Promise<void> {
  return eventually(() => expect(live.status.value.state).toBe(state));
}

export function joined(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return read({ doc });
}

export function events(live: LiveDocument): LiveEvent[] {
  const seen: LiveEvent[] = [];
  live.onEvent((event) => seen.push(event));
  return seen;
}
