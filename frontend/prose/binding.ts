/** What an editor asks of the shared document; `frontend/live/` gives it. */
import type { Node } from "prosemirror-model";
import type { Plugin } from "prosemirror-state";
import type * as Y from "yjs";

export interface Bound {
  /** The field as it stands in the shared document, to start the editor with. */
  doc: Node;
  /** Plugins that keep the two level: before all others. */
  plugins: Plugin[];
  /** True while composed text is not in the document yet: the editor must stay. */
  composing: { readonly value: boolean; subscribe(listener: (composing: boolean) => void): () => void };
  /** True while the field holds what this page does not know, and is read-only for that. */
  unknown: { subscribe(listener: (unknown: boolean) => void): () => void };
}

export interface Binding {
  /** Tie an editor to the fragment; made anew each time the editor is mounted. */
  bind(key: string, fragment: Y.XmlFragment): Bound;
}
