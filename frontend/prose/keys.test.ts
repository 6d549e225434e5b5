import { EditorState, TextSelection } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { afterEach, describe, expect, it } from "vitest";

import { keys, wayOut } from "./keys";
import { schema } from "./schema";

const views: EditorView[] = [];

/** An editor with two items of a list, the caret in the second: there Tab makes the list deeper. */
function open(): EditorView {
  const item = (text: string) => schema.nodes.list_item!.create(null, schema.nodes.paragraph!.create(null, schema.text(text)));
  const doc = schema.topNodeType.create(null, schema.nodes.bullet_list!.create(null, [item("甲"), item("乙")]));
  const view = new EditorView(document.body.appendChild(document.createElement("div")), { state: EditorState.create({ doc, plugins: [wayOut(), ...keys()] }) });
  view.dispatch(view.state.tr.setSelection(TextSelection.create(doc, 8)));
  views.push(view);
  return view;
}

/** Whether the editor keeps the key for itself; else the browser moves on. */
function press(view: EditorView, key: string, shiftKey = false): boolean {
  const event = new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true });
  view.dom.dispatchEvent(event);
  return event.defaultPrevented;
}

const arriveBy = (event: Event): unknown => document.body.dispatchEvent(event);
const focus = (view: EditorView): unknown => view.dom.dispatchEvent(new FocusEvent("focus"));
const tab = (): KeyboardEvent => new KeyboardEvent("keydown", { key: "Tab", bubbles: true });

afterEach(() => {
  for (const view of views.splice(0)) view.destroy();
  document.body.replaceChildren();
});

describe("Tab in a list or table", () => {
  it("moves on for who came with Tab, and changes nothing", () => {
    arriveBy(tab());
    const view = open();
    focus(view);
    const { doc } = view.state;

    expect([press(view, "Shift", true), press(view, "Tab", true), press(view, "Tab")]).toEqual([false, false, false]);
    expect(view.state.doc.eq(doc)).toBe(true);
  });

  it("belongs to the list for who came with Tab and has begun to work", () => {
    arriveBy(tab());
    const view = open();
    focus(view);

    press(view, "ArrowRight");

    expect(press(view, "Tab")).toBe(true);
  });

  it("belongs to the list for who came with a click", () => {
    arriveBy(tab());
    arriveBy(new Event("pointerdown", { bubbles: true }));
    const view = open();
    focus(view);

    expect(press(view, "Tab")).toBe(true);
  });

  it.each([false, true])("moves on after Escape (backwards: %s)", (back) => {
    const view = open();
    press(view, "a");
    press(view, "Escape");
    if (back) press(view, "Shift", true);

    expect(press(view, "Tab", back)).toBe(false);
  });
});
