/** One field of a document in one ProseMirror view: edits go to Yjs at once, composed text when it is done. */
import { Mark, type Node, type Schema } from "prosemirror-model";
import { Plugin, PluginKey, TextSelection, type EditorState, type Transaction } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import * as Y from "yjs";

import { source, type Signal, type Source } from "../signal";
import { applyChanges, changesBetween } from "./changes";
import { Guard } from "./guard";
import { Mirror } from "./mirror";
import { fromRelative, toRelative } from "./positions";
import { write } from "./write";

/** Set on transactions that bring what somebody else wrote (or an undo); plugins must not answer them with edits. */
export const remoteKey = new PluginKey<boolean>("live-remote");

/** Whether a transaction brought what came from Yjs. */
export function isRemote(transaction: Transaction): boolean {
  return transaction.getMeta(remoteKey) === true;
}

/** A selection that holds while others edit. */
export interface RelativeSelection {
  anchor: Y.RelativePosition;
  head: Y.RelativePosition;
}

/** What the binding asks of the session it belongs to. */
export interface FieldHost {
  /** Says that text is on its way that is not in Yjs yet; the answer withdraws it. */
  hold(): () => void;
  readonly writable: Signal<boolean>;
  /** Called before each edit of this field is written. */
  beforeWrite(field: FieldBinding, selection: RelativeSelection | null): void;
}

/** How long after `compositionend` browsers still deliver the last of the text. */
const SETTLE_MS = 25;

interface Internals {
  domObserver?: { flush(): void; forceFlush(): void };
}

export class FieldBinding {
  readonly mirror: Mirror;
  readonly plugin: Plugin;
  /** True while the field holds what this page's schema does not know: it is read-only then. */
  readonly unknown: Source<boolean>;
  /** True from the first keystroke of a composition until its text is in Yjs. */
  readonly composing: Source<boolean> = source(false);
  view: EditorView | null = null;

  #guard: Guard | null = null;
  #applying = false;
  #release: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #before: RelativeSelection | null = null;
  /** Where the composition began that is under way. */
  #began: RelativeSelection | null = null;
  #endings: (() => void)[] = [];

  constructor(
    readonly field: string,
    readonly fragment: Y.XmlFragment,
    readonly schema: Schema,
    private readonly host: FieldHost,
  ) {
    this.mirror = new Mirror(fragment, schema);
    this.unknown = source(this.mirror.unknown);
    this.plugin = new Plugin({
      props: {
        editable: () => this.editable,
        handleDOMEvents: { compositionstart: clearMixedSelection },
      },
      view: (view) => this.#attach(view),
    });
  }

  /** The document to build the editor's state from. */
  get doc(): Node {
    return this.mirror.doc;
  }

  get editable(): boolean {
    return this.host.writable.value && !this.unknown.value;
  }

  /** Whether the view shows exactly what Yjs holds, so that its positions can be told to others. */
  get level(): boolean {
    return this.view !== null && this.#guard === null && this.view.state.doc === this.mirror.doc;
  }

  relative(state: EditorState): RelativeSelection | null {
    if (state.doc !== this.mirror.doc) return null;
    const { anchor, head } = state.selection;
    return { anchor: toRelative(this.mirror, anchor), head: toRelative(this.mirror, head) };
  }

  /** Where the caret is, to tell others; in the middle of a word, where the word began. */
  get place(): RelativeSelection | null {
    if (this.#guard) return this.#began;
    return this.view && this.level ? this.relative(this.view.state) : null;
  }

  /** Puts the caret where a remembered selection is now, and the focus with it. */
  select(selection: RelativeSelection): void {
    const { view } = this;
    if (!view || !this.level) return;
    const transaction = view.state.tr;
    this.#restore(transaction, selection);
    view.dispatch(transaction.scrollIntoView());
  }

  #attach(view: EditorView): { update: (view: EditorView, previous: EditorState) => void; destroy: () => void } {
    this.view = view;
    const doc = this.fragment.doc as Y.Doc;
    const changed = (_: unknown, transaction: Y.Transaction): void => this.#changed(transaction);
    const before = (): void => this.#remember();
    const start = (): void => this.#compositionStart();
    const end = (): void => this.#compositionEnd();
    const sign = (event: Event): void => this.#overlooked(event as KeyboardEvent);
    this.fragment.observeDeep(changed);
    doc.on("beforeAllTransactions", before);
    view.dom.addEventListener("compositionstart", start);
    view.dom.addEventListener("compositionend", end);
    view.dom.addEventListener("keydown", sign, true);
    this.#endings = [
      () => this.fragment.unobserveDeep(changed),
      () => doc.off("beforeAllTransactions", before),
      () => view.dom.removeEventListener("compositionstart", start),
      () => view.dom.removeEventListener("compositionend", end),
      () => view.dom.removeEventListener("keydown", sign, true),
      this.host.writable.subscribe(() => this.#refreshEditable()),
    ];
    queueMicrotask(() => this.#catchUp());
    return { update: (_, previous) => this.#updated(previous), destroy: () => this.#detach() };
  }

  /** What came between the making of the state and of the view. */
  #catchUp(): void {
    if (this.view && this.view.state.doc !== this.mirror.doc) this.#pull();
  }

  #detach(): void {
    clearTimeout(this.#timer);
    if (this.composing.value) {
      this.view?.dom.blur(); // the browser ends the composition, as it does when somebody clicks elsewhere
      this.#finish();
    }
    for (const ending of this.#endings) ending();
    this.#endings = [];
    this.view = null;
  }

  #refreshEditable(): void {
    const { view } = this;
    if (view && view.editable !== this.editable) view.updateState(view.state);
  }

  // ---- from Yjs to the view

  #remember(): void {
    const { view } = this;
    this.#before = view && this.level && view.hasFocus() ? this.relative(view.state) : null;
  }

  #changed(transaction: Y.Transaction): void {
    if (transaction.origin === this) return;
    this.mirror.refresh(transaction);
    this.unknown.set(this.mirror.unknown);
    this.#pull();
    this.#refreshEditable();
  }

  #pull(): void {
    if (!this.view) return;
    if (this.composing.value) this.#pullAround(this.view);
    else this.#pullAll(this.view);
  }

  #pullAll(view: EditorView): void {
    const transaction = view.state.tr;
    applyChanges(transaction, changesBetween(view.state.doc, this.mirror.doc));
    if (this.#before) this.#restore(transaction, this.#before);
    this.#dispatch(view, transaction);
    this.#level(view);
  }

  #pullAround(view: EditorView): void {
    const guard = this.#guard;
    if (!guard) return;
    const changes = changesBetween(guard.shown, this.mirror.doc).filter((change) => !guard.touches(change));
    const transaction = view.state.tr;
    const shift = view.state.doc.content.size - guard.shown.content.size;
    applyChanges(transaction, changes, guard.to, shift);
    guard.moved(changes);
    this.#dispatch(view, transaction);
  }

  #dispatch(view: EditorView, transaction: Transaction): void {
    this.#applying = true;
    try {
      view.dispatch(transaction.setMeta(remoteKey, true).setMeta("addToHistory", false));
    } finally {
      this.#applying = false;
    }
  }

  #level(view: EditorView): void {
    if (view.state.doc.eq(this.mirror.doc)) this.mirror.adopt(view.state.doc);
  }

  #restore(transaction: Transaction, selection: RelativeSelection): void {
    const anchor = fromRelative(this.mirror, selection.anchor);
    const head = fromRelative(this.mirror, selection.head);
    const size = transaction.doc.content.size;
    if (anchor === null || head === null || anchor > size || head > size) return;
    transaction.setSelection(TextSelection.between(transaction.doc.resolve(anchor), transaction.doc.resolve(head)));
  }

  // ---- from the view to Yjs

  #updated(previous: EditorState): void {
    const { view } = this;
    if (!view || this.#applying || view.state.doc === previous.doc) return;
    if (this.#guard) this.#guard.follow(view.state.doc);
    else this.#flush(view, previous);
  }

  #flush(view: EditorView, previous: EditorState | null): void {
    if (!this.editable) {
      this.#pullAll(view);
      return;
    }
    if (this.fragment._item?.deleted) return; // its row of a table is gone: nobody would ever read it
    this.host.beforeWrite(this, previous && this.relative(previous));
    (this.fragment.doc as Y.Doc).transact(() => write(this.mirror, view.state.doc), this);
    this.mirror.adopt(view.state.doc);
  }

  // ---- composition

  #compositionStart(): void {
    if (this.composing.value) this.#finish();
    if (!this.view) return;
    const { from, to } = this.view.state.selection;
    const size = this.mirror.doc.content.size;
    this.#began = this.relative(this.view.state);
    this.#guard = new Guard(this.mirror, this.mirror.doc, Math.min(from, size), Math.min(to, size));
    this.composing.set(true);
    this.#release = this.host.hold();
  }

  #compositionEnd(): void {
    if (!this.composing.value) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#finish(), SETTLE_MS);
  }

  /** Some input methods end without saying so; a key that is not composing tells it. */
  #overlooked(event: KeyboardEvent): void {
    if (this.composing.value && !event.isComposing && event.keyCode !== 229) this.#finish();
  }

  #finish(): void {
    clearTimeout(this.#timer);
    const { view } = this;
    if (view) (view as unknown as Internals).domObserver?.flush();
    const guard = this.#guard;
    this.#guard = null;
    this.composing.set(false);
    if (view && guard) this.#settle(view, guard);
    this.#release?.();
    this.#release = null;
  }

  #settle(view: EditorView, guard: Guard): void {
    const changes = changesBetween(guard.shown, this.mirror.doc);
    const composed = guard.composed(view.state.doc);
    if (changes.length > 0) {
      const transaction = view.state.tr;
      guard.settle(transaction, changes);
      this.#dispatch(view, transaction);
    }
    if (composed) this.#flush(view, null);
    else this.#level(view);
  }
}

/**
 * Chromium leaves the first letter of 拼音 behind when a composition replaces text of several marks (ProseMirror redraws the
 * line under it), so such a selection is deleted before the composition begins.
 */
function clearMixedSelection(view: EditorView): boolean {
  const { selection, doc, tr } = view.state;
  if (!(selection instanceof TextSelection) || selection.empty || !view.editable) return false;
  const pieces: Node[] = [];
  doc.nodesBetween(selection.from, selection.to, (node) => void (node.isInline && pieces.push(node)));
  const [first] = pieces;
  if (pieces.some((piece) => !piece.isText || !Mark.sameSet(piece.marks, first?.marks ?? []))) view.dispatch(tr.deleteSelection());
  return false;
}
