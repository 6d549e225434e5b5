/**
 * One rich field of a document: live static HTML that becomes a small ProseMirror editor when it is seen.
 *
 * The element stays the same in both states, so that nothing jumps; unmounted, it is redrawn when the document changes.
 */
import { dropCursor } from "prosemirror-dropcursor";
import type { Node } from "prosemirror-model";
import { EditorState, Plugin, Selection, type Command } from "prosemirror-state";
import { EditorView, type NodeViewConstructor } from "prosemirror-view";
import type * as Y from "yjs";

import type { Binding, Bound } from "./binding";
import { drawAll } from "./formulas";
import { keys, wayOut } from "./keys";
import { isBlank, readFragment } from "./read";
import { renderStatic } from "./static";

/** What the page adds to each editor: paste, pictures, tables, once they are loaded. */
export interface Extension {
  plugins(field: ProseField): Plugin[];
  nodeViews?: Record<string, NodeViewConstructor>;
}

export interface FieldSettings {
  key: string;
  host: HTMLElement;
  fragment: Y.XmlFragment;
  binding: Binding;
  /** Tables may stand here; not in the cells of a table of steps. */
  free: boolean;
  extensions: () => Extension[];
  /** The page's own keys in the editor. */
  keys?: Record<string, Command>;
  onUpdate: (field: ProseField) => void;
  onFocus: (field: ProseField) => void;
  onBlank: (field: ProseField) => void;
  onMount?: (field: ProseField) => void;
}

interface Internals {
  domObserver?: { flush(): void };
}

/** A text and the selection in it. */
export interface Standing {
  doc: Node;
  selection: object | null;
}

const REDRAW_AFTER = 30;

/** What makes it a text box for a screen reader and the Tab key; for those who only read it is a named group of text. */
const EDITABLE = [
  ["aria-multiline", "true"],
  ["tabindex", "0"],
] as const;

export class ProseField {
  readonly key: string;
  readonly host: HTMLElement;
  readonly fragment: Y.XmlFragment;
  readonly free: boolean;
  view: EditorView | null = null;
  blank = false;
  private editable = false;
  private holds = 0;
  private bound: Bound | null = null;
  private redraw: ReturnType<typeof setTimeout> | undefined;
  private caret: Standing | null = null;
  private shown: Node | null = null;
  /** Something was loaded that the editor does not have yet. */
  private outdated = false;
  private readonly settings: FieldSettings;

  constructor(settings: FieldSettings) {
    this.settings = settings;
    ({ key: this.key, host: this.host, fragment: this.fragment, free: this.free } = settings);
    this.host.setAttribute("role", "group");
    this.fragment.observeDeep(this.changed);
    this.host.addEventListener("focus", this.focused);
    this.host.addEventListener("mousedown", this.pressed);
    this.show();
  }

  get isEditable(): boolean {
    return this.editable;
  }

  /** Whether somebody works in it just now; then it is not unmounted. */
  get busy(): boolean {
    return this.view !== null && (this.holds > 0 || this.view.hasFocus() || this.composing);
  }

  get composing(): boolean {
    return Boolean(this.view?.composing || this.bound?.composing.value);
  }

  /** Keep the editor while something is on its way into it. */
  hold(): void {
    this.holds += 1;
  }

  release(): void {
    this.holds -= 1;
    this.catchUp();
  }

  setEditable(editable: boolean): void {
    if (this.editable === editable) return;
    this.editable = editable;
    if (!editable) this.unmount();
    this.host.classList.toggle("editable", editable);
    this.host.setAttribute("role", editable ? "textbox" : "group");
    for (const [name, value] of EDITABLE) {
      if (editable) this.host.setAttribute(name, value);
      else this.host.removeAttribute(name);
    }
  }

  mount(): EditorView | null {
    if (this.view || !this.editable) return this.view;
    this.host.replaceChildren();
    const extensions = this.settings.extensions();
    const bound = this.settings.binding.bind(this.key, this.fragment);
    this.view = new EditorView(
      { mount: this.host },
      {
        state: EditorState.create({ doc: bound.doc, plugins: [...bound.plugins, ...this.plugins(extensions)] }),
        nodeViews: Object.assign({}, ...extensions.map((extension) => extension.nodeViews)) as Record<string, NodeViewConstructor>,
        handleDOMEvents: { focus: () => (this.settings.onFocus(this), false) },
      },
    );
    this.bound = bound;
    bound.composing.subscribe((composing) => composing || setTimeout(() => this.catchUp()));
    bound.unknown.subscribe((unknown) => this.host.classList.toggle("unknown", unknown));
    this.restoreCaret(this.view);
    this.settings.onMount?.(this);
    return this.view;
  }

  unmount(): void {
    if (!this.view) return;
    const { selection, doc } = this.view.state;
    this.caret = { selection: selection.toJSON() as object, doc };
    this.view.destroy();
    this.view = this.bound = null;
    for (const name of ["contenteditable", "translate"]) this.host.removeAttribute(name);
    this.host.classList.remove("ProseMirror", "ProseMirror-focused", "unknown");
    this.show();
  }

  /** Mount again with what has been loaded meanwhile; the selection and the focus stay. In the middle of a word, after it. */
  remount(): void {
    this.outdated = this.view !== null && (this.composing || this.holds > 0);
    if (!this.view || this.outdated) return;
    const focus = this.view.hasFocus();
    this.unmount();
    const view = this.mount();
    if (focus) view?.focus();
  }

  private catchUp(): void {
    if (this.outdated) this.remount();
  }

  focus(): void {
    const view = this.mount();
    if (view) view.focus();
    else this.host.scrollIntoView({ block: "center" });
  }

  run(command: Command): boolean {
    const view = this.mount();
    if (!view || this.composing) return false;
    const done = command(view.state, view.dispatch.bind(view), view);
    view.focus();
    return done;
  }

  /** What stands in it on the page, whatever became of it in the document; half a word that is composed belongs to it. */
  standing(): Standing {
    (this.view as unknown as Internals | null)?.domObserver?.flush();
    if (!this.view) return { doc: this.shown ?? this.read(), selection: this.caret?.selection ?? null };
    const { doc, selection } = this.view.state;
    return { doc, selection: selection.toJSON() as object };
  }

  /** Go on where another editor of the same text stopped. */
  resume(standing: Standing): void {
    this.unmount();
    this.caret = standing;
    this.focus();
  }

  /** The field as it stands in the shared document. */
  read(): Node {
    return readFragment(this.fragment);
  }

  destroy(): void {
    clearTimeout(this.redraw);
    this.view?.destroy();
    this.view = null;
    this.fragment.unobserveDeep(this.changed);
    this.host.removeEventListener("focus", this.focused);
    this.host.removeEventListener("mousedown", this.pressed);
  }

  private plugins(extensions: Extension[]): Plugin[] {
    return [
      wayOut(),
      ...extensions.flatMap((extension) => extension.plugins(this)),
      ...keys(this.settings.keys),
      dropCursor({ color: false, class: "drop-cursor" }),
      new Plugin({ view: () => ({ update: this.updated }) }),
    ];
  }

  private readonly updated = (view: EditorView): void => {
    this.setBlank(isBlank(view.state.doc));
    this.settings.onUpdate(this);
  };

  private readonly changed = (): void => {
    if (this.view) return;
    clearTimeout(this.redraw);
    this.redraw = setTimeout(() => this.show(), REDRAW_AFTER);
  };

  /** Draw it without an editor. */
  show(): void {
    clearTimeout(this.redraw);
    if (this.view) return;
    const doc = this.read();
    this.shown = doc;
    renderStatic(this.host, doc);
    drawAll(this.host);
    this.setBlank(isBlank(doc), true);
  }

  private setBlank(blank: boolean, always = false): void {
    if (blank === this.blank && !always) return;
    this.blank = blank;
    this.host.classList.toggle("blank", blank);
    this.settings.onBlank(this);
  }

  private readonly focused = (event: Event): void => {
    if (!this.editable || this.view || event.target !== this.host) return;
    this.mount()?.focus();
    this.host.dispatchEvent(new FocusEvent("focus")); // the editor was not there yet when the focus came
  };

  /** A click on the static text puts the caret where it was clicked. */
  private readonly pressed = (event: MouseEvent): void => {
    if (!this.editable || this.view || event.button !== 0) return;
    const view = this.mount();
    if (!view) return;
    event.preventDefault();
    const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
    if (place) view.dispatch(view.state.tr.setSelection(Selection.near(view.state.doc.resolve(place.pos))));
    view.focus();
  };

  private restoreCaret(view: EditorView): void {
    const { caret } = this;
    if (!caret?.selection || !caret.doc.eq(view.state.doc)) return;
    const { doc, tr } = view.state;
    view.dispatch(tr.setSelection(Selection.fromJSON(doc, caret.selection)).setMeta("addToHistory", false));
  }
}
