/** Why one cannot write in a plan, and the way back to writing, where there is one. */
import { t } from "@site/i18n";
import type { ReadOnly, SaveStatus } from "@live/index";

import type { Notice } from "./notices";

/** Reasons of which the advice beside the state of saving says all. */
const SAID: ReadonlySet<SaveStatus["reason"]> = new Set(["read_only", "full", "schema", "withdrawn", "not_found", "other_epoch", "refused"] as const);

export function readOnlyText({ reason, cause }: ReadOnly): string {
  switch (cause) {
    case "role":
      return t("You may read this plan but not change it. Ask its lead author to make you a co-author.");
    case "full":
      return t("This plan is full. Delete something to go on writing.");
    case "schema":
      return t("This page has been updated. Load it again to go on writing.");
    default:
      return reason || t("You can read this plan, but not write in it just now.");
  }
}

/** Something hinders writing, and the reason is not said beside what is not saved, nor that there is nothing to read either. */
export function saysWhy({ value, cause }: ReadOnly, { reason }: SaveStatus): boolean {
  return (value || cause !== null) && !SAID.has(reason);
}

/** For who came to write. Loading the page again is offered where it may help: neither a role nor a size changes by it. */
export function readOnlyNotice(readOnly: ReadOnly, again: { label: string; run: () => void }): Notice {
  const helps = readOnly.cause === "schema" || readOnly.cause === null;
  return { tone: "soon", text: readOnlyText(readOnly), actions: helps ? [again] : [] };
}
