import { beforeEach, describe, expect, it } from "vitest";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";

import { controlKey } from "./sections";
import { controlOf, tellControls } from "./whereabouts";

let awareness: Awareness;
const where = (): unknown => awareness.getLocalState()?.cursor;
const control = (name: string, step = 0): HTMLElement => document.querySelectorAll<HTMLElement>(`[data-step] .${name}`)[step]!;

beforeEach(() => {
  const row = (id: string): string => `<tr data-step="${id}"><th><textarea class="phase"></textarea><input class="minutes"><button class="tool">…</button></th></tr>`;
  document.body.innerHTML = `<table><tbody>${row("ab12")}${row("cd34")}</tbody></table><input class="minutes" id="outside">`;
  awareness = new Awareness(new Y.Doc());
  tellControls(document.querySelector("table")!, awareness);
});

describe("tellControls", () => {
  it.each(["phase", "minutes"] as const)("says that one writes in the %s of a step, until one leaves", (name) => {
    control(name, 1).focus();
    expect(where()).toEqual({ field: `steps/cd34/${name}` });

    control("tool").focus();

    expect(where()).toBeNull();
  });

  it("goes along from one control to the next", () => {
    control("phase").focus();
    control("minutes").focus();
    control("phase", 1).focus();

    expect(where()).toEqual({ field: "steps/cd34/phase" });
  });

  it("leaves alone where the caret is that another field has told since", () => {
    control("phase").focus();
    awareness.setLocalStateField("cursor", { field: "f:objectives" });

    control("phase").blur();

    expect(where()).toEqual({ field: "f:objectives" });
  });

  it("says nothing of what is no control of a step", () => {
    control("tool").focus();
    document.getElementById("outside")!.focus();

    expect(where()).toBeUndefined();
  });
});

describe("controlOf", () => {
  it.each([
    [controlKey("ab12", "phase"), { id: "ab12", control: "phase" }],
    ["steps/ab12/teacher", null],
    ["steps/ab12", null],
    ["steps//phase", null],
    ["f:phase", null],
  ])("%s is %j", (field, expected) => {
    expect(controlOf(field)).toEqual(expected);
  });
});
