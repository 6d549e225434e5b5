/** Names of fields in the shared document: `f:objectives`, `steps/<id>/teacher`. */
import { CELLS, type Cell } from "./steps";

export const fieldKey = (section: string): string => `f:${section}`;

/** What the names of all cells of a step begin with. */
export const rowKey = (id: string): string => `steps/${id}/`;

export const cellKey = (id: string, cell: Cell): string => rowKey(id) + cell;

/** What of a step is written outside of its rich cells. */
export const CONTROLS = ["phase", "minutes"] as const;
export type Control = (typeof CONTROLS)[number];

export const controlKey = (id: string, control: Control): string => rowKey(id) + control;

/** The template's section that a field of the document belongs to; empty for what is none of ours. */
export function sectionOf(field: string): string {
  if (field.startsWith("f:")) return field.slice(2);
  return field.startsWith("steps/") && [...CELLS, ...CONTROLS].some((cell) => field.endsWith(`/${cell}`)) ? "steps" : "";
}
