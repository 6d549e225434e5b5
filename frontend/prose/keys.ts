/** The keys of the editor; none of them works while a word is being composed. */
import { baseKeymap, chainCommands, exitCode } from "prosemirror-commands";
import { keydownHandler } from "prosemirror-keymap";
import { liftListItem, splitListItem } from "prosemirror-schema-list";
import { Plugin, type Command } from "prosemirror-state";

import { align, block, clear, indent, insert, list, toggle, within } from "./commands";
import { schema } from "./schema";

const item = schema.nodes.list_item!;

/** Tab makes a list deeper where that can be; elsewhere, and after Escape, it moves on as on any form. */
const inList = (by: 1 | -1): Command => (state, dispatch) => within(state, "list_item") !== null && indent(by)(state, dispatch);

/** Backspace at the start of an indented paragraph takes one level away, in a list it leaves the list. */
const outdent: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty || $from.parentOffset > 0) return false;
  if ($from.parent.attrs.indent > 0) return indent(-1)(state, dispatch);
  const inside = within(state, "list_item");
  return inside !== null && $from.index(inside.depth) === 0 && $from.node(-1).type === item && liftListItem(item)(state, dispatch);
};

const lineBreak = chainCommands(exitCode, insert("hard_break"));

export const bindings: Record<string, Command> = {
  "Mod-b": toggle("strong"),
  "Mod-i": toggle("em"),
  "Mod-u": toggle("underline"),
  "Mod-Shift-x": toggle("strike"),
  "Mod-Shift-7": list("decimal"),
  "Mod-Shift-8": list(null),
  "Mod-Alt-0": block(0),
  "Mod-Alt-1": block(1),
  "Mod-Alt-2": block(2),
  "Mod-Alt-3": block(3),
  "Mod-Shift-l": align(null),
  "Mod-Shift-e": align("center"),
  "Mod-Shift-r": align("right"),
  "Mod-]": indent(1),
  "Mod-[": indent(-1),
  "Mod-\\": clear,
  "Shift-Enter": lineBreak,
  Enter: splitListItem(item),
  Tab: inList(1),
  "Shift-Tab": inList(-1),
  Backspace: outdent,
};

/** Whether the key belongs to an input method at work. */
export function composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Only these keys. */
export function someKeys(own: Record<string, Command>): Plugin {
  const handler = keydownHandler(own);
  return new Plugin({ props: { handleKeyDown: (view, event) => !composing(event) && !view.composing && handler(view, event) } });
}

/** Whether the last thing somebody did on the page was to press Tab. */
let tabbed = false;
document.addEventListener("keydown", ({ key }) => (tabbed = key === "Tab"), true);
document.addEventListener("pointerdown", () => (tabbed = false), true);
window.addEventListener("blur", () => (tabbed = false)); // coming back to the window is no walk

const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta"]);

/**
 * Tab belongs to a list or table only once somebody works in it: who came with Tab goes on with Tab, and changes nothing;
 * after Escape the next Tab leaves too. So the keyboard is never caught.
 */
export function wayOut(): Plugin {
  let leaving = tabbed; // made anew under the caret when tables are loaded
  const works = (): boolean => (leaving = false);
  return new Plugin({
    props: {
      handleDOMEvents: {
        focus: () => ((leaving = tabbed), false),
        mousedown: works,
        beforeinput: works,
        keydown(_view, event) {
          if (MODIFIERS.has(event.key)) return false;
          const leave = leaving && event.key === "Tab";
          leaving = leave || (event.key === "Escape" && !composing(event));
          return leave;
        },
      },
    },
  });
}

/** Our keys first, then ProseMirror's own. */
export function keys(more: Record<string, Command> = {}): Plugin[] {
  return [someKeys({ ...bindings, ...more }), someKeys(baseKeymap)];
}
