/**
 * The steps of 教学过程 in the shared document: a map of id → {order, minutes, phase, teacher, student, intent}.
 *
 * A step is moved by giving it another order key, never by taking it out and putting it in again: so a move and an
 * edit at the same time keep both.
 */
import { generateKeyBetween, generateNKeysBetween } from "fractional-indexing";
import * as Y from "yjs";

export const CELLS = ["teacher", "student", "intent"] as const;
export type Cell = (typeof CELLS)[number];
export type StepMap = Y.Map<unknown>;
export type Steps = Y.Map<StepMap>;

export const MOST_MINUTES = 600;
export const LONGEST_PHASE = 200;

export interface Step {
  id: string;
  order: string;
  phase: string;
  minutes: number | null;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Minutes as the server reads them: a whole number of 0 to 600, else unsaid. */
export function minutesOf(value: unknown): number | null {
  return typeof value === "number" && value >= 0 && value <= MOST_MINUTES ? Math.round(value) : null;
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The steps in their order; ties are broken by id, so that every page shows the same. */
export function inOrder(steps: Steps): Step[] {
  return Array.from(steps.entries())
    .filter((entry): entry is [string, StepMap] => entry[1] instanceof Y.Map)
    .map(([id, step]) => ({
      id,
      order: text(step.get("order")),
      phase: text(step.get("phase")).slice(0, LONGEST_PHASE),
      minutes: minutesOf(step.get("minutes")),
    }))
    .sort((a, b) => compare(a.order, b.order) || compare(a.id, b.id));
}

/** The rich cell of a step; null where a broken client left none. */
export function cell(steps: Steps, id: string, name: Cell): Y.XmlFragment | null {
  const found = steps.get(id)?.get(name);
  return found instanceof Y.XmlFragment ? found : null;
}

/** A key between two that nobody else is likely to make at the same moment. */
export function jittered(before: string | null, after: string | null, random: () => number = Math.random): string {
  let low = before;
  let high = after;
  let key = generateKeyBetween(low, high);
  for (let round = 0; round < 4; round += 1) {
    if (random() < 0.5) low = key;
    else high = key;
    key = generateKeyBetween(low, high);
  }
  return key;
}

function isKey(order: string): boolean {
  try {
    generateKeyBetween(order, null);
    return order !== "";
  } catch {
    return false;
  }
}

/** Give every step a fresh key in the order they have now: for documents whose keys are broken or tied. */
function rekey(steps: Steps, sorted: readonly Step[]): Step[] {
  const keys = generateNKeysBetween(null, null, sorted.length);
  return sorted.map((step, index) => {
    steps.get(step.id)!.set("order", keys[index]);
    return { ...step, order: keys[index]! };
  });
}

/** A key for the place `index` of `others`; where two neighbours tie, all get fresh keys first. */
function keyAt(steps: Steps, others: readonly Step[], index: number): string {
  const before = others[index - 1]?.order ?? null;
  const after = others[index]?.order ?? null;
  const sound = [before, after].every((key) => key === null || isKey(key)) && (before === null || after === null || before < after);
  if (sound) return jittered(before, after);
  const fresh = rekey(steps, others);
  return jittered(fresh[index - 1]?.order ?? null, fresh[index]?.order ?? null);
}

/** 16 hexadecimal digits; `crypto.randomUUID` is newer than the browsers we serve. */
export function freshStepId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether an event inside of a step says something, and does not only move it. */
export function isWriting({ path, changes }: Y.YEvent<Y.AbstractType<unknown>>): boolean {
  return path.length > 1 || Array.from(changes.keys.keys()).some((name) => name !== "order");
}

/** Put an empty step at `index`. Returns its id. */
export function addStep(steps: Steps, index: number, origin: unknown = null): string {
  const id = freshStepId();
  steps.doc!.transact(() => {
    const made: StepMap = new Y.Map();
    made.set("order", keyAt(steps, inOrder(steps), index));
    made.set("phase", "");
    made.set("minutes", null);
    for (const name of CELLS) made.set(name, new Y.XmlFragment());
    steps.set(id, made);
  }, origin);
  return id;
}

/** What a step says; `order` tells its place among the others. */
export interface StepContent {
  order: string;
  phase: string;
  minutes: number | null;
  cells: Record<Cell, Y.XmlElement[]>;
}

/** Put a step with this content at its place. Returns its id, which is a new one. */
export function putStep(steps: Steps, { order, phase, minutes, cells }: StepContent, origin: unknown = null): string {
  return steps.doc!.transact(() => {
    const others = inOrder(steps);
    const id = addStep(steps, others.filter((step) => compare(step.order, order) < 0).length);
    const isFree = isKey(order) && others.every((step) => step.order !== order);
    if (isFree) steps.get(id)!.set("order", order); // so several that were deleted come back in their order
    setPhase(steps, id, phase);
    setMinutes(steps, id, minutes);
    for (const name of CELLS) cell(steps, id, name)!.insert(0, cells[name]);
    return id;
  }, origin);
}

/** Move a step so that it stands at `index` among all steps. Whether anything changed. */
export function moveStep(steps: Steps, id: string, index: number, origin: unknown = null): boolean {
  const sorted = inOrder(steps);
  const from = sorted.findIndex((step) => step.id === id);
  const to = Math.max(0, Math.min(sorted.length - 1, index));
  if (from < 0 || from === to) return false;
  steps.doc!.transact(() => {
    const others = sorted.filter((step) => step.id !== id);
    steps.get(id)!.set("order", keyAt(steps, others, to));
  }, origin);
  return true;
}

/** Take a step out. What it returns puts a copy back, as a new edit. */
export function removeStep(steps: Steps, id: string, origin: unknown = null): (() => void) | null {
  const step = steps.get(id);
  if (!(step instanceof Y.Map)) return null;
  const copy = step.clone();
  steps.doc!.transact(() => steps.delete(id), origin);
  return () => steps.doc!.transact(() => void steps.set(id, copy), origin);
}

export function setPhase(steps: Steps, id: string, phase: string, origin: unknown = null): void {
  change(steps, id, "phase", phase.slice(0, LONGEST_PHASE), origin);
}

export function setMinutes(steps: Steps, id: string, minutes: number | null, origin: unknown = null): void {
  change(steps, id, "minutes", minutesOf(minutes), origin);
}

function change(steps: Steps, id: string, name: string, value: string | number | null, origin: unknown): void {
  const step = steps.get(id);
  if (step instanceof Y.Map && step.get(name) !== value) steps.doc!.transact(() => void step.set(name, value), origin);
}

/** All minutes that are said, and how many steps say none. */
export function total(steps: readonly Step[]): { minutes: number; unsaid: number } {
  return {
    minutes: steps.reduce((sum, step) => sum + (step.minutes ?? 0), 0),
    unsaid: steps.filter((step) => step.minutes === null).length,
  };
}

/** How long a lesson period is at a stage; kindergartens have no fixed one. */
export function minutesAPeriod(stage: string): number | null {
  if (stage === "kindergarten") return null;
  return stage === "primary" ? 40 : 45;
}
