/** What an editor asks of the shared document; `frontend/live/` gives it. */
import type { Plugin } from "prosemirror-state";
import type * as Y from "yjs";

export interface Binding {
  /** Plugins that tie an editor to the fragment: made anew each time the editor is mounted. */
  plugins(fragment: Y.XmlFragment, key: string): Plugin[];
  undo(): boolean;
  redo(): boolean;
}
