/**
 * Keeps Safari's input methods from losing text in empty lines, cells and list items.
 *
 * Safari replaces the text node of a composition and takes an otherwise empty parent with it; an element beside the caret
 * keeps the parent alive. The way of the MIT-licensed package prosemirror-safari-ime-span.
 */
import { Plugin } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";

/** The plugin, on Safari; nothing elsewhere. */
export function imeSpan(vendor: string = navigator.vendor): Plugin[] {
  return /Apple Computer/.test(vendor) ? [spanPlugin()] : [];
}

function spanPlugin(): Plugin {
  let composing = false;
  return new Plugin({
    props: {
      handleDOMEvents: {
        compositionstart: () => {
          composing = true;
          return false;
        },
        compositionend: () => {
          composing = false;
          return false;
        },
      },
      decorations: (state) => {
        const { $from, $to, to } = state.selection;
        if (!composing || !$from.sameParent($to)) return null;
        return DecorationSet.create(state.doc, [Decoration.widget(to, makeSpan, { ignoreSelection: true, key: "live-ime-span" })]);
      },
    },
  });
}

function makeSpan(): HTMLElement {
  const span = document.createElement("span");
  span.className = "live-ime-span";
  return span;
}
