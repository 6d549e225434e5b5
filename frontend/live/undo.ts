/** One undo for all fields of a document: it outlives the editors and takes back only what was done here. */
import { Plugin } from "prosemirror-state";
import * as Y from "yjs";

import { FieldBinding, type RelativeSelection } from "./binding/field";
import { source, type Source } from "./signal";

/** Edits within this time of each other in one field are undone together. */
const CAPTURE_MS = 500;

export class LiveUndo {
  readonly canUndo: Source<boolean> = source(false);
  readonly canRedo: Source<boolean> = source(false);
  readonly #manager: Y.UndoManager;
  readonly #mounted = new Map<string, FieldBinding>();
  readonly #jumps = new Set<(field: string) => void>();
  #last: string | null = null;
  #before: RelativeSelection | null = null;
  #awaited: { field: string; selection: RelativeSelection } | null = null;

  constructor(doc: Y.Doc, origin: object) {
    this.#manager = new Y.UndoManager(doc, {
      captureTimeout: CAPTURE_MS,
      trackedOrigins: new Set<unknown>([FieldBinding, origin]),
      deleteFilter: mayDelete,
    });
    this.#manager.on("stack-item-added", ({ stackItem, type }) => {
      stackItem.meta.set("field", this.#last);
      if (type === "undo" || this.#before) stackItem.meta.set("selection", this.#before);
      this.#tell();
    });
    this.#manager.on("stack-item-updated", () => this.#tell());
    this.#manager.on("stack-cleared", () => this.#tell());
    this.#manager.on("stack-item-popped", ({ stackItem }) => this.#popped(stackItem.meta));
  }

  undo(): boolean {
    return this.#take(this.#manager.undoStack, () => this.#manager.undo());
  }

  redo(): boolean {
    return this.#take(this.#manager.redoStack, () => this.#manager.redo());
  }

  /** Called with the field that an undo changed: the page shows it, mounts its editor and gives it the focus. */
  onJump(listener: (field: string) => void): () => void {
    this.#jumps.add(listener);
    return () => this.#jumps.delete(listener);
  }

  /** An edit of this field follows; edits of different fields are never undone together. */
  note(field: string | null, selection: RelativeSelection | null): void {
    if (field !== this.#last) this.#manager.stopCapturing();
    this.#last = field;
    this.#before = selection;
  }

  /** What follows is undone separately from what came before. */
  pause(): void {
    this.#manager.stopCapturing();
  }

  mounted(binding: FieldBinding): void {
    this.#mounted.set(binding.field, binding);
    const awaited = this.#awaited;
    if (awaited?.field !== binding.field) return;
    this.#awaited = null;
    queueMicrotask(() => binding.select(awaited.selection)); // the view is being made
  }

  unmounted(binding: FieldBinding): void {
    if (this.#mounted.get(binding.field) === binding) this.#mounted.delete(binding.field);
  }

  destroy(): void {
    this.#manager.destroy();
  }

  #take(stack: readonly { meta: Map<unknown, unknown> }[], pop: () => unknown): boolean {
    const next = stack[stack.length - 1];
    if (!next) return false;
    this.#last = (next.meta.get("field") as string | null | undefined) ?? null;
    const binding = this.#last === null ? undefined : this.#mounted.get(this.#last);
    this.#before = binding?.view ? binding.relative(binding.view.state) : null;
    const done = pop() !== null;
    this.#tell();
    return done;
  }

  #popped(meta: Map<unknown, unknown>): void {
    const field = meta.get("field") as string | null | undefined;
    if (!field) return;
    const selection = meta.get("selection") as RelativeSelection | null | undefined;
    this.#awaited = selection ? { field, selection } : null;
    for (const jump of [...this.#jumps]) jump(field);
    const binding = this.#mounted.get(field);
    if (!binding || !selection) return;
    this.#awaited = null;
    binding.select(selection);
  }

  #tell(): void {
    this.canUndo.set(this.#manager.canUndo());
    this.canRedo.set(this.#manager.canRedo());
  }
}

/** Undoing must not delete what holds text by others: a paragraph, a list, a row of 教学过程 somebody wrote in. */
function mayDelete(item: Y.Item): boolean {
  const parent = item.parent;
  // The first values of a map (a row's order and cells) go with the map itself, never singly.
  if (parent instanceof Y.Map && parent._item !== null && item.left === null) return false;
  return !(item.content instanceof Y.ContentType) || isEmpty(item.content.type);
}

function isEmpty(type: unknown): boolean {
  if (type instanceof Y.Map) return [...type.values()].every((value) => !(value instanceof Y.AbstractType) || isEmpty(value));
  if (type instanceof Y.AbstractType) return type._length === 0;
  return true;
}

/** Ctrl+Z, Ctrl+Y and the browser's own 撤销 in the editor of a field. */
export function undoPlugin(undo: LiveUndo, binding: FieldBinding): Plugin {
  return new Plugin({
    props: {
      handleKeyDown: (_view, event) => handleKey(undo, event),
      handleDOMEvents: {
        beforeinput: (_view, event) => handleInput(undo, event),
      },
    },
    view: () => {
      undo.mounted(binding);
      return { destroy: () => undo.unmounted(binding) };
    },
  });
}

/** The same keys for a part of the page that is not an editor of rich text (a row's minutes, its handle). */
export function undoKeys(undo: LiveUndo, element: HTMLElement): () => void {
  const keys = (event: KeyboardEvent): void => {
    if (!event.defaultPrevented && handleKey(undo, event)) event.preventDefault();
  };
  element.addEventListener("keydown", keys);
  return () => element.removeEventListener("keydown", keys);
}

function handleKey(undo: LiveUndo, event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === 229 || event.altKey || !(event.ctrlKey || event.metaKey)) return false;
  const key = event.key.toLowerCase();
  if (key === "z") {
    if (event.shiftKey) undo.redo();
    else undo.undo();
    return true;
  }
  if (key !== "y" || event.shiftKey) return false;
  undo.redo();
  return true;
}

function handleInput(undo: LiveUndo, event: Event): boolean {
  const { inputType } = event as InputEvent;
  if (inputType !== "historyUndo" && inputType !== "historyRedo") return false;
  event.preventDefault();
  if (inputType === "historyUndo") undo.undo();
  else undo.redo();
  return true;
}

