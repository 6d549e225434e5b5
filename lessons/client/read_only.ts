/** Why one cannot write in a plan, and the way back to writing, where there is one. */
import { t } from "@site/i18n";
import type { ReadOnly } from "@live/index";

import type { Notice } from "./notices";

export function readOnlyText({ reason, cause }: ReadOnly): string {
  switch (cause) {
    case "role":
      return t("You may read this plan but not change it. Ask its lead author to make you a co-author.");
    case "full":
      return t("This plan has reached its largest size and can only be read. Go on in a new one.");
    case "schema":
      return t("This page is older than the plan. Load it again to write.");
    default:
      return reason || t("You can read this plan, but not write in it just now.");
  }
}

/** For who came to write. Loading the page again is offered where it may help: neither a role nor a size changes by it. */
export function readOnlyNotice(readOnly: ReadOnly, again: { label: string; run: () => void }): Notice {
  const helps = readOnly.cause === "schema" || readOnly.cause === null;
  return { tone: "soon", text: readOnlyText(readOnly), actions: helps ? [again] : [] };
}
