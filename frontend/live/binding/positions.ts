/** Places in a document that hold while others edit: Yjs relative positions and the identities of characters. */
import * as Y from "yjs";

import { elements, type Container, type Mirror } from "./mirror";
import { lengthOf } from "./write";

type Child = Y.XmlElement | Y.XmlText;

/** The relative position of `pos` in the mirror's document. */
export function toRelative(mirror: Mirror, pos: number): Y.RelativePosition {
  const $pos = mirror.doc.resolve(pos);
  let type: Container = mirror.fragment;
  for (let depth = 0; depth < $pos.depth; depth++) {
    const child: Y.XmlElement | undefined = elements(type)[$pos.index(depth) - mirror.leadOf(type).count];
    if (!child) return Y.createRelativePositionFromTypeIndex(type, type.length);
    type = child;
  }
  if ($pos.parent.inlineContent) return inLine(type, $pos.parentOffset);
  const child = elements(type)[$pos.index() - mirror.leadOf(type).count];
  return Y.createRelativePositionFromTypeIndex(type, child ? indexOf(type, child) : type.length);
}

function inLine(type: Container, offset: number): Y.RelativePosition {
  let start = 0;
  const children = type.toArray() as Child[];
  for (const [index, child] of children.entries()) {
    const end = start + lengthOf(child);
    if (child instanceof Y.XmlText && offset <= end) return Y.createRelativePositionFromTypeIndex(child, offset - start);
    if (offset <= start) return Y.createRelativePositionFromTypeIndex(type, index);
    start = end;
  }
  return Y.createRelativePositionFromTypeIndex(type, type.length);
}

function indexOf(type: Container, child: Child): number {
  return (type.toArray() as Child[]).indexOf(child);
}

/** Where a relative position is now in the mirror's document; null if it is not in this field or its block is gone. */
export function fromRelative(mirror: Mirror, relative: Y.RelativePosition): number | null {
  const doc = mirror.fragment.doc;
  const found = doc && Y.createAbsolutePositionFromRelativePosition(relative, doc);
  if (!found) return null;
  const start = contentStart(mirror, found.type as Container | Y.XmlText);
  if (start === null) return null;
  if (found.type instanceof Y.XmlText) return start + found.index;
  return start + sizeBefore(mirror, found.type as Container, found.index);
}

/** The position at which the content of a Yjs type begins; null if it or something around it is deleted. */
export function contentStart(mirror: Mirror, type: Container | Y.XmlText): number | null {
  if (type === mirror.fragment) return 0;
  const parent = type.parent;
  if (!parent || type._item === null || type._item.deleted || !isContainer(parent)) return null;
  const outer = contentStart(mirror, parent);
  if (outer === null) return null;
  const before = outer + sizeBefore(mirror, parent, indexOf(parent, type as Child));
  return type instanceof Y.XmlText ? before : before + 1;
}

function isContainer(type: unknown): type is Container {
  return type instanceof Y.XmlElement || (type instanceof Y.XmlFragment && !(type instanceof Y.XmlText));
}

function sizeBefore(mirror: Mirror, parent: Container, index: number): number {
  let size = mirror.leadOf(parent).size;
  for (const child of (parent.toArray() as Child[]).slice(0, index)) {
    size += child instanceof Y.XmlText ? child.length : mirror.nodeOf(child).nodeSize;
  }
  return size;
}

/** A run of characters (or one node in a line) by the identity Yjs gave them when they were written. */
export interface Run {
  client: number;
  clock: number;
  length: number;
}

/** The identities of everything in a line, in order; offsets count as in ProseMirror. */
export function runsOf(line: Container): Run[] {
  const runs: Run[] = [];
  for (const child of line.toArray() as Child[]) {
    if (child instanceof Y.XmlText) runs.push(...textRuns(child));
    else if (child._item) runs.push({ client: child._item.id.client, clock: child._item.id.clock, length: 1 });
  }
  return runs;
}

function textRuns(text: Y.XmlText): Run[] {
  const runs: Run[] = [];
  for (let item = text._start; item !== null; item = item.right) {
    if (!item.deleted && item.countable) runs.push({ client: item.id.client, clock: item.id.clock, length: item.length });
  }
  return runs;
}

/** The identity at an offset of a line. */
export function identityAt(runs: readonly Run[], offset: number): Y.ID | null {
  let start = 0;
  for (const run of runs) {
    if (offset < start + run.length) return Y.createID(run.client, run.clock + offset - start);
    start += run.length;
  }
  return null;
}

/** Where a character is now, or null if it is deleted or in another field. */
export function locate(mirror: Mirror, id: Y.ID): number | null {
  const doc = mirror.fragment.doc;
  const item = doc ? Y.getItem(doc.store, id) : null;
  if (!(item instanceof Y.Item) || item.deleted) return null;
  const parent = item.parent;
  if (parent instanceof Y.XmlText) {
    const start = contentStart(mirror, parent);
    return start === null ? null : start + offsetIn(parent, item) + (id.clock - item.id.clock);
  }
  const element = (item.content as Y.ContentType).type;
  const start = element instanceof Y.XmlElement ? contentStart(mirror, element) : null;
  return start === null ? null : start - 1;
}

function offsetIn(text: Y.XmlText, target: Y.Item): number {
  let offset = 0;
  for (let item = text._start; item !== null && item !== target; item = item.right) {
    if (!item.deleted && item.countable) offset += item.length;
  }
  return offset;
}

/** The Yjs element behind the text block that contains `pos`; null if the block is filler that Yjs does not hold. */
export function lineAt(mirror: Mirror, pos: number): Container | null {
  const $pos = mirror.doc.resolve(pos);
  let type: Container = mirror.fragment;
  for (let depth = 0; depth < $pos.depth; depth++) {
    const child: Y.XmlElement | undefined = elements(type)[$pos.index(depth) - mirror.leadOf(type).count];
    if (!child) return null;
    type = child;
  }
  return $pos.parent.isTextblock ? type : null;
}
