/** A short sentence at the foot of the page, perhaps with one thing to do; read out by screen readers. */
import { t } from "@site/i18n";

import { el } from "./elements";

interface Toast {
  action?: { label: string; run: () => void };
  /** How long it stays; a sentence that asks for something stays longer. */
  seconds?: number;
}

let shelf: HTMLElement | null = null;

function place(): HTMLElement {
  shelf ??= el("div", { class: "toasts no-print", role: "status", "aria-live": "polite" });
  if (!shelf.isConnected) document.body.append(shelf);
  return shelf;
}

/** Shows it; what it returns takes it away before its time. */
export function toast(message: string, { action, seconds = action ? 10 : 4 }: Toast = {}): () => void {
  const box = el("div", { class: "toast1" }, el("span", {}, message));
  const close = (): void => box.remove();
  if (action) {
    const button = el("button", { type: "button", class: "toast-action" }, action.label);
    button.addEventListener("click", () => {
      close();
      action.run();
    });
    box.append(button);
  }
  const dismiss = el("button", { type: "button", class: "toast-close", "aria-label": t("Close") }, "×");
  dismiss.addEventListener("click", close);
  box.append(dismiss);
  place().append(box);
  setTimeout(close, seconds * 1000);
  return close;
}
