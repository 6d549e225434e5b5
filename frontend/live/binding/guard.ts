/**
 * The composition guard: what is being composed (拼音 on its way to 汉字) stays in the view until it is done.
 *
 * While it lasts the lines it stands in are "held": nothing of them goes to Yjs, and what peers do to them waits. At the
 * end the composed text is put where its neighbours are now, by the identity Yjs gave each character.
 */
import { Slice, type Fragment, type Node } from "prosemirror-model";
import { Selection, TextSelection, type Transaction } from "prosemirror-state";
import { ReplaceStep, Transform } from "prosemirror-transform";

import { applyChanges, changesBetween, innerChange, type Change } from "./changes";
import type { Mirror } from "./mirror";
import { identityAt, lineAt, locate, runsOf, type Run } from "./positions";

interface Line {
  /** Where the line's node begins in the shown document, and the node itself. */
  from: number;
  node: Node;
  runs: Run[];
}

/** What the composition changed: `from`–`to` in the shown document is `from`–`end` in the view. */
export interface Composed {
  from: number;
  to: number;
  end: number;
}

export class Guard {
  #lines: Line[] = [];
  /** What was selected when it began: the composed text takes its place. */
  #start: number;
  #end: number;
  from: number;
  to: number;

  /** `shown` equals what Yjs holds at this moment; the composition stands between `from` and `to`. */
  constructor(
    private readonly mirror: Mirror,
    public shown: Node,
    from: number,
    to: number,
  ) {
    this.#start = this.from = from;
    this.#end = this.to = to;
    this.#hold(from, to);
  }

  /** Whether a change of the shown document has to wait. */
  touches(change: Change): boolean {
    return change.from < this.to && change.to > this.from;
  }

  /** Holds further lines if the composition has grown into them. */
  follow(view: Node): void {
    const composed = this.composed(view);
    if (composed && (composed.from < this.from || composed.to > this.to)) this.#hold(composed.from, composed.to);
  }

  composed(view: Node): Composed | null {
    const change = view === this.shown ? null : innerChange(this.shown, view);
    if (!change) return null;
    return this.#start < this.#end ? this.#wholeSelection(change) : this.#atCaret(change, view);
  }

  /** 「教室」 typed over 「教案」 looks as if only 案 had been replaced. */
  #wholeSelection({ from, to, end }: Composed): Composed {
    const more = Math.max(0, this.#end - to);
    return { from: Math.min(from, this.#start), to: to + more, end: end + more };
  }

  /** 「教」 typed before 「教」 looks as if it were typed behind it: where the caret stood decides. */
  #atCaret(change: Composed, view: Node): Composed {
    let { from, to, end } = change;
    while (from === to && from > this.#start && view.slice(end - 1, end).content.eq(this.shown.slice(from - 1, from).content)) {
      from--;
      to--;
      end--;
    }
    return { from, to, end };
  }

  /** Takes over changes outside of the held lines. */
  moved(changes: readonly Change[]): void {
    const start = this.from;
    const shown = new Transform(this.shown);
    applyChanges(shown, changes);
    this.shown = shown.doc;
    for (const change of changes) {
      if (!("content" in change) || change.from > start) continue;
      const by = change.content.size - (change.to - change.from);
      this.#start += by;
      this.#end += by;
      this.from += by;
      this.to += by;
      for (const line of this.#lines) line.from += by;
    }
  }

  #hold(from: number, to: number): void {
    this.from = Math.min(this.from, from);
    this.to = Math.max(this.to, to);
    const waiting = changesBetween(this.shown, this.mirror.doc);
    this.shown.nodesBetween(from, Math.min(to + 1, this.shown.content.size), (node, pos) => {
      if (!node.isTextblock || pos > to) return;
      const line = lineAt(this.mirror, mapped(pos, waiting) + 1);
      this.#holdLine({ from: pos, node, runs: line ? runsOf(line) : [] });
    });
  }

  #holdLine(line: Line): void {
    if (this.#lines.some((held) => held.from === line.from)) return;
    this.#lines.push(line);
    this.from = Math.min(this.from, line.from);
    this.to = Math.max(this.to, line.from + line.node.nodeSize);
  }

  /**
   * Makes the view what Yjs holds plus the composed text, in one transaction.
   *
   * `changes` lead from the shown document to what Yjs holds now.
   */
  settle(transaction: Transaction, changes: readonly Change[]): void {
    const view = transaction.doc;
    const composed = this.composed(view);
    const { anchor, head } = transaction.selection;
    if (!composed) return applyChanges(transaction, changes);
    const typed = view.slice(composed.from, composed.end);
    transaction.replace(composed.from, composed.end, this.shown.slice(composed.from, composed.to));
    if (!transaction.doc.eq(this.shown)) transaction.step(new ReplaceStep(0, transaction.doc.content.size, new Slice(this.shown.content, 0, 0)));
    applyChanges(transaction, changes);
    const line = this.#lines.find((held) => composed.from > held.from && composed.to < held.from + held.node.nodeSize);
    const at = line ? this.#place(transaction, line, composed, typed.content, changes) : this.#placeAcross(transaction, composed, typed, changes);
    const inside = (pos: number): boolean => pos >= composed.from && pos <= composed.end;
    if (at !== null && inside(head)) {
      const move = (pos: number): number => Math.min(at + (inside(pos) ? pos - composed.from : head - composed.from), transaction.doc.content.size);
      transaction.setSelection(TextSelection.between(transaction.doc.resolve(move(anchor)), transaction.doc.resolve(move(head))));
    }
  }

  /** Puts the composed text into its line as it is now; answers where it begins. */
  #place(transaction: Transaction, line: Line, composed: Composed, typed: Fragment, changes: readonly Change[]): number | null {
    const first = composed.from - line.from - 1;
    const last = composed.to - line.from - 1;
    const target = this.#target(line, first, last);
    if (target === null) return this.#placeAnew(transaction, line, first, typed, changes);
    const replaced = this.#surviving(line, first, last);
    const steps = transaction.steps.length;
    for (const pos of replaced.reverse()) transaction.delete(pos, pos + 1);
    const at = transaction.mapping.slice(steps).map(target, -1);
    return this.#insert(transaction, at, typed);
  }

  /** Behind the nearest character before the composition that is still there, or before the nearest after it. */
  #target(line: Line, first: number, last: number): number | null {
    const length = line.node.content.size;
    for (let offset = first - 1; offset >= 0; offset--) {
      const pos = this.#find(line, offset);
      if (pos !== null) return pos + 1;
    }
    for (let offset = first; offset < Math.max(last, length); offset++) {
      const pos = this.#find(line, offset);
      if (pos !== null) return pos;
    }
    return null;
  }

  #find(line: Line, offset: number): number | null {
    const id = identityAt(line.runs, offset);
    return id && locate(this.mirror, id);
  }

  #surviving(line: Line, first: number, last: number): number[] {
    const found: number[] = [];
    for (let offset = first; offset < last; offset++) {
      const pos = this.#find(line, offset);
      if (pos !== null) found.push(pos);
    }
    return found.sort((a, b) => a - b);
  }

  /** The line has no character left: it was empty, was made anew (a heading of a paragraph), or is gone. */
  #placeAnew(transaction: Transaction, line: Line, offset: number, typed: Fragment, changes: readonly Change[]): number | null {
    const start = line.from;
    const end = line.from + line.node.nodeSize;
    const change = changes.find((c) => "content" in c && c.from <= start && c.to >= end);
    if (!change || !("content" in change)) return this.#insertInLine(transaction, mapped(start, changes) + 1, offset, typed);
    const at = mapped(change.from, changes);
    const made = likest(change.content, line.node);
    if (made) return this.#insertInLine(transaction, at + made.at + 1, sameOffset(line.node, made.node, offset), typed);
    const only = transaction.doc.childCount === 1 && transaction.doc.child(0).isTextblock && transaction.doc.child(0).content.size === 0;
    if (only) return this.#insert(transaction, 1, typed);
    const position = nearestPlace(transaction, at, line.node);
    transaction.insert(position, line.node.copy(typed));
    return position + 1;
  }

  #insertInLine(transaction: Transaction, start: number, offset: number, typed: Fragment): number | null {
    const $start = transaction.doc.resolve(start);
    return this.#insert(transaction, Math.min(start + offset, $start.end()), typed);
  }

  #insert(transaction: Transaction, at: number, typed: Fragment): number {
    const place = transaction.doc.resolve(at).parent.inlineContent ? at : Selection.near(transaction.doc.resolve(at), -1).from;
    transaction.replace(place, place, new Slice(typed, 0, 0));
    return place;
  }

  /** A composition over several lines: what peers wrote between them stays. */
  #placeAcross(transaction: Transaction, composed: Composed, typed: Slice, changes: readonly Change[]): number | null {
    const from = mapped(composed.from, changes);
    const disturbed = changes.some((change) => change.from < composed.to && change.to > composed.from);
    const to = disturbed ? from : mapped(composed.to, changes);
    transaction.replace(from, to, typed);
    return from;
  }
}

/** A place of the shown document in the changed one. */
function mapped(pos: number, changes: readonly Change[]): number {
  let shift = 0;
  for (const change of changes) {
    if (!("content" in change) || change.from >= pos) continue;
    if (change.to > pos) return change.from + shift + Math.min(pos - change.from, change.content.size);
    shift += change.content.size - (change.to - change.from);
  }
  return pos + shift;
}

/** The text block in a replacement that is the line in another form, if one is. */
function likest(content: Fragment, line: Node): { at: number; node: Node } | null {
  let found: { at: number; node: Node } | null = null;
  content.descendants((node, pos) => {
    if (!found && node.isTextblock && (node.textContent === line.textContent || line.content.size === 0)) found = { at: pos, node };
    return !node.isTextblock;
  });
  return found;
}

/** The offset in the new form of a line at which the same text stands before or behind. */
function sameOffset(line: Node, made: Node, offset: number): number {
  const change = innerChange(line, made);
  if (!change || offset <= change.from) return Math.min(offset, made.content.size);
  return offset >= change.to ? offset + change.end - change.to : change.from;
}

/** A place near `at` where a block like this one may stand. */
function nearestPlace(transaction: Transaction, at: number, block: Node): number {
  const $at = transaction.doc.resolve(Math.min(at, transaction.doc.content.size));
  for (let depth = $at.depth; depth >= 0; depth--) {
    const index = $at.index(depth);
    if ($at.node(depth).canReplaceWith(index, index, block.type)) return depth === $at.depth ? $at.pos : $at.before(depth + 1);
  }
  return transaction.doc.content.size;
}
