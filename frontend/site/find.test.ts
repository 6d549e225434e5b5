import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { FindController } from "./find";

const ANSWER = { items: [{ text: "三角形内角和", label: "教案", url: "#one" }, { text: "三角形的高", label: "教案", url: "#two" }] };
let application: Application;
let asked: string[];
let input: HTMLInputElement;
let list: HTMLElement;

beforeEach(async () => {
  vi.useFakeTimers();
  asked = [];
  vi.stubGlobal("fetch", vi.fn((url: string) => {
    asked.push(decodeURIComponent(url));
    return Promise.resolve(new Response(JSON.stringify(ANSWER)));
  }));
  document.body.innerHTML = `<form data-controller="find" data-find-url-value="/suggest/" data-place="top"><a href="#page" data-action="find#unfold"></a><input data-find-target="input"
    data-action="input->find#typed compositionend->find#composed focus->find#focused blur->find#left keydown->find#pressed">
    <ul id="l" data-find-target="list" data-action="pointerdown->find#held" hidden></ul><span data-find-target="status"></span></form>`;
  application = Application.start();
  application.register("find", FindController);
  await vi.advanceTimersByTimeAsync(1);
  input = document.querySelector("input")!;
  list = document.querySelector("ul")!;
  input.focus();
  await vi.advanceTimersByTimeAsync(10);
  asked.length = 0;
});

afterEach(() => {
  application.stop();
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function type(text: string, isComposing = false): void {
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing }));
}

function press(key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  input.dispatchEvent(event);
  return event;
}

describe("the search field", () => {
  it("keeps the keyboard when its list is pressed, or the rim of it", async () => {
    type("三角");
    await vi.advanceTimersByTimeAsync(130);

    const pressed = [list, list.firstElementChild!].map((place) => place.dispatchEvent(new Event("pointerdown", { bubbles: true, cancelable: true })));

    expect(pressed).toEqual([false, false]);
  });

  it("asks once somebody pauses, for what stands there then", async () => {
    type("三");
    await vi.advanceTimersByTimeAsync(100);
    type("三角");
    await vi.advanceTimersByTimeAsync(119);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(10);

    expect(asked).toEqual(["/suggest/?q=三角"]);
    expect([...list.children].map((option) => option.firstChild?.textContent)).toEqual(["三角形内角和", "三角形的高"]);
    expect(input.getAttribute("aria-expanded")).toBe("true");
  });

  it("does not search half-typed pinyin", async () => {
    type("san jiao", true);
    await vi.advanceTimersByTimeAsync(500);
    expect(asked).toEqual([]);

    input.value = "三角";
    input.dispatchEvent(new CompositionEvent("compositionend"));
    await vi.advanceTimersByTimeAsync(130);
    expect(asked).toEqual(["/suggest/?q=三角"]);
  });

  it("drops an answer that typing has overtaken", async () => {
    const answers: ((items: string) => void)[] = [];
    vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => answers.push((text) => resolve(new Response(JSON.stringify({ items: [{ text, label: "", url: "#" }] }))))));
    type("旧");
    await vi.advanceTimersByTimeAsync(130);
    type("新");
    await vi.advanceTimersByTimeAsync(130);
    answers[1]!("新的");
    await vi.advanceTimersByTimeAsync(1);
    answers[0]!("旧的");
    await vi.advanceTimersByTimeAsync(1);

    expect(list.textContent).toBe("新的");
  });

  it("asks for what was typed while an answer was on its way, though giving that one up is an error", async () => {
    vi.stubGlobal("fetch", (url: string, { signal }: RequestInit) => {
      asked.push(decodeURIComponent(url));
      return asked.length > 1
        ? Promise.resolve(new Response(JSON.stringify(ANSWER)))
        : new Promise<Response>((_resolve, reject) => signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError"))));
    });
    type("三");
    await vi.advanceTimersByTimeAsync(130);
    type("三角");
    await vi.advanceTimersByTimeAsync(130);

    expect(asked).toEqual(["/suggest/?q=三", "/suggest/?q=三角"]);
    expect(list.hidden).toBe(false);
  });

  it("walks through the suggestions and back to the field", async () => {
    type("三角");
    await vi.advanceTimersByTimeAsync(130);

    press("ArrowDown");
    expect(input.getAttribute("aria-activedescendant")).toBe("l-0");
    press("ArrowDown");
    press("ArrowDown");
    expect(input.hasAttribute("aria-activedescendant")).toBe(false);
    press("ArrowUp");
    expect(list.querySelector('[aria-selected="true"]')?.id).toBe("l-1");

    expect(press("Enter").defaultPrevented).toBe(true);
    expect(window.location.hash).toBe("#two");
  });

  it("leaves the list as it is under somebody who walks through it, though an answer to what was typed last comes late", async () => {
    const answers: (() => void)[] = [];
    type("三角");
    await vi.advanceTimersByTimeAsync(130);
    vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => answers.push(() => resolve(new Response(JSON.stringify({ items: [{ text: "别的", label: "", url: "#other" }] }))))));
    type("三角形");
    await vi.advanceTimersByTimeAsync(130);
    press("ArrowDown");
    answers[0]!();
    await vi.advanceTimersByTimeAsync(1);
    expect(list.querySelector('[aria-selected="true"]')?.firstChild?.textContent).toBe("三角形内角和");

    type("三角形的");
    press("ArrowDown");
    press("ArrowDown");
    await vi.advanceTimersByTimeAsync(500);
    expect(answers).toHaveLength(1);
    expect(list.querySelector('[aria-selected="true"]')?.firstChild?.textContent).toBe("三角形的高");
  });

  it("searches for the words that are typed on, not for what was marked before them", async () => {
    type("三角");
    await vi.advanceTimersByTimeAsync(130);
    for (const isComposing of [false, true]) {
      press("ArrowDown");
      expect(list.querySelector('[aria-selected="true"]')).not.toBeNull();
      type("三角形的面积", isComposing);
      expect(list.querySelector('[aria-selected="true"]')).toBeNull();
      expect(input.hasAttribute("aria-activedescendant")).toBe(false);
      expect(press("Enter").defaultPrevented).toBe(false);
    }
    expect(window.location.hash).not.toBe("#one");
  });

  it("sends the form on Enter where nothing is picked, and leaves Enter to an input method", async () => {
    type("三角");
    await vi.advanceTimersByTimeAsync(130);

    expect(press("Enter").defaultPrevented).toBe(false);
    press("ArrowDown");
    expect(press("Enter", { isComposing: true }).defaultPrevented).toBe(false);
  });

  it("closes with Escape before it empties", async () => {
    type("三角");
    await vi.advanceTimersByTimeAsync(130);

    expect(press("Escape").defaultPrevented).toBe(true);
    expect(list.hidden).toBe(true);
    expect(press("Escape").defaultPrevented).toBe(false);
  });

  it("is reached with a slash, but not from where one writes", () => {
    input.blur();
    const place = document.createElement("textarea");
    document.body.append(place);
    place.focus();
    place.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true }));
    expect(document.activeElement).toBe(place);

    place.blur();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true }));
    expect(document.activeElement).toBe(input);
  });

  it("waits for an answer that is on its way, however often the arrow that opens the list is pressed", async () => {
    type("三角");
    await vi.advanceTimersByTimeAsync(130);
    press("Escape");
    const answers: (() => void)[] = [];
    vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => answers.push(() => resolve(new Response(JSON.stringify(ANSWER))))));
    for (let nth = 0; nth < 3; nth += 1) {
      press("ArrowDown");
      await vi.advanceTimersByTimeAsync(30);
    }
    expect(answers).toHaveLength(1);

    answers[0]!();
    await vi.advanceTimersByTimeAsync(1);
    expect(list.hidden).toBe(false);
  });

  it("unfolds with what was asked last chosen, so that it goes when somebody types", () => {
    input.blur();
    input.value = "红色文化";
    input.setSelectionRange(0, 0);
    document.querySelector("a")!.click();

    expect(document.activeElement).toBe(input);
    expect([input.selectionStart, input.selectionEnd]).toEqual([0, 4]);
  });

  it("shows nothing where the server does not answer", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
    type("三角");
    await vi.advanceTimersByTimeAsync(130);

    expect(list.hidden).toBe(true);
  });
});
