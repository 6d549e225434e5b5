import { beforeEach, describe, expect, it, vi } from "vitest";

import { keep, light, offerPlaces, put, restore, show } from "./import_page";

const PAGE = `
<template id="import-places"><option value="">?</option><option value="board">板书设计</option></template>
<div id="import-desk" data-pane="plan">
  <button data-show="plan" aria-pressed="true"></button><button data-show="source" aria-pressed="false"></button>
  <section class="import-source"><span class="seg" data-piece="3">山</span></section>
  <div class="import-plan">
    <article class="loose" data-piece="1"><form><select><option value="">?</option><option value="board">b</option></select></form></article>
    <article class="loose" data-piece="2"><form><select></select></form></article>
    <div class="piece" data-piece="3"><form><button class="piece-move" aria-label="移动"></button></form></div>
  </div>
</div>`;

function desk(): HTMLElement {
  return document.getElementById("import-desk") as HTMLElement;
}

beforeEach(() => {
  vi.stubGlobal("CSS", { escape: (text: string) => text });
  document.body.innerHTML = PAGE;
});

describe("the desk", () => {
  it("shows one pane on a phone and says which", () => {
    show(desk(), "source");

    const pressed = [...desk().querySelectorAll("[data-show]")].map((button) => button.getAttribute("aria-pressed"));
    expect([desk().dataset["pane"], pressed]).toEqual(["source", ["false", "true"]]);
  });

  it("lights up a piece in the file and in the plan, and nothing else", () => {
    light(desk(), "1");
    light(desk(), "3");

    expect([...desk().querySelectorAll(".lit")].map((part) => part.className)).toEqual(["seg lit", "piece lit"]);
  });

  it("offers the places of a placed piece when they are asked for, once", () => {
    const form = desk().querySelector<HTMLFormElement>(".piece form") as HTMLFormElement;

    const select = offerPlaces(form);

    expect(offerPlaces(form)).toBe(select);
    expect([...select.options].map((option) => option.value)).toEqual(["", "board"]);
    expect(select.getAttribute("aria-label")).toBe("移动");
  });

  it("puts a dragged piece by the form that its select would have sent", () => {
    const changed = vi.fn();
    document.body.addEventListener("change", (event) => changed((event.target as HTMLSelectElement).value));

    put(desk(), "1", "board");
    put(desk(), "3", "step/0/teacher");

    expect(changed.mock.calls).toEqual([["board"], ["step/0/teacher"]]);
  });

  it("keeps pane and focus over an exchange: the next card gets what the placed one had", () => {
    desk().querySelector<HTMLElement>('.loose[data-piece="1"] select')?.focus();
    const kept = keep(desk());
    desk().querySelector('.loose[data-piece="1"]')?.remove();

    restore(desk(), kept);

    expect(kept).toEqual({ pane: "plan", scrolled: 0, loose: 0 });
    expect(document.activeElement?.closest<HTMLElement>(".loose")?.dataset["piece"]).toBe("2");
  });
});
