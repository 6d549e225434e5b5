/** Sentences above the paper: why one cannot write, what is not saved, text of an earlier visit to copy. */
import { t } from "@site/i18n";
import { el, icon } from "@prose/elements";
import { toast } from "@prose/toast";
import alert from "@icons/alert-triangle.svg?raw";
import eye from "@icons/eye.svg?raw";

export interface Notice {
  tone: "info" | "soon" | "bad";
  text: string;
  actions?: { label: string; run: () => void }[];
  /** It stays until somebody closes it; then this is called. */
  closed?: () => void;
}

export class Notices {
  private readonly shown = new Map<string, { element: HTMLElement; says: string }>();

  constructor(private readonly place: HTMLElement) {}

  /** Show, change or (`null`) take away the notice of that name. */
  set(name: string, notice: Notice | null): void {
    const old = this.shown.get(name);
    if (!notice) {
      old?.element.remove();
      this.shown.delete(name);
      return;
    }
    const says = JSON.stringify(notice);
    if (old?.says === says) return; // drawn anew it would be spoken anew, and lose the focus
    const element = this.draw(notice);
    if (old) old.element.replaceWith(element);
    else this.place.append(element);
    this.shown.set(name, { element, says });
  }

  /** Bring the keyboard to what one can do. */
  focus(name: string): void {
    this.shown.get(name)?.element.querySelector("button")?.focus();
  }

  private draw({ tone, text, actions = [], closed }: Notice): HTMLElement {
    const buttons = actions.map(({ label, run }) => {
      const button = el("button", { type: "button", class: "btn1" }, label);
      button.addEventListener("click", run);
      return button;
    });
    const close = closed && el("button", { type: "button", class: "btn1 plain square", "aria-label": t("Close") }, "×");
    close?.addEventListener("click", () => closed?.());
    const look = tone === "info" ? "note" : `note ${tone}`;
    return el(
      "div",
      { class: look, role: tone === "bad" ? "alert" : "status" },
      icon(tone === "info" ? eye : alert),
      el("div", {}, text, buttons.length ? el("div", { class: "notice-actions" }, ...buttons) : null),
      close,
    );
  }
}

/** Copy text; where the browser does not allow it, show it selected. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("Copied. You can paste it into a document now."));
  } catch {
    const area = el("textarea", { class: "copy-area", readonly: true, "aria-label": t("Text to copy") });
    area.value = text;
    document.querySelector("[data-notices]")?.append(area);
    area.select();
    toast(t("Press Ctrl+C to copy the selected text."), { seconds: 8 });
  }
}
