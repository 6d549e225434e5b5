import { EditorState, TextSelection } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { beforeEach, describe, expect, test } from "vitest";
import * as Y from "yjs";

import { FieldBinding } from "./binding/field";
import { source } from "./signal";
import { exchange, join, lines, schema } from "./testing/peers";
import { LiveUndo, undoPlugin } from "./undo";

class Page {
  readonly doc = new Y.Doc();
  readonly origin = {};
  readonly undo = new LiveUndo(this.doc, this.origin);
  readonly views = new Map<string, EditorView>();

  mount(field: string, fragment: Y.XmlFragment = this.doc.getXmlFragment(field)): EditorView {
    const binding = new FieldBinding(field, fragment, schema, {
      hold: () => () => undefined,
      writable: source(true),
      beforeWrite: (one, selection) => this.undo.note(one.field, selection),
    });
    const view = new EditorView(document.body.appendChild(document.createElement("div")), {
      state: EditorState.create({ doc: binding.doc, plugins: [binding.plugin, undoPlugin(this.undo, binding)] }),
    });
    this.views.set(field, view);
    return view;
  }

  type(field: string, text: string): void {
    const view = this.views.get(field) as EditorView;
    view.dispatch(view.state.tr.insertText(text, view.state.doc.content.size - 1));
  }

  text(field: string): string {
    return lines(this.views.get(field) as EditorView);
  }

  edit(change: () => void): void {
    this.undo.note("steps", null);
    this.doc.transact(change, this.origin);
  }
}

let page: Page;
let peer: Page;
beforeEach(() => {
  page = new Page();
  peer = new Page();
});

describe("undo", () => {
  test("goes through the fields in the order of the edits", () => {
    page.mount("f:one");
    page.mount("f:two");
    page.type("f:one", "甲");
    page.type("f:two", "乙");

    page.undo.undo();
    expect([page.text("f:one"), page.text("f:two")]).toEqual(["甲", ""]);
    page.undo.undo();
    expect([page.text("f:one"), page.text("f:two")]).toEqual(["", ""]);
    page.undo.redo();
    page.undo.redo();
    expect([page.text("f:one"), page.text("f:two")]).toEqual(["甲", "乙"]);
    expect([page.undo.canUndo.value, page.undo.canRedo.value]).toEqual([true, false]);
  });

  test("outlives the editor of the field it changes", () => {
    const jumps: string[] = [];
    page.undo.onJump((field) => jumps.push(field));
    page.mount("f:one");
    page.mount("f:two");
    page.type("f:one", "甲");
    page.type("f:two", "乙");
    page.views.get("f:two")?.destroy();
    page.type("f:one", "丙");

    page.undo.undo();
    page.undo.undo();

    expect(page.doc.getXmlFragment("f:two").toString()).not.toContain("乙");
    expect(page.text("f:one")).toBe("甲");
    expect(jumps).toEqual(["f:one", "f:two"]);
  });

  test("captures the next edit after an editor was unmounted and mounted again", () => {
    page.mount("f:one").destroy();
    page.mount("f:one");
    page.type("f:one", "甲");

    expect(page.undo.undo()).toBe(true);
    expect(page.text("f:one")).toBe("");
    expect(page.undo.undo()).toBe(false);
  });

  test("takes back one's own edits only", () => {
    page.mount("f:one");
    page.type("f:one", "我");
    exchange(page, peer);
    peer.mount("f:one");
    join(page, peer);
    peer.type("f:one", "他");

    page.undo.undo();

    expect([page.text("f:one"), peer.text("f:one")]).toEqual(["他", "他"]);
  });

  test("does not delete a paragraph in which somebody else wrote", () => {
    const view = page.mount("f:one");
    page.type("f:one", "开头");
    page.undo.pause();
    view.dispatch(view.state.tr.split(view.state.doc.content.size - 1));
    exchange(page, peer);
    peer.mount("f:one");
    join(page, peer);
    peer.type("f:one", "他写的");

    page.undo.undo();

    expect(page.text("f:one")).toContain("他写的");
  });

  test("does not delete a row of steps in which somebody else wrote, nor strip it", () => {
    page.edit(() => {
      const step = new Y.Map<unknown>();
      page.doc.getMap("steps").set("s1", step);
      step.set("order", "a0");
      step.set("teacher", new Y.XmlFragment());
    });
    exchange(page, peer);
    join(page, peer);
    const fragment = (doc: Y.Doc): Y.XmlFragment => (doc.getMap("steps").get("s1") as Y.Map<unknown>).get("teacher") as Y.XmlFragment;
    peer.mount("steps/s1/teacher", fragment(peer.doc));
    peer.type("steps/s1/teacher", "导入");

    page.undo.undo();

    expect(Object.keys((page.doc.getMap("steps").get("s1") as Y.Map<unknown>).toJSON())).toEqual(["order", "teacher"]);
    expect(fragment(page.doc).toString()).toContain("导入");
  });

  test("deletes an own row in which nobody else wrote", () => {
    page.edit(() => {
      const step = new Y.Map<unknown>();
      page.doc.getMap("steps").set("s1", step);
      step.set("order", "a0");
      step.set("teacher", new Y.XmlFragment());
    });

    page.undo.undo();
    expect(page.doc.getMap("steps").size).toBe(0);
    page.undo.redo();
    expect(page.doc.getMap("steps").toJSON()).toEqual({ s1: { order: "a0", teacher: "" } });
  });

  test("puts the caret back where the edit was", () => {
    const view = page.mount("f:one");
    page.type("f:one", "一二三四");
    page.undo.pause();
    view.dispatch(view.state.tr.insertText("新", 3));
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 5)));
    view.dispatch(view.state.tr.insertText("后", 5));
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 1)));

    page.undo.undo();

    expect(page.text("f:one")).toBe("一二三四");
    expect(view.state.selection.head).toBe(5);
  });

  test.each([
    [{ key: "z", ctrlKey: true }, ""],
    [{ key: "Z", ctrlKey: true, shiftKey: true }, "甲"],
    [{ key: "z", ctrlKey: true, isComposing: true }, "甲"],
    [{ key: "z", ctrlKey: true, altKey: true }, "甲"],
    [{ key: "z" }, "甲"],
  ])("the keys %o", (init, text) => {
    const view = page.mount("f:one");
    page.type("f:one", "甲");

    view.dom.dispatchEvent(new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true }));

    expect(page.text("f:one")).toBe(text);
  });

  test("the browser's own undo is ours", () => {
    const view = page.mount("f:one");
    page.type("f:one", "甲");
    const event = new InputEvent("beforeinput", { inputType: "historyUndo", bubbles: true, cancelable: true });

    view.dom.dispatchEvent(event);

    expect([page.text("f:one"), event.defaultPrevented]).toEqual(["", true]);
  });
});
