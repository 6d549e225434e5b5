import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { ask, type Answer, type Question } from "./dialog";

let answers: Answer[];

function open(more: Partial<Question> = {}): void {
  const input = document.createElement("input");
  void ask({ title: "Insert", fields: [input], confirm: "OK", ...more }).then((answer) => answers.push(answer));
}

const press = (value: string): void => document.querySelector<HTMLButtonElement>(`dialog button[value=${value}]`)!.click();
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  answers = [];
});

afterEach(() => {
  document.body.replaceChildren();
});

describe("a dialog", () => {
  it.each<Answer>(["confirm", "other", "cancel"])("answers %s for its button, also where the browser does not name it", async (answer) => {
    Object.defineProperty(SubmitEvent.prototype, "submitter", { configurable: true, get: () => undefined });
    open({ other: "Remove" });

    press(answer);
    await settle();

    expect([answers, document.querySelector("dialog")]).toEqual([[answer], null]);
  });

  it("that destroys has the focus on the button to cancel", async () => {
    open({ fields: [], careful: true });
    const { activeElement } = document;
    (activeElement as HTMLElement).click();
    await settle();

    expect([(activeElement as HTMLButtonElement).value, answers]).toEqual(["cancel", ["cancel"]]);
  });

  it("keeps the keyboard until what the answer needs has come", async () => {
    let come = (_comes: boolean): void => undefined;
    open({ ready: new Promise((resolve) => (come = resolve)) });
    press("confirm");
    await settle();
    expect([answers, document.activeElement?.tagName]).toEqual([[], "INPUT"]);
    expect(document.querySelector("[role=alert]")!.textContent).toBe("One moment…");

    come(true);
    await settle();

    expect([answers, document.querySelector("dialog")]).toEqual([["confirm"], null]);
  });

  it("is not answered by what comes before anybody did", async () => {
    open({ ready: Promise.resolve(true) });
    await settle();
    expect(answers).toEqual([]);

    press("confirm");
    await settle();

    expect(answers).toEqual(["confirm"]);
  });

  it("is cancelled when what the answer needs never comes", async () => {
    open({ ready: Promise.resolve(false) });
    press("confirm");
    await settle();

    expect(answers).toEqual(["cancel"]);
  });

  it("is cancelled while it waits", async () => {
    open({ ready: new Promise(() => undefined) });
    press("confirm");
    press("cancel");
    await settle();

    expect(answers).toEqual(["cancel"]);
  });
});
