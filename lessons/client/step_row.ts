/** One row of 教学过程 on the page: its controls and its three rich cells. */
import { t } from "@site/i18n";
import { el, icon } from "@prose/elements";
import { popup } from "@prose/popup";
import { toast } from "@prose/toast";
import dots from "@icons/dots.svg?raw";
import grip from "@icons/grip-vertical.svg?raw";

import { numberOf } from "./facts";
import { Following } from "./following";
import { grow, growing, oneLine } from "./growing";
import { CELLS, LONGEST_PHASE, MOST_MINUTES, type Cell, type Step } from "./steps";
import { suggest } from "./suggest";

export interface RowActions {
  phase(id: string, phase: string): void;
  minutes(id: string, minutes: number | null): void;
  add(id: string, below: boolean): void;
  move(id: string, by: 1 | -1): void;
  remove(id: string): void;
}

/** What teachers call the steps of a lesson. */
export const PHASES = ["导入", "新授", "活动一", "活动二", "活动三", "合作探究", "巩固", "拓展", "小结", "作业"];

const cellLabels = (): Record<Cell, string> => ({
  teacher: t("Teacher's activity"),
  student: t("Pupils' activity"),
  intent: t("Intention"),
});

export class StepRow {
  readonly element = el("tr", { role: "row" });
  readonly hosts: Record<Cell, HTMLElement>;
  /** Where its name and its minutes stand. */
  readonly head = el("th", { role: "rowheader", scope: "row" });
  readonly phase = el("textarea", { class: "phase no-print", rows: "1", maxlength: String(LONGEST_PHASE), placeholder: t("Step"), spellcheck: "false", autocomplete: "off" });
  readonly minutes = el("input", { class: "minutes no-print", type: "text", inputmode: "numeric", maxlength: "3", autocomplete: "off", placeholder: "–" });
  private readonly printed = el("span", { class: "print-only" });
  private readonly read = el("div", { class: "step-read" });
  private readonly tools = el("div", { class: "step-tools no-print" });
  private readonly phaseText = new Following(this.phase, oneLine, () => grow(this.phase));
  private readonly minutesText = new Following(this.minutes, numberOf);
  private step: Step;

  constructor(
    step: Step,
    private readonly actions: RowActions,
  ) {
    this.step = step;
    this.element.dataset.step = step.id;
    const labels = cellLabels();
    this.hosts = Object.fromEntries(CELLS.map((name) => [name, el("div", { class: "field prose" })])) as unknown as Record<Cell, HTMLElement>;
    const unit = el("label", { class: "minutes-line no-print" }, this.minutes, el("span", {}, t("minutes")));
    const edit = el("div", { class: "step-edit" }, this.tools, el("div", { class: "phase-place" }, this.phase), unit, this.printed);
    this.head.append(edit, this.read);
    this.element.append(
      this.head,
      ...CELLS.map((name) => el("td", { role: "cell", class: `cell-${name}`, "data-label": labels[name] }, this.hosts[name])),
    );
    this.build();
  }

  /** Show what the document says now; what somebody is typing here is left alone. */
  show(step: Step, index: number): void {
    this.step = step;
    this.phaseText.show(step.phase);
    this.minutesText.show(step.minutes === null ? "" : String(step.minutes));
    const time = step.minutes === null ? "" : t("%(minutes)s min", { minutes: step.minutes });
    this.printed.textContent = [step.phase, time].filter(Boolean).join("\n");
    this.read.replaceChildren(el("b", {}, step.phase), ...(time ? [el("span", { class: "minutes" }, time)] : []));
    this.label(index);
  }

  /** What stands in its controls, half a word too; for minutes that are none those of the plan. */
  standing(): Step {
    return { ...this.step, phase: this.phaseText.take(), minutes: this.typedMinutes() ?? (this.minutes.value.trim() ? this.step.minutes : null) };
  }

  setEditable(editable: boolean): void {
    this.element.classList.toggle("editable", editable);
    if (editable) this.fit();
  }

  /** Give its name the room that it takes; how much that is can be told only where it stands on the page. */
  fit(): void {
    grow(this.phase);
  }

  /** Every control says to which step it belongs. */
  private label(index: number): void {
    const number = index + 1;
    const labels = cellLabels();
    this.phase.setAttribute("aria-label", t("Name of step %(number)s", { number }));
    this.minutes.setAttribute("aria-label", t("Minutes of step %(number)s", { number }));
    this.tools.querySelector("[data-drag]")?.setAttribute("aria-label", t("Move step %(number)s (Alt+Up, Alt+Down)", { number }));
    this.tools.querySelector("[data-more]")?.setAttribute("aria-label", t("More for step %(number)s", { number }));
    for (const name of CELLS) this.hosts[name].setAttribute("aria-label", t("%(cell)s, step %(number)s", { cell: labels[name], number }));
  }

  private build(): void {
    growing(this.phase);
    this.phase.addEventListener("input", (event) => (event as InputEvent).isComposing || this.sendPhase());
    this.phase.addEventListener("compositionend", () => this.sendPhase());
    this.phase.addEventListener("blur", () => this.phaseText.settle());
    suggest(this.phase, () => PHASES, () => (grow(this.phase), this.sendPhase()));
    this.minutes.addEventListener("input", (event) => (event as InputEvent).isComposing || this.sendMinutes());
    this.minutes.addEventListener("compositionend", () => this.sendMinutes());
    this.minutes.addEventListener("blur", () => this.leaveMinutes());
    this.element.addEventListener("keydown", this.keydown);
    const handle = el("button", { type: "button", class: "tool drag", "data-drag": true, title: t("Drag to move; Alt+Up and Alt+Down do the same") }, icon(grip, "s"));
    const more = el("button", { type: "button", class: "tool", "data-more": true }, icon(dots, "s"));
    this.tools.append(handle, popup(more, t("Step"), () => this.choices(), "menu-step").element);
  }

  private choices(): { label: string; run: () => void; class?: string }[] {
    const { actions } = this;
    const { id } = this.step;
    return [
      { label: t("Add a step above"), run: () => actions.add(id, false) },
      { label: t("Add a step below"), run: () => actions.add(id, true) },
      { label: t("Move up"), run: () => actions.move(id, -1) },
      { label: t("Move down"), run: () => actions.move(id, 1) },
      { label: t("Delete step"), class: "danger", run: () => actions.remove(id) },
    ];
  }

  private sendPhase(): void {
    this.actions.phase(this.step.id, this.phaseText.take());
  }

  private typedMinutes(): number | null {
    const typed = numberOf(this.minutes.value);
    return /^\d{1,3}$/.test(typed) && Number(typed) <= MOST_MINUTES ? Number(typed) : null;
  }

  private sendMinutes(): void {
    const minutes = this.typedMinutes();
    const wrong = numberOf(this.minutes.value) !== "" && minutes === null;
    this.minutes.setAttribute("aria-invalid", String(wrong));
    if (wrong) return;
    this.minutesText.written();
    this.actions.minutes(this.step.id, minutes);
  }

  /** Minutes that are none give way to what stands in the plan, with a word about it. */
  private leaveMinutes(): void {
    if (this.minutes.getAttribute("aria-invalid") === "true") toast(t("Minutes are a whole number from 0 to %(most)s. What stood there before stays.", { most: MOST_MINUTES }));
    this.minutes.setAttribute("aria-invalid", "false");
    this.minutesText.settle();
  }

  private readonly keydown = (event: KeyboardEvent): void => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing || event.keyCode === 229) return;
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    event.stopPropagation();
    this.actions.move(this.step.id, event.key === "ArrowUp" ? -1 : 1);
  };
}
