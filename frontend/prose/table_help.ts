/**
 * When tables come into play: loads their code when a field has one, mends them if this page is the one that mends, and
 * offers what can be done with the table the caret stands in.
 */
import { t } from "@site/i18n";
import tableIcon from "@icons/table.svg?raw";
import { EditorState, type Command } from "prosemirror-state";
import * as Y from "yjs";

import { ask, row } from "./dialog";
import { el, icon } from "./elements";
import type { Extension, ProseField } from "./field";
import { someKeys } from "./keys";
import { later } from "./later";
import { popup } from "./popup";
import type { Stage } from "./stage";
import type { Toolbar } from "./toolbar";

type Tables = typeof import("./tables");

/** Long enough that all pages know who is there, and that an edit in progress has come to rest. */
const MEND_AFTER = 1500;

export class TableHelp {
  private loaded: Tables | null = null;
  private loading: Promise<Tables> | null = null;
  private readonly button = el("button", { type: "button", class: "tool tool-table", "aria-label": t("Table tools"), title: t("Table tools"), tabindex: "-1" }, icon(tableIcon));
  private readonly place = popup(this.button, t("Table tools"), () => this.choices());
  private insertButton: HTMLElement | null = null;
  private readonly waiting = new Map<ProseField, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly stage: Stage,
    private readonly mends: () => boolean,
  ) {
    this.place.element.hidden = true;
  }

  /** The tools of a table stand where a table is put in: nothing moves when the caret goes into one. */
  attach(toolbar: Toolbar): void {
    this.insertButton = toolbar.tableButton;
    toolbar.tableButton.after(this.place.element);
  }

  extension(): Extension {
    const { loaded } = this;
    if (!loaded) return { plugins: (field) => (field.free ? [someKeys({ Tab: this.soon(field, "Tab"), "Shift-Tab": this.soon(field, "Shift-Tab") })] : []) };
    return { plugins: (field) => (field.free ? [someKeys(loaded.tableKeys), loaded.tableEditing(), loaded.gapCursor()] : []) };
  }

  /** Who is faster than the code of tables goes to the next cell when it has come, and not out of the field. */
  private soon(field: ProseField, key: "Tab" | "Shift-Tab"): Command {
    return ({ selection: { $from } }) => {
      if (!Array.from({ length: $from.depth }, (_, depth) => $from.node(depth + 1).type.name).includes("table")) return false;
      void later(() => this.load()).then((tables) => tables && field.run(tables.tableKeys[key]!));
      return true;
    };
  }

  /** An editor was mounted or changed: are there tables in it? */
  look(field: ProseField): void {
    const { view } = field;
    if (!view) return;
    if (field.free && !this.loaded && someTable(view.state)) void this.load().catch(() => undefined); // the next look asks again
    if (field === this.stage.active) this.offer(Boolean(this.loaded && field.free && this.loaded.inTable(view.state)));
  }

  private offer(tools: boolean): void {
    this.place.element.hidden = !tools;
    if (this.insertButton) this.insertButton.hidden = tools;
  }

  /** Mend what concurrent edits left, mounted or not, if that falls to this page. */
  watch(field: ProseField): void {
    if (!field.free) return;
    if (hasTableElement(field.fragment)) void this.load().catch(() => undefined); // the next look asks again
    field.fragment.observeDeep((_events, transaction: Y.Transaction) => transaction.local || this.mendLater(field));
    this.mendLater(field);
  }

  async ask(field: ProseField): Promise<void> {
    const number = (value: string): HTMLInputElement => el("input", { type: "number", min: "1", max: "20", value });
    const rows = number("3");
    const columns = number("3");
    const whole = (input: HTMLInputElement): boolean => /^\d{1,2}$/.test(input.value) && Number(input.value) >= 1 && Number(input.value) <= 20;
    const answer = await ask({
      title: t("Insert table"),
      fields: [row(t("Rows"), rows), row(t("Columns"), columns)],
      confirm: t("Insert"),
      check: () => (whole(rows) && whole(columns) ? null : t("Whole numbers from 1 to 20.")),
      ready: later(() => this.load()).then((tables) => tables !== null), // what is typed next belongs into the table
    });
    if (this.loaded && answer === "confirm") field.run(this.loaded.insertTable(Number(rows.value), Number(columns.value)));
  }

  private load(): Promise<Tables> {
    this.loading ??= import("./tables").then(
      (tables) => {
        this.loaded = tables;
        this.stage.remountWhere((field) => field.free);
        return tables;
      },
      (fault: unknown) => {
        this.loading = null;
        throw fault;
      },
    );
    return this.loading;
  }

  private mendLater(field: ProseField): void {
    clearTimeout(this.waiting.get(field));
    if (!hasTableElement(field.fragment)) return;
    this.waiting.set(
      field,
      setTimeout(() => void this.mend(field).catch(() => undefined), MEND_AFTER), // without a network, the next edit tries again
    );
  }

  private async mend(field: ProseField): Promise<void> {
    if (!this.mends() || this.stage.fields.get(field.key) !== field || field.composing) return;
    const tables = await this.load();
    const state = field.view?.state ?? EditorState.create({ doc: field.read() });
    if (!tables.mending(state)) return;
    const view = field.mount();
    const tr = view && tables.mending(view.state);
    if (tr) view.dispatch(tr.setMeta("addToHistory", false));
  }

  private choices(): { label: string; mark?: Element; run: () => void }[] {
    const field = this.stage.active;
    const view = field?.view;
    if (!this.loaded || !view) return [];
    return this.loaded
      .tableTools()
      .filter(({ command }) => command(view.state))
      .map(({ label, icon: source, command }) => ({ label, ...(source ? { mark: icon(source, "s") } : {}), run: () => void field.run(command) }));
  }
}

function someTable(state: EditorState): boolean {
  let found = false;
  state.doc.descendants((node) => {
    found ||= node.type.name === "table";
    return !found;
  });
  return found;
}

function hasTableElement(fragment: Y.XmlFragment): boolean {
  return fragment.toArray().some((child) => child instanceof Y.XmlElement && (child.nodeName === "table" || hasTableElement(child)));
}
