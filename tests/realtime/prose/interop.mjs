// The other side of realtime/prose/yjs.py: the real y-prosemirror, in Node. Reads one JSON request from standard input.
//   {"write": [tree…]}   → for each tree the update that y-prosemirror writes for it, base64
//   {"read": [update…]}  → for each update what y-prosemirror reads, what it would have stored, and whether reading it changed it
import fs from "node:fs";
import { Schema, Node } from "prosemirror-model";
import { initProseMirrorDoc, prosemirrorToYXmlFragment } from "y-prosemirror";
import * as Y from "yjs";

const source = JSON.parse(fs.readFileSync(new URL("../../../realtime/prose/schema.json", import.meta.url), "utf8"));
const defaults = (rules = {}) =>
  Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule.default === undefined ? {} : { default: rule.default }]));
const each = (rules, make) => Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, make(name, rule)]));
const schema = new Schema({
  nodes: each(source.nodes, (_name, { content, group, inline, attrs }) => ({ content, group, inline, attrs: defaults(attrs) })),
  marks: each(source.marks, (name, { excludes, attrs }) => ({ excludes: [name, excludes].filter(Boolean).join(" "), attrs: defaults(attrs) })),
});

function fragmentOf(doc, nested) {
  if (!nested) return doc.getXmlFragment("f");
  return doc.getMap("steps").get("a").get("teacher");
}

function stored(item) {
  if (item instanceof Y.XmlText) return item.toDelta();
  return { tag: item.nodeName, attrs: item.getAttributes(), content: item.toArray().map(stored) };
}

function write(tree) {
  const doc = new Y.Doc();
  prosemirrorToYXmlFragment(Node.fromJSON(schema, tree), doc.getXmlFragment("f"));
  return Buffer.from(Y.encodeStateAsUpdate(doc)).toString("base64");
}

function read({ update, nested }) {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Buffer.from(update, "base64"));
  const fragment = fragmentOf(doc, nested);
  let changed = false;
  doc.on("update", () => (changed = true));
  const { doc: node } = initProseMirrorDoc(fragment, schema);
  const again = new Y.Doc().getXmlFragment("f");
  prosemirrorToYXmlFragment(node, again);
  return { tree: node.toJSON(), stored: fragment.toArray().map(stored), again: again.toArray().map(stored), changed };
}

const request = JSON.parse(fs.readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(request.write ? request.write.map(write) : request.read.map(read)));
