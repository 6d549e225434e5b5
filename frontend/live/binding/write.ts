/**
 * Makes a Yjs fragment equal to a ProseMirror document, by the smallest edits found.
 *
 * The mirror must hold what Yjs holds now: writing a stale view would delete what peers wrote meanwhile.
 */
import type { Node } from "prosemirror-model";
import * as Y from "yjs";

import { align } from "./align";
import { attributesOf } from "./marks";
import { elements, type Container, type Mirror } from "./mirror";

/** Writes `doc` into the mirror's fragment; call it in a transaction. */
export function write(mirror: Mirror, doc: Node): void {
  writeInto(mirror, mirror.fragment, doc);
}

function writeInto(mirror: Mirror, type: Container, node: Node): void {
  const old = mirror.nodeOf(type);
  if (old === node) return;
  if (type instanceof Y.XmlElement) writeAttributes(type, node);
  if (node.inlineContent) writeLine(type, old, node);
  else writeBlocks(mirror, type, old, node);
}

/** Attributes the schema does not name are left as they are; a default that is not written stays unwritten. */
function writeAttributes(element: Y.XmlElement, node: Node): void {
  const present = element.getAttributes() as Record<string, unknown>;
  for (const [name, value] of Object.entries(node.attrs as Record<string, unknown>)) {
    const stored = present[name];
    if (same(stored ?? null, value)) continue;
    const fallback = node.type.spec.attrs?.[name]?.default as unknown;
    if (stored === undefined && same(fallback, value)) continue;
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value as string);
  }
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function writeBlocks(mirror: Mirror, type: Container, old: Node, node: Node): void {
  const kids = elements(type);
  const lead = mirror.leadOf(type).count;
  // Filler children are in the view only: they have no Yjs element yet.
  const before = kids.map((_, i) => old.child(i + lead));
  const present = kids.map((kid) => kid as Y.XmlElement | null);
  let at = 0;
  for (const match of align(before, node.children)) {
    const kid = match.before === null ? null : (present[match.before] ?? null);
    if (kid && match.after === null) type.delete(indexOf(type, kid), 1);
    else if (kid && match.after !== null) {
      if (!match.same) writeInto(mirror, kid, node.child(match.after));
      at = indexOf(type, kid) + 1;
    } else if (match.after !== null) {
      type.insert(Math.min(at, type.length), [create(node.child(match.after))]);
      at++;
    }
  }
}

function indexOf(type: Container, child: Y.XmlElement): number {
  return type.toArray().indexOf(child);
}

/** A new Yjs element for a node and all that is in it. */
export function create(node: Node): Y.XmlElement {
  const element = new Y.XmlElement(node.type.name);
  for (const [name, value] of Object.entries(node.attrs as Record<string, unknown>)) {
    if (value !== null) element.setAttribute(name, value as string);
  }
  element.insert(0, node.inlineContent ? createLine(node.children) : node.children.map(create));
  return element;
}

function createLine(nodes: readonly Node[]): (Y.XmlElement | Y.XmlText)[] {
  const made: (Y.XmlElement | Y.XmlText)[] = [];
  let run: { insert: string; attributes: Record<string, unknown> }[] = [];
  const close = (): void => {
    if (run.length === 0) return;
    const text = new Y.XmlText();
    text.applyDelta(run);
    made.push(text);
    run = [];
  };
  for (const node of nodes) {
    if (node.isText) run.push({ insert: node.text as string, attributes: attributesOf(node.marks) });
    else {
      close();
      made.push(create(node));
    }
  }
  close();
  return made;
}

/** A character with its marks, or a node in the line such as a picture; characters count as ProseMirror counts. */
type Unit = string | Node;

function units(node: Node): Unit[] {
  const out: Unit[] = [];
  node.forEach((child) => {
    if (child.isText) out.push(...(child.text as string).split(""));
    else out.push(child);
  });
  return out;
}

function unitsEqual(a: Unit | undefined, b: Unit | undefined): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return a !== undefined && b !== undefined && (a === b || a.eq(b));
}

function writeLine(type: Container, old: Node, node: Node): void {
  const before = units(old);
  const after = units(node);
  const shorter = Math.min(before.length, after.length);
  let left = 0;
  while (left < shorter && unitsEqual(before[left], after[left])) left++;
  let right = 0;
  while (right < shorter - left && unitsEqual(before[before.length - 1 - right], after[after.length - 1 - right])) right++;
  // A character beyond the basic plane is two units; never cut between them.
  if (left > 0 && isHigh(before[left - 1])) left--;
  if (right > 0 && isLow(before[before.length - right])) right--;

  removeUnits(type, left, before.length - right);
  insertNodes(type, left, node.content.cut(left, after.length - right).content);
  format(type, node);
}

function isHigh(unit: Unit | undefined): boolean {
  return typeof unit === "string" && unit >= "\ud800" && unit <= "\udbff";
}

function isLow(unit: Unit | undefined): boolean {
  return typeof unit === "string" && unit >= "\udc00" && unit <= "\udfff";
}

function removeUnits(type: Container, from: number, to: number): void {
  if (from >= to) return;
  const children = type.toArray();
  let end = children.reduce((sum, child) => sum + lengthOf(child), 0);
  for (let i = children.length - 1; i >= 0 && end > from; i--) {
    const child = children[i] as Y.XmlElement | Y.XmlText;
    const start = end - lengthOf(child);
    if (start < to && child instanceof Y.XmlText) {
      const first = Math.max(from, start);
      child.delete(first - start, Math.min(to, end) - first);
    } else if (start < to && start >= from) type.delete(i, 1);
    end = start;
  }
}

/** How many units a child of a line is: its characters, or one. */
export function lengthOf(child: unknown): number {
  return child instanceof Y.XmlText ? child.length : 1;
}

function insertNodes(type: Container, at: number, nodes: readonly Node[]): void {
  if (nodes.length === 0) return;
  const place = find(type, at);
  if (nodes.every((node) => node.isText) && place.text) {
    let offset = place.offset;
    for (const node of nodes) {
      place.text.insert(offset, node.text as string, attributesOf(node.marks));
      offset += node.nodeSize;
    }
    return;
  }
  // A node goes into the middle of a text: what follows in this text moves behind it.
  const inside = place.text && place.offset > 0 && place.offset < place.text.length;
  const tail = inside ? cutTail(place.text as Y.XmlText, place.offset) : null;
  type.insert(place.index, [...createLine(nodes), ...(tail ? [tail] : [])]);
}

interface Place {
  /** The text to write into, if one ends or begins or goes on here. */
  text: Y.XmlText | null;
  offset: number;
  /** The index at which a new child would be put. */
  index: number;
}

function find(type: Container, at: number): Place {
  let start = 0;
  let index = 0;
  for (const child of type.toArray()) {
    const end = start + lengthOf(child);
    if (child instanceof Y.XmlText && at <= end) return { text: child, offset: at - start, index: at === start ? index : index + 1 };
    if (at <= start) break;
    start = end;
    index++;
  }
  return { text: null, offset: 0, index };
}

function cutTail(text: Y.XmlText, offset: number): Y.XmlText {
  const tail = new Y.XmlText();
  let start = 0;
  const delta: { insert: string; attributes: Record<string, unknown> }[] = [];
  for (const part of text.toDelta() as { insert: string; attributes?: Record<string, unknown> }[]) {
    const rest = part.insert.slice(Math.max(0, offset - start));
    if (start + part.insert.length > offset) delta.push({ insert: rest, attributes: part.attributes ?? {} });
    start += part.insert.length;
  }
  text.delete(offset, text.length - offset);
  tail.applyDelta(delta);
  return tail;
}

/** Gives every character the marks it has in `node`; the characters are the same already. */
function format(type: Container, node: Node): void {
  const wanted: Record<string, unknown>[] = [];
  node.forEach((child) => {
    const attributes = child.isText ? attributesOf(child.marks) : {};
    for (let i = 0; i < child.nodeSize; i++) wanted.push(attributes);
  });
  let start = 0;
  for (const child of type.toArray()) {
    if (child instanceof Y.XmlText) formatText(child, wanted, start);
    start += lengthOf(child);
  }
}

function formatText(text: Y.XmlText, wanted: readonly Record<string, unknown>[], start: number): void {
  let at = 0;
  for (const part of text.toDelta() as { insert: string; attributes?: Record<string, unknown> }[]) {
    const present = part.attributes ?? {};
    for (let i = 0; i < part.insert.length; ) {
      const target = wanted[start + at + i] ?? {};
      let end = i + 1;
      while (end < part.insert.length && wanted[start + at + end] === target) end++;
      const change = difference(present, target);
      if (change) text.format(at + i, end - i, change);
      i = end;
    }
    at += part.insert.length;
  }
}

function difference(present: Record<string, unknown>, target: Record<string, unknown>): Record<string, unknown> | null {
  const change: Record<string, unknown> = {};
  for (const name of Object.keys(present)) if (!(name in target)) change[name] = null;
  for (const [name, value] of Object.entries(target)) if (!same(present[name], value)) change[name] = value;
  return Object.keys(change).length > 0 ? change : null;
}
