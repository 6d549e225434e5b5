/**
 * Everything a page with rich fields needs, put together: fields, toolbar, paste, pictures, tables, formulas, links.
 *
 * Dialogs are here from the start: what somebody types right after asking for one belongs into it, not into the text.
 */
import { NodeSelection, Plugin } from "prosemirror-state";
import type * as Y from "yjs";

import type { Binding } from "./binding";
import { linkAround } from "./commands";
import { ProseField, type Extension } from "./field";
import { askForFormula } from "./formula_dialog";
import { FormulaView } from "./formulas";
import { warm } from "./later";
import { askForLink } from "./links";
import { pasting } from "./paste/pasting";
import { choosePictures, describePicture } from "./picture_dialog";
import { picturePlaces, type PictureStore } from "./pictures";
import { Stage } from "./stage";
import { TableHelp } from "./table_help";
import { Toolbar } from "./toolbar";

export interface WorkbenchSettings {
  binding: Binding;
  pictures: PictureStore;
  undo(): void;
  redo(): void;
  /** Whether this page mends tables for all (see `table_help.ts`). */
  mends(): boolean;
  onFocus?(field: ProseField): void;
  onBlank?(field: ProseField): void;
}

export interface FieldPlace {
  key: string;
  host: HTMLElement;
  fragment: Y.XmlFragment;
  free: boolean;
}

export class Workbench {
  readonly stage = new Stage();
  readonly toolbar: Toolbar;
  private readonly tables: TableHelp;

  constructor(private readonly settings: WorkbenchSettings) {
    this.tables = new TableHelp(this.stage, settings.mends);
    this.toolbar = new Toolbar({
      undo: () => settings.undo(),
      redo: () => settings.redo(),
      table: (field) => this.tables.ask(field),
      picture: (field) => this.picture(field),
      link: (field) => void askForLink(field),
      formula: (field) => void askForFormula(field),
    });
    this.tables.attach(this.toolbar);
    warm(
      () => import("./tables"),
      () => import("./typeset"),
    );
  }

  add(place: FieldPlace, editable: boolean): ProseField {
    const { settings } = this;
    const field = new ProseField({
      ...place,
      binding: settings.binding,
      extensions: () => this.extensions(),
      keys: { "Mod-k": () => this.onActive(askForLink), "Alt-F10": () => (this.toolbar.focus(), true) },
      onUpdate: () => {
        this.toolbar.refreshSoon();
        this.tables.look(field);
      },
      onFocus: () => this.activate(field),
      onBlank: (changed) => settings.onBlank?.(changed),
      onMount: () => this.tables.look(field),
    });
    this.stage.add(field);
    field.setEditable(editable);
    this.tables.watch(field);
    return field;
  }

  remove(key: string): void {
    this.stage.remove(key);
    this.toolbar.attach(this.stage.active);
  }

  private activate(field: ProseField): void {
    this.stage.active = field;
    this.toolbar.attach(field);
    this.tables.look(field);
    this.settings.onFocus?.(field);
  }

  private onActive(act: (field: ProseField) => Promise<void>): boolean {
    if (this.stage.active) void act(this.stage.active);
    return true;
  }

  private extensions(): Extension[] {
    const base: Extension = {
      plugins: (field) => [pasting(field, this.settings.pictures), picturePlaces(), this.pieces(field)],
      nodeViews: { formula: (node) => new FormulaView(node) },
    };
    return [this.tables.extension(), base];
  }

  /** Enter or a double click on a picture or formula opens its dialog; Ctrl+click follows a link. */
  private pieces(field: ProseField): Plugin {
    return openers(
      () => this.openPiece(field),
      (href) => void window.open(href, "_blank", "noopener,noreferrer"),
    );
  }

  private openPiece(field: ProseField): boolean {
    const selection = field.view?.state.selection;
    if (!(selection instanceof NodeSelection)) return false;
    if (selection.node.type.name === "image") void describePicture(field);
    else if (selection.node.type.name === "formula") void askForFormula(field);
    else return false;
    return true;
  }

  private picture(field: ProseField): void {
    const selection = field.view?.state.selection;
    if (selection instanceof NodeSelection && selection.node.type.name === "image") void describePicture(field);
    else choosePictures(field, this.settings.pictures);
  }
}

function openers(open: () => boolean, follow: (href: string) => void): Plugin {
  return new Plugin({
    props: {
      handleKeyDown: (view, event) => event.key === "Enter" && !event.isComposing && !view.composing && open(),
      handleDoubleClickOn: (_view, _position, node) => (node.type.name === "image" || node.type.name === "formula") && open(),
      handleClick(view, _position, event) {
        const target = event.target instanceof Element ? event.target.closest("a[href]") : null;
        if (!target || !(event.ctrlKey || event.metaKey)) return false;
        follow(linkAround(view.state)?.href ?? (target as HTMLAnchorElement).href);
        return true;
      },
    },
  });
}
