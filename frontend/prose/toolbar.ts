/**
 * The one toolbar of a page with several fields; it acts on the field that was last worked in.
 *
 * Arrow keys move in it, Escape goes back to the text, Alt+F10 comes from there.
 */
import type { EditorState } from "prosemirror-state";
import { t } from "@site/i18n";
import formulaIcon from "@icons/math-function.svg?raw";
import linkIcon from "@icons/link.svg?raw";
import pictureIcon from "@icons/photo-plus.svg?raw";
import redoIcon from "@icons/arrow-forward-up.svg?raw";
import tableIcon from "@icons/table-plus.svg?raw";
import undoIcon from "@icons/arrow-back-up.svg?raw";

import { el, icon } from "./elements";
import type { ProseField } from "./field";
import { popup, type Choice, type Popup } from "./popup";
import * as tools from "./tools";

/** What the toolbar cannot do by itself. */
export interface ToolbarActions {
  undo(): void;
  redo(): void;
  table(field: ProseField): unknown;
  picture(field: ProseField): void;
  link(field: ProseField): void;
  formula(field: ProseField): void;
}

interface Shown {
  button: HTMLButtonElement;
  /** Absent: not a toggle. */
  on?: (state: EditorState) => boolean;
  enabled?: (field: ProseField) => boolean;
}

export class Toolbar {
  readonly element: HTMLElement;
  private field: ProseField | null = null;
  private readonly shown: Shown[] = [];
  private readonly popups: Popup[] = [];
  private readonly blocks = tools.blocks();
  private readonly select = el("select", { class: "tool-select", "aria-label": t("Paragraph style") });
  private frame = 0;
  /** Where the tools of the table come while the caret is in one. */
  readonly tableButton: HTMLButtonElement;

  constructor(private readonly actions: ToolbarActions) {
    this.element = el("div", { class: "tools no-print", role: "toolbar", "aria-label": t("Formatting"), "aria-orientation": "horizontal" });
    this.tableButton = this.plain(tableIcon, t("Table"), "", () => this.withField(actions.table), false, (field) => field.free);
    this.build();
    this.element.addEventListener("keydown", this.keydown);
    this.element.addEventListener("mousedown", this.keepFocus);
    this.refresh();
  }

  /** Act on this field from now on. */
  attach(field: ProseField | null): void {
    this.field = field;
    this.refreshSoon();
  }

  /** Put the keyboard into the toolbar. */
  focus(): void {
    this.current().focus();
  }

  readonly refreshSoon = (): void => {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.refresh());
  };

  private build(): void {
    const { actions } = this;
    for (const { value, label } of this.blocks) this.select.append(el("option", { value }, label));
    this.select.addEventListener("change", () => this.run(this.blocks.find(({ value }) => value === this.select.value)!.command));
    this.group(
      this.plain(undoIcon, t("Undo"), "Ctrl+Z", () => actions.undo(), true),
      this.plain(redoIcon, t("Redo"), "Ctrl+Y", () => actions.redo(), true),
    );
    this.group(this.select);
    this.group(...tools.marks().map((tool) => this.tool(tool)), ...tools.colours().map((menu) => this.menu(menu)), this.menu(tools.moreMarks()));
    this.group(this.tool(tools.bulletTool()), this.menu(tools.numbering()), this.menu(tools.alignment()), ...tools.indents().map((tool) => this.tool(tool)));
    this.group(
      this.tableButton,
      this.plain(pictureIcon, t("Picture"), "", () => this.withField(actions.picture)),
      this.plain(linkIcon, t("Link"), "Ctrl+K", () => this.withField(actions.link)),
      this.plain(formulaIcon, t("Formula"), "", () => this.withField(actions.formula)),
    );
    this.group(this.tool(tools.clearTool()));
  }

  private group(...children: HTMLElement[]): void {
    this.element.append(el("span", { class: "tool-group" }, ...children));
  }

  private button(label: string, source: string, keys = ""): HTMLButtonElement {
    const title = keys ? `${label} (${keys})` : label;
    return el("button", { type: "button", class: "tool", title, "aria-label": label, tabindex: "-1" }, icon(source));
  }

  private plain(source: string, label: string, keys: string, run: () => void, always = false, enabled?: (field: ProseField) => boolean): HTMLButtonElement {
    const button = this.button(label, source, keys);
    button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && run());
    if (!always) this.shown.push({ button, enabled: enabled ?? (() => true) });
    return button;
  }

  private tool({ label, icon: source, keys, command, on }: tools.Tool): HTMLButtonElement {
    const button = this.button(label, source, keys);
    button.addEventListener("click", () => this.run(command));
    this.shown.push({ button, ...(on ? { on } : {}), enabled: () => true });
    return button;
  }

  private menu({ name, label, icon: source, choices }: tools.Menu): HTMLElement {
    const button = this.button(label, source);
    const made = popup(button, label, () => choices().map((entry) => this.choice(entry)), `menu-${name}`);
    this.popups.push(made);
    this.shown.push({ button, enabled: () => true });
    return made.element;
  }

  private choice({ label, sign, swatch, command, on }: tools.Entry): Choice {
    const drawn = sign?.startsWith("<") ? icon(sign, "s") : sign && el("span", { class: "sign", "aria-hidden": "true" }, sign);
    const mark = swatch ? el("span", { class: `swatch ${swatch}`, "aria-hidden": "true" }) : drawn;
    const view = this.field?.view;
    return {
      label,
      ...(mark ? { mark } : {}),
      run: () => this.run(command),
      checked: () => view !== null && view !== undefined && on(view.state),
    };
  }

  private run(command: tools.Tool["command"]): void {
    this.withField((field) => field.run(command));
    this.refreshSoon();
  }

  private withField(act: (field: ProseField) => unknown): void {
    if (this.field?.isEditable) act(this.field);
  }

  private refresh(): void {
    const state = this.field?.view?.state;
    for (const { button, on, enabled } of this.shown) {
      const usable = Boolean(this.field?.isEditable && (enabled?.(this.field) ?? true));
      button.setAttribute("aria-disabled", String(!usable));
      if (on) button.setAttribute("aria-pressed", String(Boolean(state && on(state))));
    }
    this.select.disabled = !this.field?.isEditable;
    if (state) this.select.value = [...this.blocks].reverse().find(({ on }) => on(state))?.value ?? "0";
    this.rove(this.current());
  }

  private controls(): HTMLElement[] {
    return Array.from(this.element.querySelectorAll<HTMLElement>(".tool:not([hidden]), .tool-select:enabled")).filter((control) => !control.closest("[hidden]"));
  }

  private current(): HTMLElement {
    const controls = this.controls();
    return controls.find((control) => control.tabIndex === 0) ?? controls[0]!;
  }

  /** Only one control can be reached by Tab. */
  private rove(to: HTMLElement): void {
    for (const control of this.controls()) control.tabIndex = control === to ? 0 : -1;
  }

  private readonly keydown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      event.preventDefault();
      this.field?.focus();
      return;
    }
    const controls = this.controls();
    const at = controls.indexOf(event.target as HTMLElement);
    const next: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: controls.length - 1 };
    const to = controls[((next[event.key] ?? -1) + controls.length) % controls.length];
    if (at < 0 || next[event.key] === undefined || !to) return;
    event.preventDefault();
    this.rove(to);
    to.focus();
  };

  /** A click on a tool leaves the caret where it is. */
  private readonly keepFocus = (event: MouseEvent): void => {
    if (event.target instanceof Element && event.target.closest("button")) event.preventDefault();
  };
}
