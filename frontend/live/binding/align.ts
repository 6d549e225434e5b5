/** Which child of an old node became which child of a new one. */
import type { Node } from "prosemirror-model";

/** One child kept as it is, changed in place, removed (no `after`) or added (no `before`). */
export interface Match {
  before: number | null;
  after: number | null;
  same: boolean;
}

/** Above this many comparisons children are paired in order instead of by likeness. */
const LIKENESS_LIMIT = 2500;

/** Pairs the children of two nodes, in order; equal ones first, then the most alike of one type. */
export function align(before: readonly Node[], after: readonly Node[]): Match[] {
  const shorter = Math.min(before.length, after.length);
  let left = 0;
  while (left < shorter && equal(before[left], after[left])) left++;
  let right = 0;
  while (right < shorter - left && equal(before[before.length - 1 - right], after[after.length - 1 - right])) right++;

  const matches: Match[] = [];
  for (let i = 0; i < left; i++) matches.push({ before: i, after: i, same: true });
  alignMiddle(before, after, left, before.length - right, after.length - right, matches);
  for (let i = right; i > 0; i--) matches.push({ before: before.length - i, after: after.length - i, same: true });
  return matches;
}

function equal(a: Node | undefined, b: Node | undefined): boolean {
  return a !== undefined && b !== undefined && (a === b || a.eq(b));
}

/** Splits the middle at children that are the very same object, then pairs what lies between. */
function alignMiddle(before: readonly Node[], after: readonly Node[], left: number, endBefore: number, endAfter: number, out: Match[]): void {
  const where = new Map<Node, number>();
  for (let i = endBefore - 1; i >= left; i--) where.set(before[i] as Node, i);
  let fromBefore = left;
  let fromAfter = left;
  for (let j = left; j < endAfter; j++) {
    const i = where.get(after[j] as Node);
    if (i === undefined || i < fromBefore) continue;
    pairUp(before, after, [fromBefore, i], [fromAfter, j], out);
    out.push({ before: i, after: j, same: true });
    fromBefore = i + 1;
    fromAfter = j + 1;
  }
  pairUp(before, after, [fromBefore, endBefore], [fromAfter, endAfter], out);
}

type Range = readonly [from: number, to: number];

function pairUp(before: readonly Node[], after: readonly Node[], a: Range, b: Range, out: Match[]): void {
  const rows = a[1] - a[0];
  const columns = b[1] - b[0];
  const score = rows * columns > LIKENESS_LIMIT ? inOrder : likeness;
  // best[i][j]: the highest sum of likeness when the first i and j children are still to be paired.
  const best = Array.from({ length: rows + 1 }, () => new Float64Array(columns + 1));
  const cell = (i: number, j: number): number => (best[i] as Float64Array)[j] as number;
  const gain = (i: number, j: number): number => score(before[a[0] + i - 1] as Node, after[b[0] + j - 1] as Node, i - j);
  for (let i = 1; i <= rows; i++)
    for (let j = 1; j <= columns; j++) {
      const paired = gain(i, j);
      (best[i] as Float64Array)[j] = Math.max(cell(i - 1, j), cell(i, j - 1), paired > 0 ? cell(i - 1, j - 1) + paired : 0);
    }
  const found: Match[] = [];
  let i = rows;
  let j = columns;
  while (i > 0 || j > 0) {
    if (i > 0 && j > 0 && gain(i, j) > 0 && cell(i, j) === cell(i - 1, j - 1) + gain(i, j)) {
      i--;
      j--;
      found.push({ before: a[0] + i, after: b[0] + j, same: equal(before[a[0] + i], after[b[0] + j]) });
    } else if (j > 0 && (i === 0 || cell(i, j) === cell(i, j - 1))) found.push({ before: null, after: b[0] + --j, same: false });
    else found.push({ before: a[0] + --i, after: null, same: false });
  }
  out.push(...found.reverse());
}

function inOrder(a: Node, b: Node, shift: number): number {
  return a.type === b.type && shift === 0 ? 1 : 0;
}

/** More than 0 for two nodes of one type; the more text they share at both ends, the more. */
function likeness(a: Node, b: Node): number {
  if (a.type !== b.type) return 0;
  const one = a.textContent;
  const other = b.textContent;
  const shorter = Math.min(one.length, other.length);
  let left = 0;
  while (left < shorter && one[left] === other[left]) left++;
  let right = 0;
  while (right < shorter - left && one[one.length - 1 - right] === other[other.length - 1 - right]) right++;
  return 1 + left + right;
}
