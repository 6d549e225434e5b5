import { Plugin, TextSelection } from "prosemirror-state";
import { prosemirrorToYXmlFragment } from "y-prosemirror";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";

import { FieldBinding } from "@live/binding/field";
import { source } from "@live/signal";
import { insert } from "./commands";
import { ProseField, type FieldSettings } from "./field";
import { schema } from "./schema";

const fields: ProseField[] = [];
let host: HTMLElement;
let fragment: Y.XmlFragment;

function write(...lines: string[]): void {
  const paragraphs = lines.map((line) => schema.nodes.paragraph!.create(null, line ? schema.text(line) : null));
  prosemirrorToYXmlFragment(schema.topNodeType.create(null, paragraphs), fragment);
}

function open(changes: Partial<FieldSettings> = {}): ProseField {
  const field = new ProseField({
    key: "f:objectives",
    host,
    fragment,
    free: true,
    binding: {
      bind(key, bound) {
        const binding = new FieldBinding(key, bound, schema, { hold: () => () => undefined, writable: source(true), beforeWrite: () => undefined });
        return { doc: binding.doc, plugins: [binding.plugin], composing: binding.composing, unknown: binding.unknown };
      },
    },
    extensions: () => [],
    onUpdate: vi.fn(),
    onFocus: vi.fn(),
    onBlank: vi.fn(),
    ...changes,
  });
  fields.push(field);
  return field;
}

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = '<div id="host" class="field prose" aria-labelledby="h">server</div>';
  host = document.getElementById("host")!;
  fragment = new Y.Doc().getXmlFragment("f:objectives");
});

afterEach(() => {
  for (const field of fields.splice(0)) field.destroy();
  vi.useRealTimers();
});

describe("a field that is only read", () => {
  it("stands there as a named group of text", () => {
    write("甲", "");
    open();

    expect(host.innerHTML).toBe("<p>甲</p><p><br></p>");
    expect([host.getAttribute("role"), host.hasAttribute("tabindex"), host.hasAttribute("contenteditable")]).toEqual(["group", false, false]);
  });

  it("is drawn anew once after many changes", () => {
    const field = open();
    const show = vi.spyOn(field, "show");

    write("甲");
    write("乙");
    vi.advanceTimersByTime(100);

    expect(show).toHaveBeenCalledTimes(1);
    expect(host.textContent).toContain("乙");
  });

  it("cannot be mounted", () => {
    expect(open().mount()).toBeNull();
  });
});

describe("a field that is written", () => {
  it("is a labelled text box before it has an editor", () => {
    open().setEditable(true);

    expect([host.getAttribute("role"), host.getAttribute("aria-multiline"), host.tabIndex]).toEqual(["textbox", "true", 0]);
  });

  it("becomes an editor in the same element, with the same HTML, and back", () => {
    write("甲", "乙");
    const field = open();
    field.setEditable(true);
    const before = host.innerHTML;

    field.mount();
    expect(host.getAttribute("contenteditable")).toBe("true");
    expect(host.innerHTML).toBe(before);
    field.unmount();

    expect(host.innerHTML).toBe(before);
    expect(host.hasAttribute("contenteditable")).toBe(false);
    expect(host.className).toBe("field prose editable");
  });

  it("mounts when the keyboard comes to it", () => {
    const field = open();
    field.setEditable(true);

    host.focus();

    expect(field.view).not.toBeNull();
  });

  it("writes to the document and shows it after unmounting", () => {
    write("甲");
    const field = open();
    field.setEditable(true);
    const view = field.mount()!;

    view.dispatch(view.state.tr.insertText("乙", 2));
    field.unmount();

    expect(fragment.toString()).toContain(">甲乙<");
    expect(host.textContent).toBe("甲乙");
  });

  it("keeps the caret over unmounting while nothing changed", () => {
    write("甲乙丙");
    const field = open();
    field.setEditable(true);
    const view = field.mount()!;
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 3)));

    field.unmount();

    expect(field.mount()!.state.selection.head).toBe(3);
  });

  it("stays while something is on its way into it", () => {
    const field = open();
    field.setEditable(true);
    field.mount();

    field.hold();
    expect(field.busy).toBe(true);
    field.remount();
    field.release();

    expect(field.busy).toBe(false);
  });

  it("takes up what was loaded with the selection as it was", () => {
    write("甲乙丙");
    const extensions = vi.fn(() => []);
    const field = open({ extensions });
    field.setEditable(true);
    const view = field.mount()!;
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 2, 4)));

    field.remount();

    expect(field.view!.state.selection.toJSON()).toEqual({ type: "text", anchor: 2, head: 4 });
    expect(extensions).toHaveBeenCalledTimes(2);
  });

  it("takes up what was loaded while something was on its way into it, afterwards", () => {
    const extensions = vi.fn(() => []);
    const field = open({ extensions });
    field.setEditable(true);
    field.mount();
    field.hold();
    field.remount();
    expect(extensions).toHaveBeenCalledTimes(1);

    field.release();

    expect(extensions).toHaveBeenCalledTimes(2);
  });

  it("takes up what was loaded in the middle of a word, after it", () => {
    const extensions = vi.fn(() => []);
    const field = open({ extensions });
    field.setEditable(true);
    const view = field.mount()!;
    view.dom.dispatchEvent(new CompositionEvent("compositionstart"));
    field.remount();
    expect([field.view === view, extensions.mock.calls.length]).toEqual([true, 1]);

    view.dom.dispatchEvent(new CompositionEvent("compositionend"));
    vi.advanceTimersByTime(1000);

    expect(extensions).toHaveBeenCalledTimes(2);
  });

  it("loses its editor when access is taken away", () => {
    const field = open();
    field.setEditable(true);
    field.mount();

    field.setEditable(false);

    expect([field.view, host.hasAttribute("contenteditable"), host.getAttribute("role")]).toEqual([null, false, "group"]);
  });

  it("says when it becomes blank and when not", () => {
    const onBlank = vi.fn();
    const field = open({ onBlank });
    field.setEditable(true);
    expect(host.classList.contains("blank")).toBe(true);
    const view = field.mount()!;

    view.dispatch(view.state.tr.insertText("甲", 1));

    expect(field.blank).toBe(false);
    expect(host.classList.contains("blank")).toBe(false);
    expect(onBlank).toHaveBeenLastCalledWith(field);
  });

  it("takes the plugins of the page, and mounts to run a command", () => {
    write("甲");
    const seen: string[] = [];
    const field = open({ extensions: () => [{ plugins: ({ key }) => (seen.push(key), [new Plugin({})]) }] });
    field.setEditable(true);

    const done = field.run(insert("formula", { latex: "x" }));

    expect([done, seen, field.view!.dom.querySelectorAll(".formula").length]).toEqual([true, ["f:objectives"], 1]);
  });
});
