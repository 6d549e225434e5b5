import { TextSelection } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";

import { elementOf } from "@live/index";
import { FieldBinding } from "@live/binding/field";
import { source, type Source } from "@live/signal";
import type { Binding } from "@prose/binding";
import { ProseField } from "@prose/field";
import { readFragment } from "@prose/read";
import { schema } from "@prose/schema";

import { Notices } from "./notices";
import { cellKey } from "./sections";
import { addStep, cell, CELLS, inOrder, putStep, removeStep, setMinutes, setPhase, type Cell, type Steps } from "./steps";
import { StepsTable } from "./steps_table";

const others: string[] = [];
const fields = new Map<string, ProseField>();
let mine: Y.Doc;
let theirs: Y.Doc;
let ids: string[];
let table: StepsTable;
let unsent: Source<boolean>;

const stepsOf = (doc: Y.Doc): Steps => doc.getMap("steps");
const paragraph = (text: string) => schema.nodes.paragraph!.create(null, schema.text(text, [schema.marks.strong!.create()]));
const phases = (doc: Y.Doc): string[] => inOrder(stepsOf(doc)).map(({ phase }) => phase);
const cellOf = (doc: Y.Doc, id: string, name: Cell): string => readFragment(cell(stepsOf(doc), id, name)!).toString();
const notice = (): HTMLElement | null => document.querySelector("[role=alert]");
const button = (label: string): HTMLButtonElement => Array.from(document.querySelectorAll<HTMLButtonElement>("button")).find(({ textContent }) => textContent === label)!;
const mayLeave = (): boolean => window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const binding: Binding = {
  bind(key, fragment) {
    const bound = new FieldBinding(key, fragment, schema, { hold: () => () => undefined, writable: source(true), beforeWrite: () => undefined });
    return { doc: bound.doc, plugins: [bound.plugin], composing: bound.composing, unknown: bound.unknown };
  },
};

function addField(key: string, host: HTMLElement, fragment: Y.XmlFragment): void {
  const field = new ProseField({ key, host, fragment, free: false, binding, extensions: () => [], onUpdate: vi.fn(), onFocus: vi.fn(), onBlank: vi.fn() });
  field.setEditable(true);
  fields.set(key, field);
}

function open(): void {
  const [tableElement, foot, notices] = ["table", "div", "section"].map((name) => document.body.appendChild(document.createElement(name)));
  tableElement!.append(document.createElement("tbody"));
  table = new StepsTable({
    steps: stepsOf(mine),
    table: tableElement as HTMLTableElement,
    foot: foot!,
    edit: (change) => mine.transact(change),
    addField,
    removeField: (key) => (fields.get(key)?.destroy(), void fields.delete(key)),
    field: (key) => fields.get(key),
    unsent,
    writing: () => others,
    notices: new Notices(notices!),
    periods: () => ({ periods: 1, stage: "primary" }),
    announce: vi.fn(),
    drawn: vi.fn(),
  });
  table.setEditable(true);
}

/** The editor of a cell, with the caret behind its text. */
function enter(id: string, name: Cell): EditorView {
  const view = fields.get(cellKey(id, name))!.mount()!;
  view.focus();
  view.dispatch(view.state.tr.setSelection(TextSelection.atEnd(view.state.doc)));
  return view;
}

/** What a colleague's deletion does here. */
async function deletedByColleague(id: string): Promise<void> {
  removeStep(stepsOf(theirs), id);
  await settle();
}

beforeEach(() => {
  document.body.innerHTML = "";
  Element.prototype.scrollIntoView = vi.fn();
  others.length = 0;
  unsent = source(false);
  mine = new Y.Doc();
  theirs = new Y.Doc();
  mine.on("update", (update, origin) => origin !== theirs && Y.applyUpdate(theirs, update, mine));
  theirs.on("update", (update, origin) => origin !== mine && Y.applyUpdate(mine, update, theirs));
  ids = ["导入", "新授", "小结"].map((phase, index) => {
    const id = addStep(stepsOf(mine), index);
    setPhase(stepsOf(mine), id, phase);
    setMinutes(stepsOf(mine), id, 10 + index);
    for (const name of CELLS) cell(stepsOf(mine), id, name)!.insert(0, [elementOf(paragraph(`${phase}-${name}`))]);
    return id;
  });
  open();
});

afterEach(() => {
  notice()?.querySelector<HTMLElement>("[aria-label=Close]")!.click();
  for (const field of fields.values()) field.destroy();
  fields.clear();
});

describe("deleting a step in which somebody else is writing", () => {
  it("asks first, by name, and does nothing when that is cancelled", async () => {
    others.push("薛海峰", "王建平");

    table.remove(ids[1]!);
    expect(document.querySelector("dialog h2")!.textContent).toBe("Writing in this step: 薛海峰、王建平. Delete it anyway?");
    expect((document.activeElement as HTMLButtonElement).value).toBe("cancel");
    button("Cancel").click();
    await settle();

    expect([document.querySelector("dialog"), phases(theirs)]).toEqual([null, ["导入", "新授", "小结"]]);
  });

  it("deletes when that is what one wants, with the way back that there always is", async () => {
    others.push("薛海峰");

    table.remove(ids[1]!);
    button("Delete").click();
    await settle();

    expect([phases(theirs), document.querySelector(".toast1 span")!.textContent]).toEqual([["导入", "小结"], "“新授” was deleted."]);
  });

  it("does not ask where nobody is", () => {
    table.remove(ids[1]!);

    expect([document.querySelector("dialog"), phases(theirs)]).toEqual([null, ["导入", "小结"]]);
  });
});

describe("a step that a colleague deletes while one writes in it", () => {
  it("is told with the keyboard on the way to put it back, which keeps place, form and caret", async () => {
    const view = enter(ids[1]!, "student");
    view.dispatch(view.state.tr.insertText("，我写的"));
    const before = [cellOf(mine, ids[1]!, "teacher"), cellOf(mine, ids[1]!, "student"), cellOf(mine, ids[1]!, "intent")];
    const { head } = view.state.selection;

    await deletedByColleague(ids[1]!);
    expect(mayLeave()).toBe(false);
    expect(notice()!.textContent).toContain("The step “新授”, in which you were writing, was deleted by a colleague.");
    expect(document.activeElement).toBe(button("Put it back"));
    button("Put it back").click();
    await settle();

    const put = inOrder(stepsOf(theirs))[1]!;
    expect([phases(mine), phases(theirs), put.minutes, notice(), mayLeave()]).toEqual([["导入", "新授", "小结"], ["导入", "新授", "小结"], 11, null, true]);
    expect(CELLS.map((name) => cellOf(theirs, put.id, name))).toEqual(before);
    const again = fields.get(cellKey(put.id, "student"))!.view!;
    expect([again.hasFocus(), again.state.selection.head]).toEqual([true, head]);
  });

  it("keeps half a word that is being composed, which was never in the document", async () => {
    const view = enter(ids[1]!, "teacher");
    view.dom.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
    view.dispatch(view.state.tr.insertText("jiao'an"));
    expect(cellOf(mine, ids[1]!, "teacher")).not.toContain("jiao");

    await deletedByColleague(ids[1]!);
    button("Put it back").click();
    await settle();

    expect(cellOf(theirs, inOrder(stepsOf(theirs))[1]!.id, "teacher")).toContain("新授-teacherjiao'an");
  });

  it("writes nothing more into what is gone", async () => {
    const view = enter(ids[1]!, "teacher");
    view.dom.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
    view.dispatch(view.state.tr.insertText("jiao'an"));
    const before = Y.encodeStateVector(mine);

    await deletedByColleague(ids[1]!);

    expect(Y.encodeStateVector(mine)).toEqual(before);
  });

  it("keeps cells that have no editor just now, and the half-typed name", async () => {
    const name = document.querySelectorAll<HTMLTextAreaElement>("[data-step] textarea")[1]!;
    name.focus();
    name.value = "新授ketang"; // composed: nothing is written yet

    await deletedByColleague(ids[1]!);
    button("Put it back").click();
    await settle();

    const put = inOrder(stepsOf(theirs))[1]!;
    expect([phases(theirs), put.minutes]).toEqual([["导入", "新授ketang", "小结"], 11]);
    expect(cellOf(theirs, put.id, "intent")).toContain("新授-intent");
    expect((document.activeElement as HTMLTextAreaElement).value).toBe("新授ketang");
  });

  it("keeps minutes that are typed", async () => {
    const minutes = document.querySelectorAll<HTMLInputElement>("input.minutes")[2]!;
    minutes.focus();
    minutes.value = "25";

    await deletedByColleague(ids[2]!);
    button("Put it back").click();

    expect(inOrder(stepsOf(theirs)).map((step) => step.minutes)).toEqual([10, 11, 25]);
    expect((document.activeElement as HTMLInputElement).value).toBe("25");
  });

  it("can be copied as text, and closed: the keyboard then goes to the step below", async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", Object.assign(Object.create(navigator) as Navigator, { clipboard: { writeText } }));
    const view = enter(ids[1]!, "intent");
    view.dispatch(view.state.tr.insertText("。完"));

    await deletedByColleague(ids[1]!);
    button("Copy the text").click();
    expect(writeText).toHaveBeenCalledWith("新授\n\n新授-teacher\n\n新授-student\n\n新授-intent。完");
    expect(notice()).not.toBeNull();
    notice()!.querySelector<HTMLElement>("[aria-label=Close]")!.click();
    vi.unstubAllGlobals();

    expect([notice(), phases(theirs), (document.activeElement as HTMLTextAreaElement).value, mayLeave()]).toEqual([null, ["导入", "小结"], "小结", true]);
  });

  it("stays in the notice while one may not write", async () => {
    enter(ids[1]!, "teacher");
    await deletedByColleague(ids[1]!);
    table.setEditable(false);

    button("Put it back").click();

    expect([notice() === null, phases(mine)]).toEqual([false, ["导入", "小结"]]);
  });

  it("is not told of where one does not write", async () => {
    enter(ids[0]!, "teacher");

    await deletedByColleague(ids[1]!);

    expect([notice(), phases(mine)]).toEqual([null, ["导入", "小结"]]);
    expect(fields.get(cellKey(ids[0]!, "teacher"))!.view!.hasFocus()).toBe(true);
  });

  it("is not told of what one deletes oneself", async () => {
    enter(ids[1]!, "teacher");

    table.remove(ids[1]!);
    await settle();

    expect(notice()).toBeNull();
  });
});

describe("a step that a colleague deletes before what one wrote in it is saved", () => {
  /** Writes in a cell, and goes on to another step. */
  function writeAndGoOn(): EditorView {
    const view = enter(ids[1]!, "student");
    unsent.set(true);
    view.dispatch(view.state.tr.insertText("，离线写的"));
    return enter(ids[0]!, "teacher");
  }

  it("is told to who has gone on, without taking the keyboard, and comes back whole", async () => {
    const now = writeAndGoOn();
    const before = CELLS.map((name) => cellOf(mine, ids[1]!, name));

    await deletedByColleague(ids[1]!);
    expect(notice()!.textContent).toContain("The step “新授” was deleted before what you wrote in it was saved.");
    expect(now.hasFocus()).toBe(true);
    button("Go there").click();
    expect(document.activeElement).toBe(button("Put it back"));
    button("Put it back").click();
    await settle();

    const put = inOrder(stepsOf(theirs))[1]!;
    expect([phases(theirs), put.minutes, notice()]).toEqual([["导入", "新授", "小结"], 11, null]);
    expect(CELLS.map((name) => cellOf(theirs, put.id, name))).toEqual(before);
    expect((document.activeElement as HTMLTextAreaElement).value).toBe("新授");
  });

  it("is led to by one sentence, however many there are, until all are settled", async () => {
    const sentences = (): number => Array.from(document.querySelectorAll(".toast1")).filter(({ textContent }) => textContent!.includes("kept at the top")).length;
    writeAndGoOn();
    setPhase(stepsOf(mine), ids[2]!, "课堂小结".repeat(20));
    await settle();
    removeStep(stepsOf(theirs), ids[2]!);
    await deletedByColleague(ids[1]!);

    const notices = Array.from(document.querySelectorAll("[role=alert]"));
    expect([notices.length, sentences()]).toEqual([2, 1]);
    expect(notices.map(({ textContent }) => textContent)).toContainEqual(expect.stringContaining(`“${"课堂小结".repeat(20).slice(0, 29)}…”`));

    for (const left of [1, 0]) {
      button("Go there").click();
      expect(document.activeElement).toBe(button("Put it back"));
      button("Put it back").click();
      await settle();
      expect(sentences()).toBe(left);
    }
    expect(phases(theirs)).toEqual(["导入", "新授", "课堂小结".repeat(20)]);
  });

  it("is told also where a colleague has brought the step back meanwhile, without what one wrote", async () => {
    writeAndGoOn();
    const wrote = cellOf(mine, ids[1]!, "student");
    theirs.transact(() => removeStep(stepsOf(theirs), ids[1]!)!(), "undo");
    await settle();

    expect(cellOf(mine, ids[1]!, "student")).toBe(cellOf(theirs, ids[1]!, "student"));
    expect(document.querySelectorAll("[data-step]").length).toBe(3);
    button("Put it back").click();
    await settle();

    expect(phases(theirs)).toEqual(["导入", "新授", "新授", "小结"]);
    expect(inOrder(stepsOf(theirs)).map(({ id }) => cellOf(theirs, id, "student"))).toContain(wrote);
  });

  it("is not told once all was saved", async () => {
    writeAndGoOn();
    unsent.set(false);

    await deletedByColleague(ids[1]!);

    expect([notice(), phases(mine)]).toEqual([null, ["导入", "小结"]]);
  });

  it("is not told of what one has only moved", async () => {
    unsent.set(true);
    table.move(ids[1]!, 1);

    await deletedByColleague(ids[1]!);

    expect([notice(), phases(mine)]).toEqual([null, ["导入", "小结"]]);
  });

  it("counts what a colleague wrote as nobody's here", async () => {
    unsent.set(true);
    setPhase(stepsOf(theirs), ids[1]!, "讲授");

    await deletedByColleague(ids[1]!);

    expect([notice(), phases(mine)]).toEqual([null, ["导入", "小结"]]);
  });
});

describe("putStep", () => {
  it.each([
    [0, ["新", "导入", "新授", "小结"]],
    [1, ["导入", "新", "新授", "小结"]],
    [2, ["导入", "新授", "新", "小结"]],
  ])("puts a step before number %i, whose order it has", (index, expected) => {
    const { order } = inOrder(stepsOf(mine))[index]!;

    putStep(stepsOf(mine), { order, phase: "新", minutes: null, cells: { teacher: [], student: [], intent: [] } });

    expect(phases(theirs)).toEqual(expected);
  });

  it.each([
    [[0, 1, 2], "one after the other"],
    [[2, 1, 0], "the last one first"],
    [[1, 2, 0], "the middle one first"],
  ])("puts several back in the order that they had: %j, %s", (turns) => {
    const cells = { teacher: [], student: [], intent: [] };
    const gone = inOrder(stepsOf(mine));
    for (const { id } of gone) removeStep(stepsOf(mine), id);

    for (const turn of turns) putStep(stepsOf(mine), { ...gone[turn]!, cells });

    expect(phases(theirs)).toEqual(["导入", "新授", "小结"]);
  });

  it("puts a step beside a copy that has its place already", () => {
    const { order } = inOrder(stepsOf(mine))[1]!;
    const put = { order, phase: "新", minutes: null, cells: { teacher: [], student: [], intent: [] } };

    putStep(stepsOf(mine), put);
    putStep(stepsOf(mine), put);

    const orders = inOrder(stepsOf(theirs)).map((step) => step.order);
    expect([phases(theirs), new Set(orders).size]).toEqual([["导入", "新", "新", "新授", "小结"], 5]);
  });
});
