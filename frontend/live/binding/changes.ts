/** What has to change in one ProseMirror document to make it another: small replacements, block by block. */
import { Fragment, Slice, type Attrs, type Node } from "prosemirror-model";
import { ReplaceStep, type Transform } from "prosemirror-transform";

import { align } from "./align";

/** Replaces what lies between two places of the old document, or gives the node there other attributes. */
export type Change = { from: number; to: number } & ({ content: Fragment } | { attrs: Attrs });

/** The changes from `before` to `after`, in the order of the document, in the places of `before`. */
export function changesBetween(before: Node, after: Node): Change[] {
  const out: Change[] = [];
  if (before !== after) compare(before, after, 0, out);
  return out;
}

function compare(before: Node, after: Node, start: number, out: Change[]): void {
  if (before.inlineContent) compareLines(before, after, start, out);
  else compareBlocks(before, after, start, out);
}

function compareLines(before: Node, after: Node, start: number, out: Change[]): void {
  const change = innerChange(before, after);
  if (change) out.push({ from: start + change.from, to: start + change.to, content: after.content.cut(change.from, change.end) });
}

/** Where the contents of two nodes begin and cease to differ: `to` counts in the old one, `end` in the new one. */
export function innerChange(before: Node, after: Node): { from: number; to: number; end: number } | null {
  const from = before.content.findDiffStart(after.content);
  if (from === null) return null;
  const ends = before.content.findDiffEnd(after.content);
  let { a, b } = ends ?? { a: from, b: from };
  const overlap = from - Math.min(a, b);
  if (overlap > 0) {
    a += overlap;
    b += overlap;
  }
  return { from, to: a, end: b };
}

function compareBlocks(before: Node, after: Node, start: number, out: Change[]): void {
  let at = start;
  for (const match of align(before.children, after.children)) {
    const old = match.before === null ? null : before.child(match.before);
    const made = match.after === null ? null : after.child(match.after);
    if (old && made && !match.same) compareNodes(old, made, at, out);
    else if (!old && made) add(at, at, made, out);
    else if (old && !made) add(at, at + old.nodeSize, null, out);
    if (old) at += old.nodeSize;
  }
}

function compareNodes(old: Node, made: Node, at: number, out: Change[]): void {
  if (old.isLeaf || made.isLeaf || old.inlineContent !== made.inlineContent || old.type !== made.type) {
    add(at, at + old.nodeSize, made, out);
    return;
  }
  if (!old.hasMarkup(made.type, made.attrs, old.marks)) out.push({ from: at, to: at + old.nodeSize, attrs: made.attrs });
  compare(old, made, at + 1, out);
}

/** Appends a replacement, joined with the one before it where they touch, so that no step empties a list in between. */
function add(from: number, to: number, node: Node | null, out: Change[]): void {
  const last = out[out.length - 1];
  const content = node ? Fragment.from(node) : Fragment.empty;
  if (last && "content" in last && last.to === from) {
    last.to = to;
    last.content = last.content.append(content);
  } else out.push({ from, to, content });
}

/** Applies changes whose places are those of `transaction.doc`, moved by `shift` where they lie at or after `after`. */
export function applyChanges(transaction: Transform, changes: readonly Change[], after = Infinity, shift = 0): void {
  for (const change of [...changes].reverse()) {
    const by = change.from >= after ? shift : 0;
    if ("attrs" in change) transaction.setNodeMarkup(change.from + by, null, change.attrs);
    else transaction.step(new ReplaceStep(change.from + by, change.to + by, new Slice(change.content, 0, 0)));
  }
}
