import { beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";

import { source } from "@live/signal";

import { Contents } from "./contents";
import { placeAt } from "./drag";
import { numberOf, valueOf } from "./facts";
import { oneLine } from "./growing";
import { Notices } from "./notices";
import { covered } from "./phone_bar";
import { initial, present, writing } from "./presence";
import { cellKey, rowKey, sectionOf } from "./sections";
import type { Steps } from "./steps";
import { arrange, balance, StepsTable } from "./steps_table";
import { matching, suggest } from "./suggest";

beforeEach(() => {
  document.body.innerHTML = "";
});

describe("names of fields", () => {
  it.each([
    ["f:objectives", "objectives"],
    [cellKey("ab12", "intent"), "steps"],
    ["steps/ab12", ""],
    ["columns", ""],
  ])("%s belongs to %j", (field, section) => {
    expect(sectionOf(field)).toBe(section);
  });
});

describe("present", () => {
  const user = (id: number, name: string) => ({ id, name, color: "#35568a" });

  it("is one entry a person, oneself first, with the field of the tab that has a caret", () => {
    const states = new Map<number, unknown>([
      [11, { user: user(2, "薛海峰"), cursor: null }],
      [12, { user: user(2, "薛海峰"), cursor: { field: "f:board" } }],
      [13, { user: user(1, "刘秀兰"), cursor: { field: "f:homework" } }],
    ]);

    expect(present(states, { client: 13, person: 1 }).map(({ name, field, self }) => [name, field, self])).toEqual([
      ["刘秀兰", null, true],
      ["薛海峰", "f:board", false],
    ]);
  });

  it("does not believe what others say about themselves", () => {
    const states = new Map<number, unknown>([
      [1, { user: { id: 3, name: "甲", color: "red;background:url(x)" }, cursor: { field: 7 } }],
      [2, { user: { name: "无名" } }],
      [3, {}],
    ]);

    expect(present(states, { client: 9, person: 9 })).toEqual([{ id: 3, name: "甲", color: "#59636e", field: null, self: false }]);
  });

  it("names the others who write where the field's name begins so, in whichever tab", () => {
    const states = new Map<number, unknown>([
      [11, { user: user(2, "薛海峰"), cursor: { field: "f:board" } }],
      [12, { user: user(2, "薛海峰"), cursor: { field: cellKey("a1", "student") } }],
      [13, { user: user(1, "刘秀兰"), cursor: { field: cellKey("a1", "teacher") } }],
      [14, { user: user(3, "王建平"), cursor: { field: cellKey("a12", "teacher") } }],
      [15, { user: { name: "无名" }, cursor: { field: cellKey("a1", "teacher") } }],
      [16, { user: user(4, "郭晓燕"), cursor: null }],
    ]);

    expect(writing(states, 1, rowKey("a1"))).toEqual(["薛海峰"]);
    expect(writing(states, 9, rowKey("a1"))).toEqual(["刘秀兰", "薛海峰"]);
  });

  it.each([
    ["刘秀兰", "秀"],
    ["王", "王"],
    ["𠮷田", "田"],
  ])("the sign of %s is %s", (name, sign) => {
    expect(initial(name)).toBe(sign);
  });
});

describe("columns", () => {
  it.each([
    ["periods", "２", 2],
    ["periods", "", null],
    ["periods", "abc", "abc"],
    ["periods", "100", "100"],
    ["title", "  家国 \n 情怀 ", "家国 情怀"],
  ])("%s %j is %j", (name, typed, value) => {
    expect(valueOf(name, typed)).toBe(value);
  });

  it("folds white space and reads full-width digits", () => {
    expect([oneLine(" a \t b\n"), numberOf(" １２ ")]).toEqual(["a b", "12"]);
  });
});

describe("suggestions", () => {
  it.each([
    ["", ["导入", "新授", "小结"]],
    ["小", ["小结"]],
    ["导入", []],
    ["x", []],
  ])("for %j are %j", (typed, expected) => {
    expect(matching(["导入", "新授", "小结"], typed)).toEqual(expected);
  });
});

describe("dragging", () => {
  const rows = [{ top: 0, height: 100 }, { top: 100, height: 40 }];

  it.each([[-5, 0], [49, 0], [51, 1], [119, 1], [121, 2], [999, 2]])("at %i drops before row %i", (y, index) => {
    expect(placeAt(y, rows)).toBe(index);
  });
});

describe("minutes", () => {
  it.each([
    [45, 1, "senior", { available: 45, state: "fits" }],
    [46, 1, "senior", { available: 45, state: "over" }],
    [80, 2, "primary", { available: 80, state: "fits" }],
    [0, 1, "primary", { available: 40, state: "none" }],
    [30, null, "primary", { available: null, state: "none" }],
    [30, 1, "kindergarten", { available: null, state: "none" }],
  ])("%i of %j periods (%s): %j", (minutes, periods, stage, expected) => {
    expect(balance(minutes, periods, stage)).toEqual(expected);
  });
});

describe("arrange", () => {
  it("never takes the element with the focus out of the page", () => {
    const parent = document.body.appendChild(document.createElement("div"));
    const [a, b, c] = ["a", "b", "c"].map((id) => parent.appendChild(Object.assign(document.createElement("input"), { id })));
    b!.focus();
    const lost = vi.fn();
    b!.addEventListener("blur", lost);

    arrange(parent, [c!, b!, a!]);

    expect(Array.from(parent.children).map(({ id }) => id)).toEqual(["c", "b", "a"]);
    expect([document.activeElement, lost.mock.calls.length]).toEqual([b, 0]);
  });
});

describe("the keyboard of a phone", () => {
  it.each([[500, 0, 844, 344], [844, 0, 844, 0], [500, 100, 844, 244], [900, 0, 844, 0]])("height %i at %i of %i covers %i", (height, offsetTop, page, expected) => {
    expect(covered({ height, offsetTop }, page)).toBe(expected);
  });
});

describe("Contents", () => {
  it("says which sections are empty and how many are written", () => {
    document.body.innerHTML =
      '<nav><a data-toc="a"><span data-toc-who></span><i data-toc-blank hidden></i></a><a data-toc="b"><span data-toc-who></span><i data-toc-blank hidden></i></a></nav><b id="n"></b><p id="part-a"></p><p id="part-b"></p>';
    const contents = new Contents(document.querySelector("nav")!, document.getElementById("n")!);

    contents.setBlank("a", true);
    contents.setBlank("none", true);

    expect(document.getElementById("n")!.textContent).toBe("1 of 2 written");
    expect(Array.from(document.querySelectorAll<HTMLElement>("i")).map(({ hidden }) => hidden)).toEqual([false, true]);
  });
});

describe("Notices", () => {
  it("stand once each, change and go", () => {
    const notices = new Notices(document.body);

    notices.set("a", { tone: "soon", text: "一" });
    notices.set("a", { tone: "bad", text: "二" });
    notices.set("b", { tone: "info", text: "三" });
    notices.set("b", null);

    expect(Array.from(document.querySelectorAll("[role]")).map((note) => [note.getAttribute("role"), note.textContent])).toEqual([["alert", "二"]]);
  });
});

describe("a notice that stays", () => {
  it("has a button to close it, and takes the keyboard to what one can do", () => {
    const notices = new Notices(document.body);
    const closed = vi.fn();
    notices.set("a", { tone: "bad", text: "一", actions: [{ label: "放回", run: vi.fn() }], closed });

    notices.focus("a");
    expect(document.activeElement?.textContent).toBe("放回");
    document.querySelector<HTMLElement>("[aria-label=Close]")!.click();

    expect(closed).toHaveBeenCalledTimes(1);
  });
});

describe("StepsTable", () => {
  function page(): { table: StepsTable; steps: Steps; rows: () => string[]; fields: Set<string> } {
    document.body.innerHTML = "<table><tbody></tbody></table><div></div>";
    const doc = new Y.Doc();
    const steps = doc.getMap("steps") as Steps;
    const fields = new Set<string>();
    const table = new StepsTable({
      steps,
      table: document.querySelector("table")!,
      foot: document.querySelector("div")!,
      edit: (change) => doc.transact(change),
      addField: (key) => void fields.add(key),
      removeField: (key) => void fields.delete(key),
      field: () => undefined,
      unsent: source(false),
      writing: () => [],
      notices: new Notices(document.body),
      periods: () => ({ periods: 1, stage: "primary" }),
      announce: vi.fn(),
      drawn: vi.fn(),
    });
    table.setEditable(true);
    const rows = (): string[] => Array.from(document.querySelectorAll<HTMLTextAreaElement>("[data-step] textarea")).map(({ value }) => value);
    return { table, steps, rows, fields };
  }

  function add(): void {
    document.querySelector<HTMLElement>("table + div > button")!.click();
  }

  it("adds rows with three fields each and puts the caret into the name", () => {
    const { steps, fields } = page();

    add();

    expect([steps.size, fields.size]).toEqual([1, 3]);
    expect(document.activeElement).toBe(document.querySelector("textarea"));
  });

  it("writes name and minutes, and adds them up", () => {
    const { steps } = page();
    add();
    const [name, minutes] = [document.querySelector("textarea")!, document.querySelector<HTMLInputElement>("input.minutes")!];

    name.value = " 导入 ";
    name.dispatchEvent(new Event("input"));
    minutes.value = "５";
    minutes.dispatchEvent(new Event("input"));

    const [step] = [...steps.values()];
    expect([step!.get("phase"), step!.get("minutes")]).toEqual(["导入", 5]);
  });

  it("shows in the name under the caret what others write and what is undone, the caret stays in its place", async () => {
    const { steps, rows } = page();
    add();
    const [step] = [...steps.values()];
    const name = document.querySelector("textarea")!;
    name.value = "导入 ";
    name.dispatchEvent(new Event("input"));
    await Promise.resolve();
    expect(rows()).toEqual(["导入 "]); // the space that somebody has just typed stays

    name.value = "导入";
    name.dispatchEvent(new Event("input"));
    name.setSelectionRange(1, 1);
    step!.set("phase", "课前导入");
    await Promise.resolve();
    expect([rows(), name.selectionStart]).toEqual([["课前导入"], 3]);
    step!.set("phase", "导入");
    await Promise.resolve();

    expect(rows()).toEqual(["导入"]);
  });

  it("puts a composed word upon what others made of the name meanwhile", async () => {
    const { steps, rows } = page();
    add();
    const [step] = [...steps.values()];
    const name = document.querySelector("textarea")!;
    name.value = "导入";
    name.dispatchEvent(new Event("input"));
    name.value = "导入xinke"; // half a word: nothing is written yet
    step!.set("phase", "课前导入：故事");
    await Promise.resolve();
    expect(rows()).toEqual(["导入xinke"]);

    name.value = "导入新课";
    name.dispatchEvent(new Event("compositionend"));

    expect([step!.get("phase"), rows()]).toEqual(["课前导入：故事新课", ["课前导入：故事新课"]]);
  });

  it("shows minutes that are undone under the caret", async () => {
    const { steps } = page();
    add();
    const minutes = document.querySelector<HTMLInputElement>("input.minutes")!;
    minutes.focus();
    minutes.value = "12";
    minutes.dispatchEvent(new Event("input"));
    [...steps.values()][0]!.set("minutes", null);
    await Promise.resolve();

    expect(minutes.value).toBe("");
  });

  it("says why minutes that are none do not stay", () => {
    page();
    add();
    const minutes = document.querySelector<HTMLInputElement>("input.minutes")!;
    minutes.focus();
    minutes.value = "999";
    minutes.dispatchEvent(new Event("input"));
    minutes.blur();

    expect([minutes.value, minutes.getAttribute("aria-invalid")]).toEqual(["", "false"]);
    expect(document.querySelector(".toasts")!.textContent).toContain("Minutes are a whole number from 0 to 600.");
  });

  it("leaves the name alone that somebody is typing", async () => {
    const { steps, rows } = page();
    add();
    const [step] = [...steps.values()];
    const name = document.querySelector("textarea")!;
    name.value = "我在写";

    step!.set("phase", "别人写的");
    await Promise.resolve();
    expect(rows()).toEqual(["我在写"]);
    name.blur();

    expect(rows()).toEqual(["别人写的"]);
  });

  it("refuses minutes that are none, without writing", () => {
    const { steps } = page();
    add();
    const minutes = document.querySelector<HTMLInputElement>("input.minutes")!;

    minutes.value = "很久";
    minutes.dispatchEvent(new Event("input"));

    expect([[...steps.values()][0]!.get("minutes"), minutes.getAttribute("aria-invalid")]).toEqual([null, "true"]);
  });

  it("moves by Alt and an arrow, and deletes with a way back", async () => {
    const { table, steps, rows } = page();
    for (const name of ["一", "二"]) {
      add();
      const area = document.activeElement as HTMLTextAreaElement;
      area.value = name;
      area.dispatchEvent(new Event("input"));
    }
    const first = document.querySelector<HTMLElement>("[data-step]")!;
    first.scrollIntoView = vi.fn();

    first.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", altKey: true, bubbles: true }));
    expect(rows()).toEqual(["二", "一"]);
    table.remove(first.dataset.step!);
    expect([rows(), steps.size]).toEqual([["二"], 1]);
    document.querySelector<HTMLElement>(".toast-action")!.click();
    await Promise.resolve();

    expect(rows()).toEqual(["二", "一"]);
  });

  it("does not move while a word is composed", () => {
    const { rows } = page();
    add();
    add();
    const before = rows();

    document.querySelector("[data-step]")!.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", altKey: true, bubbles: true, isComposing: true }));

    expect(rows()).toEqual(before);
  });
});

describe("a control that offers everything else", () => {
  const shown = (): string[] => Array.from(document.querySelectorAll(".suggestions:not([hidden]) li")).map((option) => option.textContent ?? "");

  function control(all: boolean): HTMLTextAreaElement {
    document.body.innerHTML = "<textarea>上册</textarea>";
    const area = document.querySelector("textarea")!;
    suggest(area, () => ["上册", "下册", "上册（选读）"], () => undefined, { all });
    area.focus();
    area.click();
    return area;
  }

  it("does so until somebody types", () => {
    const area = control(true);
    expect(shown()).toEqual(["下册", "上册（选读）"]);

    area.value = "下";
    area.dispatchEvent(new Event("input"));
    expect(shown()).toEqual(["下册"]);
  });

  it("and another only what fits", () => {
    control(false);
    expect(shown()).toEqual(["上册（选读）"]);
  });
});
