/** Text that is only in this browser and cannot be sent: shown, to be copied. */
import { t } from "@site/i18n";
import * as Y from "yjs";

import { actions, button, openDialog, paragraph } from "./dialog";
import type { LocalCopy } from "./store";
import { textOf } from "./text";

/** Shows each copy of an earlier visit that cannot be merged, and deletes it if the person says so. */
export async function showStranded(copy: LocalCopy): Promise<void> {
  for (const one of copy.stranded) {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.mergeUpdates(one.updates));
    const when = one.at.toLocaleString("zh-CN");
    const sentence = t("What you wrote here on %(when)s was never sent, and it cannot be merged with the document as it is now. Copy what you need.", { when });
    if ((await showText(sentence, textOf(doc), true)) === "discard") await copy.discard(one.id);
  }
}

/** A dialog with a text to copy. */
export function showText(advice: string, text: string, discardable = false): Promise<"close" | "discard"> {
  return new Promise((resolve) => {
    const area = document.createElement("textarea");
    area.readOnly = true;
    area.rows = 12;
    area.value = text;
    area.setAttribute("aria-label", t("Your text"));
    const told = paragraph("", "small");
    told.setAttribute("role", "status");
    const finish = (answer: "close" | "discard"): void => {
      dialog.close();
      resolve(answer);
    };
    const copy = button(t("Copy all"), () => void copyText(area).then((done) => (told.textContent = done ? t("Copied.") : t("Press Ctrl+C to copy."))), true);
    const rest = [button(t("Close"), () => finish("close"))];
    if (discardable) rest.unshift(button(t("Throw this copy away"), () => finish("discard")));
    const dialog = openDialog(t("This text is only on this computer"), [paragraph(advice), area, told, actions(copy, ...rest)], () => finish("close"));
    area.focus();
  });
}

async function copyText(area: HTMLTextAreaElement): Promise<boolean> {
  area.select();
  try {
    await navigator.clipboard.writeText(area.value);
    return true;
  } catch {
    return document.execCommand("copy"); // without https there is no clipboard interface
  }
}
