/** Where the others are: carets and selections with names, told by the server-stamped `user` of awareness. */
import { Plugin, PluginKey, type EditorState } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";

import type { FieldBinding } from "./binding/field";
import { fromRelative } from "./binding/positions";
import { isRemote } from "./binding/field";

/** A person as the server stamps it on their presence; `id` is missing in the first moments of one's own. */
export interface LivePerson {
  id?: number;
  name: string;
  color: string;
}

interface CursorState {
  field: string;
  anchor: unknown;
  head: unknown;
}

/** How often at most the own caret is told. */
const TELL_MS = 80;
/** How long the name stays beside a caret that no longer moves. */
const NAME_MS = 3000;

const key = new PluginKey<DecorationSet>("live-cursors");
const COLOR = /^#[0-9a-f]{6}$/i;

export function cursorPlugin(awareness: Awareness, binding: FieldBinding): Plugin<DecorationSet> {
  const carets = new Carets();
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (transaction, set, _old, state) => {
        const moved = set.map(transaction.mapping, transaction.doc);
        // Nothing is drawn anew beside a composition: new elements there can end it.
        if (transaction.getMeta(key) === "clear") return moved.remove(moved.find(state.selection.from, state.selection.to));
        const anew = transaction.getMeta(key) === "draw" || isRemote(transaction);
        return anew && !binding.composing.value ? decorations(state, awareness, binding, carets) : moved;
      },
    },
    props: { decorations: (state) => key.getState(state) },
    view: (view) => follow(view, awareness, binding, carets),
  });
}

function follow(view: EditorView, awareness: Awareness, binding: FieldBinding, carets: Carets): { update: () => void; destroy: () => void } {
  let destroyed = false;
  const draw = (): void => {
    if (!destroyed && !binding.composing.value) view.dispatch(view.state.tr.setMeta(key, "draw"));
  };
  const changed = ({ added, updated, removed }: Record<"added" | "updated" | "removed", number[]>): void => {
    const others = [...added, ...updated, ...removed].filter((id) => id !== awareness.clientID);
    if (others.length > 0) queueMicrotask(draw);
  };
  const teller = new Teller(view, awareness, binding);
  awareness.on("change", changed);
  view.dom.addEventListener("focusin", teller.soon);
  view.dom.addEventListener("focusout", teller.soon);
  const ended = binding.composing.subscribe((composing) => {
    if (!composing) queueMicrotask(draw);
    // A caret inside of what the composition is about to replace would be drawn beside it, and end it.
    else if (!view.state.selection.empty) view.dispatch(view.state.tr.setMeta(key, "clear"));
  });
  return {
    update: teller.soon,
    destroy: () => {
      destroyed = true;
      awareness.off("change", changed);
      view.dom.removeEventListener("focusin", teller.soon);
      view.dom.removeEventListener("focusout", teller.soon);
      ended();
      teller.stop();
      carets.clear();
    },
  };
}

/** Tells the others where the own caret is. */
class Teller {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly view: EditorView,
    private readonly awareness: Awareness,
    private readonly binding: FieldBinding,
  ) {}

  readonly soon = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, TELL_MS);
  };

  stop(): void {
    clearTimeout(this.#timer);
    if (this.#own()?.field === this.binding.field) this.awareness.setLocalStateField("cursor", null);
  }

  #own(): CursorState | null {
    return (this.awareness.getLocalState()?.cursor as CursorState | null | undefined) ?? null;
  }

  #tell(): void {
    const own = this.#own();
    if (!this.view.hasFocus()) {
      if (own?.field === this.binding.field) this.awareness.setLocalStateField("cursor", null);
      return;
    }
    const selection = this.binding.place;
    if (!selection) return;
    const next: CursorState = {
      field: this.binding.field,
      anchor: Y.relativePositionToJSON(selection.anchor),
      head: Y.relativePositionToJSON(selection.head),
    };
    if (JSON.stringify(own) !== JSON.stringify(next)) this.awareness.setLocalStateField("cursor", next);
  }
}

function decorations(state: EditorState, awareness: Awareness, binding: FieldBinding, carets: Carets): DecorationSet {
  const made: Decoration[] = [];
  awareness.getStates().forEach((present, client) => {
    const cursor = present.cursor as CursorState | null | undefined;
    const person = present.user as LivePerson | undefined;
    if (client === awareness.clientID || !person || cursor?.field !== binding.field) return;
    const anchor = place(binding, cursor.anchor, state);
    const head = place(binding, cursor.head, state);
    if (anchor === null || head === null) return;
    const caret = carets.of(client, person, JSON.stringify(cursor));
    made.push(Decoration.widget(head, caret, { key: `live-${client}`, side: 10, ignoreSelection: true }));
    const color = COLOR.test(person.color) ? person.color : "#777777";
    if (anchor !== head) made.push(Decoration.inline(Math.min(anchor, head), Math.max(anchor, head), { class: "live-selection", style: `--live-person: ${color}` }));
  });
  return DecorationSet.create(state.doc, made);
}

function place(binding: FieldBinding, json: unknown, state: EditorState): number | null {
  try {
    const pos = fromRelative(binding.mirror, Y.createRelativePositionFromJSON(json));
    return pos === null ? null : Math.min(pos, state.doc.content.size);
  } catch {
    return null; // what another client calls a position
  }
}

/** One caret element a client, kept while it lives, so that redrawing neither flickers nor moves the text. */
class Carets {
  readonly #made = new Map<number, { element: HTMLElement; at: string; timer: ReturnType<typeof setTimeout> | undefined }>();

  of(client: number, person: LivePerson, at: string): HTMLElement {
    let caret = this.#made.get(client);
    if (!caret) {
      caret = { element: buildCaret(), at: "", timer: undefined };
      this.#made.set(client, caret);
    }
    caret.element.style.setProperty("--live-person", COLOR.test(person.color) ? person.color : "#777777");
    const name = caret.element.firstElementChild as HTMLElement;
    if (name.textContent !== person.name) name.textContent = person.name;
    if (caret.at !== at) {
      caret.at = at;
      this.#showName(caret);
    }
    return caret.element;
  }

  clear(): void {
    for (const caret of this.#made.values()) clearTimeout(caret.timer);
    this.#made.clear();
  }

  #showName(caret: { element: HTMLElement; timer: ReturnType<typeof setTimeout> | undefined }): void {
    clearTimeout(caret.timer);
    caret.element.classList.add("live-caret-named");
    caret.timer = setTimeout(() => caret.element.classList.remove("live-caret-named"), NAME_MS);
  }
}

function buildCaret(): HTMLElement {
  const caret = document.createElement("span");
  caret.className = "live-caret";
  caret.contentEditable = "false";
  caret.setAttribute("aria-hidden", "true");
  const name = document.createElement("span");
  name.className = "live-caret-name";
  caret.append(name);
  return caret;
}
