/** 教学过程 on the page: rows in the order of the shared document, and the sum of their minutes. */
import * as Y from "yjs";
import { t } from "@site/i18n";
import { ask } from "@prose/dialog";
import { elementOf, type Signal } from "@live/index";
import { el, freshId, icon } from "@prose/elements";
import { toast } from "@prose/toast";
import plus from "@icons/plus.svg?raw";

import { RowDrag } from "./drag";
import { copyText, type Notices } from "./notices";
import { cellKey, rowKey } from "./sections";
import { StepRow, type RowActions } from "./step_row";
import * as model from "./steps";
import { nameOf, standing, textOf, type Cells, type Stood } from "./stood";
import { controlOf } from "./whereabouts";

/** What the table asks of the page. */
export interface StepsPage {
  steps: model.Steps;
  table: HTMLTableElement;
  foot: HTMLElement;
  /** Make an edit of the document that can be undone. */
  edit<T>(change: () => T, field?: string): T;
  addField(key: string, host: HTMLElement, fragment: Y.XmlFragment): void;
  removeField(key: string): void;
  field: Cells;
  /** Whether edits are only here. */
  unsent: Signal<boolean>;
  /** The others who are in a field whose name begins so. */
  writing(prefix: string): string[];
  notices: Notices;
  /** 课时 and 学段, for the time there is. */
  periods(): { periods: number | null; stage: string };
  announce(sentence: string): void;
  /** The rows were drawn anew, perhaps in another order. */
  drawn(): void;
}

interface Shown {
  row: StepRow;
  fragments: Map<string, Y.XmlFragment>;
}

/** How the minutes stand to the time there is. */
export function balance(minutes: number, periods: number | null, stage: string): { available: number | null; state: "none" | "fits" | "over" } {
  const period = model.minutesAPeriod(stage);
  const available = period === null || periods === null ? null : period * periods;
  return { available, state: available === null || minutes === 0 ? "none" : minutes > available ? "over" : "fits" };
}

export class StepsTable implements RowActions {
  private readonly body: HTMLElement;
  private readonly shown = new Map<string, Shown>();
  private readonly sum = el("p", { class: "steps-sum" });
  private readonly addButton = el("button", { type: "button", class: "btn1 no-print" }, icon(plus, "s"), t("Add a step"));
  private editable = false;
  private waiting = false;
  /** Steps that somebody else deleted; a copy with the same name may stand in their place. */
  private readonly takenAway = new Set<string>();
  /** The notices of steps that can be put back, and what takes away the sentence that leads to them. */
  private readonly offered = new Set<string>();
  private pointer: (() => void) | undefined;
  /** Steps in which one wrote what the server may not have. */
  private readonly unsaved = new Set<string>();

  constructor(private readonly page: StepsPage) {
    this.body = page.table.tBodies[0]!;
    this.body.replaceChildren();
    page.foot.append(this.addButton, this.sum);
    this.addButton.addEventListener("click", () => this.append());
    new RowDrag(this.body, (row, index) => this.moveTo(row.dataset.step!, index));
    page.steps.observeDeep(this.changed);
    page.unsent.subscribe((unsent) => unsent || this.unsaved.clear());
    this.render();
  }

  setEditable(editable: boolean): void {
    this.editable = editable;
    this.addButton.hidden = !editable;
    this.page.table.classList.toggle("editable", editable);
    for (const { row } of this.shown.values()) row.setEditable(editable);
    this.render();
  }

  /** Where a control of a step stands, and what it is called; null if there is none of that name. */
  control(field: string): { place: HTMLElement; name: string } | null {
    const found = controlOf(field);
    const row = found && this.shown.get(found.id)?.row;
    return row ? { place: row.head, name: row[found.control].getAttribute("aria-label")! } : null;
  }

  // ---- what the rows ask

  phase(id: string, phase: string): void {
    this.page.edit(() => model.setPhase(this.page.steps, id, phase), `steps/${id}`);
  }

  minutes(id: string, minutes: number | null): void {
    this.page.edit(() => model.setMinutes(this.page.steps, id, minutes), `steps/${id}`);
  }

  add(id: string, below: boolean): void {
    const at = model.inOrder(this.page.steps).findIndex((step) => step.id === id);
    this.insert(Math.max(0, at) + Number(below));
  }

  move(id: string, by: 1 | -1): void {
    this.moveTo(id, model.inOrder(this.page.steps).findIndex((step) => step.id === id) + by);
  }

  /** Where somebody else is writing, only after asking. */
  remove(id: string): void {
    const names = this.page.writing(rowKey(id));
    if (!names.length) return this.takeOut(id);
    const title = t("Writing in this step: %(names)s. Delete it anyway?", { names: names.join("、") });
    void ask({ title, fields: [], confirm: t("Delete"), careful: true }).then((answer) => answer === "confirm" && this.takeOut(id));
  }

  private takeOut(id: string): void {
    const sorted = model.inOrder(this.page.steps);
    const index = sorted.findIndex((step) => step.id === id);
    const restore = this.page.edit(() => model.removeStep(this.page.steps, id));
    if (!restore) return;
    this.render();
    this.focusPhase(sorted[index + 1]?.id ?? sorted[index - 1]?.id);
    const name = nameOf(sorted[index]!, index + 1);
    toast(t("“%(name)s” was deleted.", { name }), { action: { label: t("Undo"), run: () => this.page.edit(restore) } });
  }

  // ---- changes

  private append(): void {
    this.insert(this.page.steps.size);
  }

  private insert(index: number): void {
    const id = this.page.edit(() => model.addStep(this.page.steps, index));
    this.render();
    this.focusPhase(id);
  }

  private moveTo(id: string, index: number): void {
    const moved = index >= 0 && this.page.edit(() => model.moveStep(this.page.steps, id, index));
    if (!moved) return;
    this.render();
    this.shown.get(id)?.row.element.scrollIntoView({ block: "nearest" });
    this.page.announce(t("Now step %(number)s", { number: model.inOrder(this.page.steps).findIndex((step) => step.id === id) + 1 }));
  }

  private focusPhase(id: string | undefined): void {
    const row = id === undefined ? undefined : this.shown.get(id)?.row;
    (row?.phase ?? this.addButton).focus();
  }

  private readonly changed = (events: Y.YEvent<Y.AbstractType<unknown>>[], { local }: Y.Transaction): void => {
    for (const event of events) this.note(event, local);
    if (!events.some((event) => event.target instanceof Y.Map) || this.waiting) return;
    this.waiting = true;
    queueMicrotask(() => this.render());
  };

  private note(event: Y.YEvent<Y.AbstractType<unknown>>, local: boolean): void {
    const [id] = event.path as string[];
    if (id === undefined) {
      if (!local) for (const [key, { action }] of event.keys) if (action !== "add") this.takenAway.add(key);
    } else if (local && model.isWriting(event)) this.unsaved.add(id);
  }

  // ---- drawing

  render(): void {
    this.waiting = false;
    const sorted = model.inOrder(this.page.steps);
    const ids = new Set(sorted.map((step) => step.id));
    for (const id of [...this.shown.keys()]) if (!ids.has(id) || this.takenAway.has(id)) this.drop(id);
    this.takenAway.clear();
    const fresh = sorted.filter((step) => !this.shown.has(step.id));
    const rows = sorted.map((step, index) => {
      const { row } = this.shown.get(step.id) ?? this.make(step);
      this.fill(step.id);
      row.show(step, index);
      return row.element;
    });
    arrange(this.body, rows);
    for (const { id } of fresh) this.shown.get(id)!.row.fit();
    this.body.querySelector(".steps-none")?.remove();
    if (!rows.length) this.body.append(el("tr", { role: "row", class: "steps-none" }, el("td", { role: "cell", colspan: "4" }, t("No steps yet."))));
    this.showSum(sorted);
    this.page.drawn();
  }

  private make(step: model.Step): Shown {
    const made: Shown = { row: new StepRow(step, this), fragments: new Map() };
    made.row.setEditable(this.editable);
    this.shown.set(step.id, made);
    return made;
  }

  /** Give each cell its field, anew where the document holds another fragment than before. */
  private fill(id: string): void {
    const { row, fragments } = this.shown.get(id)!;
    for (const name of model.CELLS) {
      const fragment = model.cell(this.page.steps, id, name);
      const key = cellKey(id, name);
      if (!fragment || fragments.get(name) === fragment) continue;
      if (fragments.has(name)) this.page.removeField(key);
      fragments.set(name, fragment);
      this.page.addField(key, row.hosts[name], fragment);
    }
  }

  private drop(id: string): void {
    const { row } = this.shown.get(id)!;
    const stood = this.takenAway.has(id) ? standing(row, this.page.field, this.unsaved.has(id)) : null;
    for (const name of model.CELLS) this.page.removeField(cellKey(id, name));
    row.element.remove();
    this.shown.delete(id);
    if (stood) this.giveBack(stood);
  }

  /** Somebody wrote in a step that is gone: nothing of it is thrown away before they say so. */
  giveBack(stood: Stood): void {
    const { notices } = this.page;
    const notice = freshId("stood");
    const { name } = stood;
    const text = stood.at
      ? t("The step “%(name)s”, in which you were writing, was deleted by a colleague.", { name })
      : t("The step “%(name)s” was deleted before what you wrote in it was saved.", { name });
    const stay = (event: BeforeUnloadEvent): void => {
      event.preventDefault();
      event.returnValue = "";
    };
    const settled = (): void => {
      notices.set(notice, null);
      this.offered.delete(notice);
      if (this.offered.size) this.point();
      else this.pointer?.();
      window.removeEventListener("beforeunload", stay);
    };
    const back = (): void => {
      if (!this.editable) return void toast(t("You cannot write here just now. Copy the text instead."));
      settled();
      this.putBack(stood);
    };
    const closed = (): void => {
      settled();
      this.focusPhase(model.inOrder(this.page.steps).find(({ order }) => model.compare(order, stood.step.order) > 0)?.id);
    };
    const actions = [
      { label: t("Put it back"), run: back },
      { label: t("Copy the text"), run: () => void copyText(textOf(stood)) },
    ];
    window.addEventListener("beforeunload", stay); // what is offered stands nowhere else
    notices.set(notice, { tone: "bad", text, actions, closed });
    this.offered.add(notice);
    if (stood.focus) notices.focus(notice);
    else this.point();
  }

  /** The notices may be far above: one sentence leads to the first of them. */
  private point(): void {
    this.pointer?.();
    const run = (): void => [...this.offered].slice(0, 1).forEach((notice) => this.page.notices.focus(notice));
    this.pointer = toast(t("A step in which you wrote was deleted. What you wrote is kept at the top of the page."), { action: { label: t("Go there"), run }, seconds: 20 });
  }

  private putBack({ step, cells, at }: Stood): void {
    const elements = Object.fromEntries(model.CELLS.map((name) => [name, cells[name].doc.children.map(elementOf)])) as Record<model.Cell, Y.XmlElement[]>;
    const id = this.page.edit(() => model.putStep(this.page.steps, { ...step, cells: elements }));
    this.render();
    const { row } = this.shown.get(id)!;
    const control = at ?? "phase";
    const isCell = control !== "phase" && control !== "minutes";
    (isCell ? row.hosts[control] : row.element).scrollIntoView({ block: "center" });
    if (isCell) this.page.field(cellKey(id, control))?.resume(cells[control]);
    else row[control].focus();
  }

  showSum(sorted: readonly model.Step[] = model.inOrder(this.page.steps)): void {
    const { minutes, unsaid } = model.total(sorted);
    const { periods, stage } = this.page.periods();
    const { available, state } = balance(minutes, periods, stage);
    const parts = [
      available === null ? t("%(minutes)s minutes in all", { minutes }) : t("%(minutes)s of %(available)s minutes", { minutes, available }),
      state === "over" ? t("%(over)s too many", { over: minutes - available! }) : "",
      unsaid && minutes ? t("%(count)s steps without a time", { count: unsaid }) : "",
    ];
    this.sum.textContent = sorted.length ? parts.filter(Boolean).join(" · ") : "";
    this.sum.className = `steps-sum ${state}`;
  }
}

/** Bring elements into an order, without taking the one that has the focus out of the page. */
export function arrange(parent: HTMLElement, wanted: readonly HTMLElement[]): void {
  const current = Array.from(parent.children).filter((child) => wanted.includes(child as HTMLElement));
  if (current.length === wanted.length && current.every((child, index) => child === wanted[index])) return;
  const fixed = wanted.findIndex((element) => element.contains(document.activeElement));
  wanted.forEach((element, index) => {
    if (fixed < 0 || index > fixed) parent.append(element);
    else if (index < fixed) parent.insertBefore(element, wanted[fixed]!);
  });
}
