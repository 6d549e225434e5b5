import { EditorState, TextSelection } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";

import { FieldBinding } from "./binding/field";
import { cursorPlugin } from "./cursors";
import { at, join, makeHost, paragraphs, schema } from "./testing/peers";

class Page {
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  readonly view: EditorView;
  readonly binding: FieldBinding;

  constructor(
    person: { id: number; name: string; color: string },
    start: Uint8Array,
    readonly field = "f:test",
  ) {
    Y.applyUpdate(this.doc, start);
    this.awareness.setLocalState({ user: person, cursor: null });
    this.binding = new FieldBinding(field, this.doc.getXmlFragment("f:test"), schema, makeHost());
    this.view = new EditorView(document.body.appendChild(document.createElement("div")), {
      state: EditorState.create({ doc: this.binding.doc, plugins: [this.binding.plugin, cursorPlugin(this.awareness, this.binding)] }),
    });
  }

  tell(other: Page): void {
    applyAwarenessUpdate(other.awareness, encodeAwarenessUpdate(this.awareness, [this.doc.clientID]), "peer");
  }

  /** Selects, and gives what was typed and selected the time in which it is told. */
  select(from: number, to = from): void {
    this.view.focus();
    this.view.dispatch(this.view.state.tr.setSelection(TextSelection.create(this.view.state.doc, from, to)));
    vi.advanceTimersByTime(100);
  }

  carets(): string[] {
    return [...this.view.dom.querySelectorAll<HTMLElement>(".live-caret")].map((caret) => caret.textContent ?? "");
  }
}

let one: Page;
let two: Page;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const start = paragraphs("前文一二三", "第二段");
  one = new Page({ id: 1, name: "刘秀兰", color: "#8a3324" }, start);
  two = new Page({ id: 2, name: "薛海峰", color: "#24578a" }, start);
  join(one, two);
});

afterEach(() => {
  vi.useRealTimers();
  one.view.destroy();
  two.view.destroy();
});

async function shown(): Promise<void> {
  await Promise.resolve();
  await Promise.resolve();
}

describe("carets", () => {
  test("stand where the others are, with their names and colours", async () => {
    two.select(at(two.view, 0, 2));
    two.tell(one);
    await shown();

    expect(one.carets()).toEqual(["薛海峰"]);
    const caret = one.view.dom.querySelector(".live-caret") as HTMLElement;
    expect(caret.style.getPropertyValue("--live-person")).toBe("#24578a");
    expect(caret.previousSibling?.textContent).toBe("前文");
    expect([caret.contentEditable, caret.getAttribute("aria-hidden")]).toEqual(["false", "true"]);
  });

  test("move with the text while others type", async () => {
    two.select(at(two.view, 0, 2));
    two.tell(one);
    await shown();

    one.view.dispatch(one.view.state.tr.insertText("新", at(one.view, 0, 0)));

    expect((one.view.dom.querySelector(".live-caret") as HTMLElement).previousSibling?.textContent).toBe("新前文");
  });

  test("show a selection", async () => {
    two.select(at(two.view, 0, 1), at(two.view, 0, 3));
    two.tell(one);
    await shown();

    expect([...one.view.dom.querySelectorAll(".live-selection")].map((part) => part.textContent)).toEqual(["文一"]);
  });

  test("are not part of the text", async () => {
    two.select(at(two.view, 0, 2));
    two.tell(one);
    await shown();

    expect(one.view.state.doc.textContent).toBe("前文一二三第二段");
    expect(one.doc.getXmlFragment("f:test").toString()).not.toContain("薛海峰");
  });

  test("tell the name for a while after each move, without being made anew", async () => {
    two.select(at(two.view, 0, 2));
    two.tell(one);
    await shown();
    const caret = one.view.dom.querySelector(".live-caret") as HTMLElement;
    expect(caret.classList.contains("live-caret-named")).toBe(true);

    vi.advanceTimersByTime(3100);
    expect(caret.classList.contains("live-caret-named")).toBe(false);
    two.select(at(two.view, 1, 1));
    two.tell(one);
    await shown();

    expect(one.view.dom.querySelector(".live-caret")).toBe(caret);
    expect(caret.classList.contains("live-caret-named")).toBe(true);
  });

  test("go when the other leaves the field or the document", async () => {
    two.select(at(two.view, 0, 2));
    two.tell(one);
    await shown();

    two.awareness.setLocalStateField("cursor", null);
    two.tell(one);
    await shown();

    expect(one.carets()).toEqual([]);
  });

  test("of another field are not drawn", async () => {
    two.awareness.setLocalStateField("cursor", { field: "f:other", anchor: {}, head: {} });
    two.tell(one);
    await shown();

    expect(one.carets()).toEqual([]);
  });

  test.each([
    ["positions that are none", { field: "f:test", anchor: "x", head: 7 }, "#24578a"],
    ["a colour that is a style", { field: "f:test", anchor: { tname: "f:test" }, head: { tname: "f:test" } }, "red;background:url(x)"],
  ])("survive %s from another client", async (_name, cursor, color) => {
    two.awareness.setLocalState({ user: { id: 2, name: "<b>x</b>", color }, cursor });
    two.tell(one);
    await shown();

    expect(one.view.dom.querySelectorAll("b").length).toBe(0);
    for (const caret of one.view.dom.querySelectorAll<HTMLElement>(".live-caret")) expect(caret.style.getPropertyValue("--live-person")).toBe("#777777");
  });

  test("one's own is told where the word began, to whoever composes as soon as they are here", () => {
    two.view.focus();
    two.view.dispatch(two.view.state.tr.setSelection(TextSelection.create(two.view.state.doc, at(two.view, 0, 2))));
    const began = two.binding.relative(two.view.state)!;
    two.view.dom.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
    two.view.dispatch(two.view.state.tr.insertText("jiao'an"));
    vi.advanceTimersByTime(100);

    expect(two.awareness.getLocalState()!.cursor).toEqual({
      field: "f:test",
      anchor: Y.relativePositionToJSON(began.anchor),
      head: Y.relativePositionToJSON(began.head),
    });
  });

  test("one's own is told with the field's name, and withdrawn when the focus goes", () => {
    two.select(at(two.view, 0, 2));
    expect((two.awareness.getLocalState()?.cursor as { field: string }).field).toBe("f:test");

    two.view.dom.blur();
    vi.advanceTimersByTime(100);

    expect(two.awareness.getLocalState()?.cursor).toBe(null);
  });
});
