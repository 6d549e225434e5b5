/** 课题, 学科, 学段 …: the plan's columns on the paper, saved one by one through the queue of columns. */
import { t } from "@site/i18n";
import { openColumns, type Columns, type ColumnValue, type LiveDocument } from "@live/index";
import { el } from "@prose/elements";

import { fetchCatalogue, offered, type Textbook } from "./catalogue";
import { grow, growing, oneLine } from "./growing";
import type { PlanPage } from "./page";
import { suggest } from "./suggest";

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Full-width digits count as digits. */
export function numberOf(typed: string): string {
  return oneLine(typed).replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
}

/** What stands in a control, as the column takes it. */
export function valueOf(name: string, typed: string): ColumnValue {
  if (name !== "periods") return oneLine(typed);
  const text = numberOf(typed);
  return /^\d{1,2}$/.test(text) ? Number(text) : text === "" ? null : text;
}

const shownAs = (value: ColumnValue | undefined): string => (value === null || value === undefined ? "" : String(value));

/** What the server sent along to choose from, and where the whole catalogue is. */
export interface Suggested {
  values: Record<string, string[]>;
  grades: Record<string, string[]>;
  catalogue: string;
}

const CHOSEN_FROM = new Set(["subject", "grade", "edition", "volume", "unit", "lesson_type"]);

export class Facts {
  private readonly controls = new Map<string, Control>();
  private readonly columns: Columns;
  private composing: string | null = null;
  private books: Textbook[] | null = null;

  constructor(
    private readonly live: LiveDocument,
    page: PlanPage,
    private readonly suggestions: Suggested,
    private readonly changed: () => void,
  ) {
    const { urls, person, kind, key, title, version } = page;
    this.columns = openColumns({ live, url: urls.columns, person: person.id, kind, key, title, values: page.columns, version });
    for (const control of Array.from(document.querySelectorAll<Control>("[data-column]"))) this.take(control);
    if (suggestions.catalogue) void fetchCatalogue(suggestions.catalogue).then((books) => (this.books = books));
    this.columns.values.subscribe(() => this.show());
    this.columns.conflicts.subscribe(() => this.showProblems());
    this.columns.errors.subscribe(() => this.showProblems());
  }

  setEditable(editable: boolean): void {
    for (const control of this.controls.values()) control.disabled = !editable;
  }

  periods(): { periods: number | null; stage: string } {
    const { periods, stage } = this.columns.values.value;
    return { periods: typeof periods === "number" ? periods : null, stage: shownAs(stage) };
  }

  private take(control: Control): void {
    const name = control.dataset.column!;
    this.controls.set(name, control);
    control.addEventListener("input", () => this.composing === null && this.set(name));
    control.addEventListener("change", () => this.set(name));
    control.addEventListener("blur", () => this.columns.flush());
    this.guard(control, name);
    if (control instanceof HTMLTextAreaElement) growing(control);
    if (!CHOSEN_FROM.has(name) || control instanceof HTMLSelectElement) return;
    const take = (): void => {
      if (control instanceof HTMLTextAreaElement) grow(control);
      this.set(name);
    };
    suggest(control, () => this.offered(name), take, { all: true });
  }

  /** What stands in the other columns now, saved or not, narrows what is offered for this one. */
  offered(name: string): string[] {
    const said = this.columns.values.value;
    const { values, grades } = this.suggestions;
    if (name === "grade") return grades[shownAs(said.stage)] ?? values[name] ?? [];
    return (this.books && offered(this.books, said, name)) ?? values[name] ?? [];
  }

  /** Half-typed 拼音 is not sent, and counts as unsaved. */
  private guard(control: Control, name: string): void {
    let release: (() => void) | null = null;
    control.addEventListener("compositionstart", () => {
      this.composing = name;
      release ??= this.live.hold();
    });
    control.addEventListener("compositionend", () => {
      this.composing = null;
      this.set(name);
      release?.();
      release = null;
    });
  }

  private set(name: string): void {
    this.columns.set(name, valueOf(name, this.controls.get(name)!.value));
  }

  private show(): void {
    const values = this.columns.values.value;
    for (const [name, control] of this.controls) {
      if (this.composing === name || oneLine(control.value) === shownAs(values[name])) continue;
      control.value = shownAs(values[name]);
      if (control instanceof HTMLTextAreaElement) grow(control);
    }
    for (const place of Array.from(document.querySelectorAll<HTMLElement>("[data-shown]"))) place.textContent = this.label(place.dataset.shown!);
    const title = shownAs(values.title);
    const heading = document.querySelector("[data-title]");
    if (heading && title) {
      heading.textContent = title;
      document.title = document.title.replace(/^.*?(?= · [^·]*$)/, () => title);
    }
    this.changed();
  }

  /** A choice is shown by its label, also to those who have nothing to choose. */
  private label(name: string): string {
    const control = this.controls.get(name) ?? document.querySelector<HTMLTemplateElement>(`template[data-choices="${name}"]`)?.content;
    const value = shownAs(this.columns.values.value[name]);
    return Array.from(control?.querySelectorAll("option") ?? []).find((option) => option.value === value)?.text ?? value;
  }

  private showProblems(): void {
    for (const old of Array.from(document.querySelectorAll(".fact-fault, .fact-conflict"))) old.remove();
    for (const [name, control] of this.controls) {
      const conflict = this.columns.conflicts.value.find(({ field }) => field === name);
      const fault = this.columns.errors.value[name] ?? "";
      const wrong = conflict !== undefined || fault !== "";
      control.setAttribute("aria-invalid", String(wrong));
      control.closest(".fact")?.classList.toggle("wrong", wrong);
      if (conflict) control.after(this.conflict(name, conflict.mine, conflict.theirs));
      else if (wrong) control.after(el("p", { class: "fact-fault", role: "alert" }, fault));
    }
  }

  /** Both are shown, and the person chooses: nothing is written over. */
  private conflict(name: string, mine: ColumnValue, theirs: ColumnValue): HTMLElement {
    const choice = (label: string, value: ColumnValue, keep: "mine" | "theirs"): HTMLElement => {
      const button = el("button", { type: "button", class: "btn1" }, `${label}：${shownAs(value) || t("(empty)")}`);
      button.addEventListener("click", () => this.columns.resolve(name, keep));
      return button;
    };
    return el("div", { class: "fact-conflict", role: "alert" }, el("b", {}, t("Somebody else changed this too. Which stays?")), el("div", {}, choice(t("Mine"), mine, "mine"), choice(t("Theirs"), theirs, "theirs")));
  }
}
