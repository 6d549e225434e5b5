/** For tests: a small schema, two pages joined without a network, and a view for a field. */
import { Schema } from "prosemirror-model";
import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import * as Y from "yjs";

import { FieldBinding, type FieldHost } from "../binding/field";
import { source } from "../signal";

export const schema = new Schema({
  nodes: {
    doc: { content: "block+" },
    paragraph: { group: "block", content: "inline*", attrs: { align: { default: null } }, toDOM: () => ["p", 0], parseDOM: [{ tag: "p" }] },
    heading: { group: "block", content: "inline*", attrs: { level: { default: 1 } }, toDOM: () => ["h2", 0], parseDOM: [{ tag: "h2" }] },
    bullet_list: { group: "block", content: "list_item+", toDOM: () => ["ul", 0], parseDOM: [{ tag: "ul" }] },
    list_item: { content: "block+", toDOM: () => ["li", 0], parseDOM: [{ tag: "li" }] },
    image: { group: "inline", inline: true, attrs: { picture: {} }, toDOM: () => ["img"], parseDOM: [{ tag: "img" }] },
    text: { group: "inline", inline: true },
  },
  marks: {
    strong: { toDOM: () => ["strong", 0], parseDOM: [{ tag: "strong" }] },
    color: { attrs: { name: { default: "red" } }, toDOM: () => ["span", 0] },
    comment: { attrs: { id: {} }, excludes: "", toDOM: () => ["mark", 0] },
  },
});

export interface Peer {
  doc: Y.Doc;
  fragment: Y.XmlFragment;
  binding: FieldBinding;
  view: EditorView;
  host: FieldHost & { held: number; writable: ReturnType<typeof source<boolean>> };
  /** Every update that left this page. */
  sent: Uint8Array[];
}

export function makeHost(writable = true): Peer["host"] {
  const host = {
    held: 0,
    writable: source(writable),
    hold: () => {
      host.held++;
      return () => host.held--;
    },
    beforeWrite: () => undefined,
  };
  return host;
}

/** A page with one field; `start` is the document both begin with. */
export function makePeer(start: Uint8Array | null = null, knows: Schema = schema): Peer {
  const doc = new Y.Doc();
  if (start) Y.applyUpdate(doc, start);
  const fragment = doc.getXmlFragment("f:test");
  const host = makeHost();
  const binding = new FieldBinding("f:test", fragment, knows, host);
  const view = new EditorView(document.body.appendChild(document.createElement("div")), {
    state: EditorState.create({ doc: binding.doc, plugins: [binding.plugin] }),
  });
  const sent: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== "peer") sent.push(update);
  });
  return { doc, fragment, binding, view, host, sent };
}

/** Gives each page what the other has. */
export function exchange(...peers: { doc: Y.Doc }[]): void {
  for (const from of peers) for (const to of peers) if (from !== to) Y.applyUpdate(to.doc, Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(to.doc)), "peer");
}

/** Joins two pages so that each edit arrives at once. */
export function join(a: { doc: Y.Doc }, b: { doc: Y.Doc }): void {
  exchange(a, b);
  a.doc.on("update", (update: Uint8Array, origin: unknown) => origin !== "peer" && Y.applyUpdate(b.doc, update, "peer"));
  b.doc.on("update", (update: Uint8Array, origin: unknown) => origin !== "peer" && Y.applyUpdate(a.doc, update, "peer"));
}

/** The state of a document with these paragraphs. */
export function paragraphs(...lines: string[]): Uint8Array {
  const doc = new Y.Doc();
  doc.getXmlFragment("f:test").insert(
    0,
    lines.map((line) => {
      const element = new Y.XmlElement("paragraph");
      if (line) element.insert(0, [new Y.XmlText(line)]);
      return element;
    }),
  );
  return Y.encodeStateAsUpdate(doc);
}

/** The lines of a view, joined by "|". */
export function lines(view: EditorView): string {
  return view.state.doc.textBetween(0, view.state.doc.content.size, "|", "□");
}

/** The position behind the nth character of the nth paragraph. */
export function at(view: EditorView, block: number, offset: number): number {
  let pos = 0;
  for (let i = 0; i < block; i++) pos += view.state.doc.child(i).nodeSize;
  return pos + 1 + offset;
}
