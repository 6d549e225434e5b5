/**
 * A page for tests in a real browser: two people's pages in one, joined without a network (`harness`), and the modules of
 * a page with a document for tests against the real server (`modules`).
 *
 * Built by `frontend/live/testing/vite.config.ts`, never shipped.
 */
import { baseKeymap, splitBlock, toggleMark } from "prosemirror-commands";
import { keymap } from "prosemirror-keymap";
import { Schema } from "prosemirror-model";
import { EditorState, TextSelection } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import * as Y from "yjs";
import { Awareness } from "y-protocols/awareness";

import { FieldBinding } from "../binding/field";
import { cursorPlugin } from "../cursors";
import { resend } from "../resend";
import { openLiveDocument } from "../session";
import { prepareSignOut } from "../sign_out";
import { source } from "../signal";
import { LiveUndo, undoPlugin } from "../undo";

const schema = new Schema({
  nodes: {
    doc: { content: "block+" },
    paragraph: { group: "block", content: "inline*", toDOM: () => ["p", 0], parseDOM: [{ tag: "p" }] },
    heading: { group: "block", content: "inline*", toDOM: () => ["h2", 0], parseDOM: [{ tag: "h2" }] },
    bullet_list: { group: "block", content: "list_item+", toDOM: () => ["ul", 0], parseDOM: [{ tag: "ul" }] },
    list_item: { content: "block+", toDOM: () => ["li", 0], parseDOM: [{ tag: "li" }] },
    table: { group: "block", content: "table_row+", toDOM: () => ["table", ["tbody", 0]], parseDOM: [{ tag: "table" }] },
    table_row: { content: "table_cell+", toDOM: () => ["tr", 0], parseDOM: [{ tag: "tr" }] },
    table_cell: { content: "block+", toDOM: () => ["td", 0], parseDOM: [{ tag: "td" }] },
    text: { group: "inline", inline: true },
  },
  marks: { strong: { toDOM: () => ["strong", 0], parseDOM: [{ tag: "strong" }] } },
});

interface Side {
  doc: Y.Doc;
  awareness: Awareness;
  undo: LiveUndo;
  binding: FieldBinding;
  view: EditorView;
  held: number;
}

let a: Side;
let b: Side;
/** The text in every update that left the first page. */
let sent: string[] = [];
let online = true;

function side(place: HTMLElement, start: Uint8Array, name: string, color: string): Side {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, start, "start");
  const awareness = new Awareness(doc);
  awareness.setLocalState({ user: { id: doc.clientID, name, color }, cursor: null });
  const undo = new LiveUndo(doc, {});
  const made = { doc, awareness, undo, held: 0 } as Side;
  made.binding = new FieldBinding("f:test", doc.getXmlFragment("f:test"), schema, {
    hold: () => {
      made.held++;
      return () => made.held--;
    },
    writable: source(true),
    beforeWrite: (binding, selection) => undo.note(binding.field, selection),
  });
  place.replaceChildren();
  made.view = new EditorView(place, {
    state: EditorState.create({
      doc: made.binding.doc,
      plugins: [made.binding.plugin, undoPlugin(undo, made.binding), cursorPlugin(awareness, made.binding), keymap(baseKeymap)],
    }),
  });
  return made;
}

function link(from: Side, to: Side, record: boolean): void {
  from.doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin === "peer" || origin === "start") return;
    if (record) sent.push(textIn(update));
    if (online) Y.applyUpdate(to.doc, update, "peer");
  });
  from.awareness.on("update", () => {
    const states = to.awareness.getStates();
    states.set(from.doc.clientID, from.awareness.getLocalState() ?? {});
    to.awareness.emit("change", [{ added: [], updated: [from.doc.clientID], removed: [] }, "peer"]);
  });
}

function textIn(update: Uint8Array): string {
  const strings = Y.decodeUpdate(update).structs.map((struct) => (struct instanceof Y.Item && struct.content instanceof Y.ContentString ? struct.content.str : ""));
  return strings.join("");
}

type Lines = (string | { list: string[] } | { cell: string })[];

function startState(content: Lines): Uint8Array {
  const doc = new Y.Doc();
  const paragraph = (text: string): Y.XmlElement => wrap("paragraph", text ? [new Y.XmlText(text)] : []);
  const wrap = (name: string, children: (Y.XmlElement | Y.XmlText)[]): Y.XmlElement => {
    const element = new Y.XmlElement(name);
    element.insert(0, children);
    return element;
  };
  const blocks = content.map((line) => {
    if (typeof line === "string") return paragraph(line);
    if ("list" in line) return wrap("bullet_list", line.list.map((text) => wrap("list_item", [paragraph(text)])));
    return wrap("table", [wrap("table_row", [wrap("table_cell", [paragraph(line.cell)]), wrap("table_cell", [paragraph("旁")])])]);
  });
  doc.getXmlFragment("f:test").insert(0, blocks);
  return Y.encodeStateAsUpdate(doc);
}

/** The place behind the nth character of the nth line (text block) of a view. */
function place(view: EditorView, line: number, offset: number): number {
  let found = -1;
  let seen = 0;
  view.state.doc.descendants((node, pos) => {
    if (node.isTextblock && seen++ === line) found = pos + 1 + offset;
    return !node.isTextblock;
  });
  return found;
}

function blockRange(view: EditorView, line: number): { from: number; to: number } {
  const $pos = view.state.doc.resolve(place(view, line, 0));
  return { from: $pos.before(), to: $pos.after() };
}

/** What is drawn, not only what the state says; the names at the carets are no text. */
function drawn(view: EditorView): string {
  const copy = view.dom.cloneNode(true) as HTMLElement;
  for (const caret of copy.querySelectorAll(".live-caret")) caret.remove();
  return [...copy.querySelectorAll("p,h2")].map((block) => block.textContent).join("|");
}

const harness = {
  start(content: Lines): void {
    const state = startState(content);
    a?.view.destroy();
    b?.view.destroy();
    a = side(document.getElementById("a") as HTMLElement, state, "刘秀兰", "#8a3324");
    b = side(document.getElementById("b") as HTMLElement, state, "薛海峰", "#24578a");
    sent = [];
    online = true;
    link(a, b, true);
    link(b, a, false);
  },
  focus(line: number, offset: number, end = offset, endLine = line): void {
    a.view.focus();
    a.view.dispatch(a.view.state.tr.setSelection(TextSelection.create(a.view.state.doc, place(a.view, line, offset), place(a.view, endLine, end))));
  },
  // ---- what the peer does
  insert(line: number, offset: number, text: string): void {
    b.view.dispatch(b.view.state.tr.insertText(text, place(b.view, line, offset)));
  },
  split(line: number, offset: number): void {
    b.view.dispatch(b.view.state.tr.setSelection(TextSelection.create(b.view.state.doc, place(b.view, line, offset))));
    splitBlock(b.view.state, b.view.dispatch);
  },
  remove(line: number): void {
    const { from, to } = blockRange(b.view, line);
    b.view.dispatch(b.view.state.tr.delete(from, to));
  },
  cut(line: number, from: number, to: number): void {
    b.view.dispatch(b.view.state.tr.delete(place(b.view, line, from), place(b.view, line, to)));
  },
  bold(line: number, from: number, to: number): void {
    b.view.dispatch(b.view.state.tr.setSelection(TextSelection.create(b.view.state.doc, place(b.view, line, from), place(b.view, line, to))));
    toggleMark(schema.marks.strong!)(b.view.state, b.view.dispatch);
  },
  heading(line: number): void {
    const { from, to } = blockRange(b.view, line);
    b.view.dispatch(b.view.state.tr.setBlockType(from, to, schema.nodes.heading!));
  },
  caret(line: number, offset: number): void {
    const selection = TextSelection.create(b.view.state.doc, place(b.view, line, offset));
    b.view.dispatch(b.view.state.tr.setSelection(selection));
    const at = b.binding.relative(b.view.state)!;
    b.awareness.setLocalStateField("cursor", { field: "f:test", anchor: Y.relativePositionToJSON(at.anchor), head: Y.relativePositionToJSON(at.head) });
  },
  undo(): void {
    a.undo.undo();
  },
  type(text: string): void {
    a.view.dispatch(a.view.state.tr.insertText(text));
  },
  offline(): void {
    online = false;
  },
  online(): void {
    online = true;
    Y.applyUpdate(b.doc, Y.encodeStateAsUpdate(a.doc, Y.encodeStateVector(b.doc)), "peer");
    Y.applyUpdate(a.doc, Y.encodeStateAsUpdate(b.doc, Y.encodeStateVector(a.doc)), "peer");
  },
  look(): Record<string, unknown> {
    const text = (view: EditorView): string => view.state.doc.textBetween(0, view.state.doc.content.size, "|");
    const fresh = new FieldBinding("f:test", b.doc.getXmlFragment("f:test"), schema, { hold: () => () => undefined, writable: source(true), beforeWrite: () => undefined });
    const { head } = a.view.state.selection;
    return {
      a: text(a.view),
      b: text(b.view),
      shape: a.view.state.doc.toString(),
      drawn: drawn(a.view),
      same: a.view.state.doc.eq(b.view.state.doc) && fresh.doc.eq(b.view.state.doc),
      before: a.view.state.doc.textBetween(Math.max(0, head - 2), head, "|"),
      sent: sent.join("\n"),
      updates: sent.length,
      held: a.held,
      composing: a.binding.composing.value,
    };
  },
};

function paragraph(text: string): Y.XmlElement {
  const element = new Y.XmlElement("paragraph");
  element.insert(0, [new Y.XmlText(text)]);
  return element;
}

const modules = { openLiveDocument, resend, prepareSignOut, paragraph };

declare global {
  interface Window {
    harness: typeof harness;
    modules: typeof modules;
  }
}
window.harness = harness;
window.modules = modules;
