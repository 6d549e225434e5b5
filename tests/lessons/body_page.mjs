// A page edits a body that the server wrote: base64 update on standard input, the page's own update back.
import fs from "node:fs";
import { generateKeyBetween } from "fractional-indexing";
import { Schema } from "prosemirror-model";
import { Transform } from "prosemirror-transform";
import { initProseMirrorDoc, updateYFragment } from "y-prosemirror";
import * as Y from "yjs";

const source = JSON.parse(fs.readFileSync(new URL("../../realtime/prose/schema.json", import.meta.url), "utf8"));
const defaults = (rules = {}) =>
  Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule.default === undefined ? {} : { default: rule.default }]));
const each = (rules, make) => Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, make(rule)]));
const schema = new Schema({
  nodes: each(source.nodes, ({ content, group, inline, attrs }) => ({ content, group, inline, attrs: defaults(attrs) })),
  marks: each(source.marks, ({ attrs }) => ({ attrs: defaults(attrs) })),
});

const doc = new Y.Doc();
Y.applyUpdate(doc, Buffer.from(fs.readFileSync(0, "utf8"), "base64"));
const before = Y.encodeStateVector(doc);

function type(fragment, text) {
  const { doc: node, meta } = initProseMirrorDoc(fragment, schema);
  const at = node.firstChild ? node.firstChild.nodeSize - 1 : 0;
  const change = node.firstChild ? schema.text(text) : schema.node("paragraph", null, [schema.text(text)]);
  doc.transact(() => updateYFragment(doc, fragment, new Transform(node).insert(at, change).doc, meta));
}

type(doc.getXmlFragment("f:objectives"), "（改）");
type(doc.getXmlFragment("f:reflection"), "课后写的");
const steps = doc.getMap("steps");
const sorted = [...steps.entries()].sort((a, b) => (a[1].get("order") < b[1].get("order") ? -1 : 1));
const [first, last] = [sorted[0][1], sorted[sorted.length - 1][1]];
if (typeof first.get("minutes") !== "number" || typeof doc.getMap("meta").get("schema") !== "number") throw new Error("no number");
type(first.get("teacher"), "，提问");
last.set("order", generateKeyBetween(null, first.get("order")));
last.set("minutes", 7);
const added = new Y.Map();
steps.set("page-made", added);
added.set("order", generateKeyBetween(first.get("order"), null));
added.set("phase", "小结");
added.set("minutes", null);
for (const cell of ["teacher", "student", "intent"]) added.set(cell, new Y.XmlFragment());
type(added.get("student"), "说一说");
process.stdout.write(Buffer.from(Y.encodeStateAsUpdate(doc, before)).toString("base64"));
