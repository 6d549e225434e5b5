/** What stood in a row of 教学过程 that somebody else deleted while one was writing in it, or before it was saved. */
import { t } from "@site/i18n";
import type { ProseField, Standing } from "@prose/field";

import { cellKey, CONTROLS, type Control } from "./sections";
import type { StepRow } from "./step_row";
import { CELLS, type Cell, type Step } from "./steps";

/** The field of that name on the page. */
export type Cells = (key: string) => Pick<ProseField, "busy" | "standing" | "resume"> | undefined;

export interface Stood {
  step: Step;
  /** What the step is called. */
  name: string;
  /** The cells as the page showed them: the document no longer has them. */
  cells: Record<Cell, Standing>;
  /** Where one was writing; null where one had gone on, and what one wrote was not saved. */
  at: Cell | Control | null;
  /** Whether the keyboard was there. */
  focus: boolean;
}

/** What stands in a row that is about to go, and where one writes in it; null if nobody does here, and nothing is unsaved. */
export function standing(row: StepRow, fields: Cells, unsaved: boolean): Stood | null {
  const { activeElement } = document;
  const id = row.element.dataset.step!;
  const controls = CONTROLS.find((name) => row[name] === activeElement);
  const at = controls ?? CELLS.find((name) => row.hosts[name].contains(activeElement) || fields(cellKey(id, name))?.busy) ?? null;
  if (!at && !unsaved) return null;
  const step = row.standing();
  const cells = Object.fromEntries(CELLS.map((name) => [name, fields(cellKey(id, name))!.standing()])) as Record<Cell, Standing>;
  const number = Array.from(row.element.parentElement!.children).indexOf(row.element) + 1;
  return { step, name: nameOf(step, number), cells, at, focus: row.element.contains(activeElement) };
}

/** So much of a name stands in a sentence. */
const LONGEST_NAME = 30;

/** What a step is called in a sentence: its name, else its number. */
export function nameOf({ phase }: Pick<Step, "phase">, number: number): string {
  const name = Array.from(phase);
  if (name.length > LONGEST_NAME) return `${name.slice(0, LONGEST_NAME - 1).join("")}…`;
  return phase || t("Step %(number)s", { number });
}

/** The words of a step, to copy. */
export function textOf({ step, cells }: Stood): string {
  const texts = CELLS.map((name) => cells[name].doc).map((doc) => doc.textBetween(0, doc.content.size, "\n"));
  return [step.phase, ...texts].filter((text) => text.trim()).join("\n\n");
}
