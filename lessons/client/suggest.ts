/** Suggestions under a text control: what others usually write there, to choose by mouse, finger or arrow keys. */
import { el, freshId } from "@prose/elements";

type Control = HTMLInputElement | HTMLTextAreaElement;

/** Those that hold what is typed, those that begin with it first; all of them while nothing is typed. Not what stands there. */
export function matching(values: readonly string[], typed: string, there = typed): string[] {
  const text = typed.trim().toLowerCase();
  const fitting = values.filter((value) => value.toLowerCase().includes(text) && value !== there);
  return fitting.sort((a, b) => Number(b.toLowerCase().startsWith(text)) - Number(a.toLowerCase().startsWith(text))).slice(0, 12);
}

class Suggestions {
  private readonly list = el("ul", { class: "suggestions no-print", role: "listbox", id: freshId("suggestions"), hidden: true });
  private chosen = -1;
  private typed = false;

  constructor(
    private readonly control: Control,
    private readonly values: () => readonly string[],
    private readonly take: (value: string) => void,
    private readonly all: boolean,
  ) {
    if (control instanceof HTMLInputElement) control.setAttribute("role", "combobox"); // a text area may not be one
    control.setAttribute("aria-autocomplete", "list");
    this.tell(false);
    control.setAttribute("aria-controls", this.list.id);
    control.after(this.list);
    if (control.getAttribute("aria-label")) this.list.setAttribute("aria-label", control.getAttribute("aria-label")!);
    control.addEventListener("focus", () => {
      this.typed = false;
      if (!this.control.value.trim()) this.open();
    });
    control.addEventListener("click", () => this.list.hidden && this.open());
    control.addEventListener("input", (event) => {
      this.typed = true;
      if (!(event as InputEvent).isComposing) this.open();
    });
    control.addEventListener("compositionend", () => this.open());
    control.addEventListener("blur", () => this.close());
    control.addEventListener("keydown", (event) => this.key(event as KeyboardEvent));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest("li") : null;
      if (option) this.choose(option.textContent ?? "");
    });
  }

  private open(): void {
    const there = this.control.value;
    const found = matching(this.values(), this.all && !this.typed ? "" : there, there);
    if (!found.length || document.activeElement !== this.control) return this.close();
    this.chosen = -1;
    this.list.replaceChildren(...found.map((value, index) => el("li", { role: "option", id: `${this.list.id}-${index}`, "aria-selected": "false" }, value)));
    this.list.hidden = false;
    this.tell(true);
  }

  private close(): void {
    this.list.hidden = true;
    this.tell(false);
    this.control.removeAttribute("aria-activedescendant");
  }

  private tell(open: boolean): void {
    if (this.control instanceof HTMLInputElement) this.control.setAttribute("aria-expanded", String(open));
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === 229 || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (this.list.hidden) this.open();
      else this.mark(this.chosen + (event.key === "ArrowDown" ? 1 : -1));
      if (!this.list.hidden) event.preventDefault();
    } else if (event.key === "Enter" && this.chosen >= 0 && !this.list.hidden) {
      event.preventDefault();
      this.choose(this.list.children[this.chosen]!.textContent ?? "");
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.close();
    }
  }

  private mark(index: number): void {
    const options = Array.from(this.list.children);
    this.chosen = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.chosen)));
    options[this.chosen]?.scrollIntoView({ block: "nearest" });
    this.control.setAttribute("aria-activedescendant", options[this.chosen]!.id);
  }

  private choose(value: string): void {
    this.control.value = value;
    this.typed = false;
    this.close();
    this.take(value);
  }
}

/** With `all`, a control that holds something offers everything else until somebody types. */
export function suggest(control: Control, values: () => readonly string[], take: (value: string) => void, { all = false } = {}): void {
  new Suggestions(control, values, take, all);
}
