/** In which control of a step somebody writes (its name, its minutes); for rich fields the caret tells it. */
import type { Awareness } from "y-protocols/awareness";

import { CONTROLS, controlKey, type Control } from "./sections";

/** Tells the others while the keyboard is in a control of the table. */
export function tellControls(table: HTMLElement, awareness: Awareness): void {
  table.addEventListener("focusin", ({ target }) => {
    const field = fieldOf(target as HTMLElement);
    if (field) awareness.setLocalStateField("cursor", { field });
  });
  table.addEventListener("focusout", ({ target }) => {
    const field = fieldOf(target as HTMLElement);
    const own = awareness.getLocalState()?.cursor as { field?: string } | null | undefined;
    if (field && own?.field === field) awareness.setLocalStateField("cursor", null);
  });
}

function fieldOf(element: HTMLElement): string | null {
  const control = CONTROLS.find((name) => element.classList.contains(name));
  const id = element.closest<HTMLElement>("[data-step]")?.dataset.step;
  return control && id !== undefined ? controlKey(id, control) : null;
}

/** Which control of which step a field's name means; null for any other field. */
export function controlOf(field: string): { id: string; control: Control } | null {
  const [root, id, name] = field.split("/");
  const control = CONTROLS.find((one) => one === name);
  return root === "steps" && id && control ? { id, control } : null;
}
