/**
 * A shared fragment as a ProseMirror node, for showing it without an editor.
 *
 * y-prosemirror's own readers delete from the shared document whatever the schema does not know; this one only reads,
 * and keeps the text of what it does not know.
 */
import { Fragment, Mark, type Node, type NodeType } from "prosemirror-model";
import * as Y from "yjs";

import { schema } from "./schema";

interface Piece {
  insert: unknown;
  attributes?: Record<string, unknown>;
}

const HASHED = /--[A-Za-z0-9+/=]{8}$/;

function marksOf(attributes: Record<string, unknown> = {}): readonly Mark[] {
  const found = Object.entries(attributes).flatMap(([name, attrs]) => {
    const type = schema.marks[name.replace(HASHED, "")];
    return type ? [type.create(attrs as Record<string, unknown>)] : [];
  });
  return found.reduce((set, mark) => mark.addToSet(set), Mark.none);
}

function textNodes(text: Y.XmlText): Node[] {
  return (text.toDelta() as Piece[])
    .filter((piece) => typeof piece.insert === "string" && piece.insert !== "")
    .map((piece) => schema.text(piece.insert as string, marksOf(piece.attributes)));
}

function children(parent: Y.XmlFragment): Node[] {
  return parent.toArray().flatMap((child) => {
    if (child instanceof Y.XmlText) return textNodes(child);
    return child instanceof Y.XmlElement ? elementNodes(child) : [];
  });
}

/** Inline pieces in a row stand in one paragraph where blocks are expected. */
function blocks(content: Node[]): Node[] {
  const result: Node[] = [];
  let line: Node[] = [];
  const flush = (): void => {
    if (line.length) result.push(schema.nodes.paragraph!.create(null, line));
    line = [];
  };
  for (const node of content) {
    if (node.isInline) line.push(node);
    else {
      flush();
      result.push(node);
    }
  }
  flush();
  return result;
}

function fitting(type: NodeType, content: Node[]): Fragment {
  const wanted = type.inlineContent ? content.filter((node) => node.isInline) : blocks(content);
  return Fragment.fromArray(wanted);
}

function elementNodes(element: Y.XmlElement): Node[] {
  const type = schema.nodes[element.nodeName];
  const inside = children(element);
  if (!type || type.isText) return inside;
  const attrs = element.getAttributes() as Record<string, unknown>;
  if (type.isLeaf) return [type.create(attrs)];
  return [type.create(attrs, fitting(type, inside))];
}

/** The fragment as a document; nothing in the shared document is touched. */
export function readFragment(fragment: Y.XmlFragment): Node {
  return schema.topNodeType.create(null, Fragment.fromArray(blocks(children(fragment))));
}

const SOLID = new Set(["image", "formula", "table", "horizontal_rule"]);

/** Whether nothing stands in it: no text but white space, no picture, formula, table or rule. */
export function isBlank(node: Node): boolean {
  if (node.isText) return !node.text!.trim();
  if (SOLID.has(node.type.name)) return false;
  for (let index = 0; index < node.childCount; index += 1) if (!isBlank(node.child(index))) return false;
  return true;
}
