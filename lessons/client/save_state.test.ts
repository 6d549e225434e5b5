import type { ReadOnly } from "@live/session";
import { source } from "@live/signal";
import type { SaveStatus } from "@live/status";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { SaveState } from "./save_state";

const REST: SaveStatus = { state: "saved", at: null, reason: null, unsaved: false };
const status = source<SaveStatus>(REST);
const readOnly = source<ReadOnly>({ value: false, reason: "", cause: null });
let advice: string;

const corner = (): HTMLElement => document.querySelector("[data-save]")!;
const voice = (): string => document.querySelector("[data-voice]")!.textContent;

function open(reading: boolean): void {
  document.body.innerHTML = `<button data-save><svg></svg><span data-save-text></span></button><span data-voice></span>`;
  status.set(REST);
  readOnly.set({ value: reading, reason: "", cause: null });
  advice = "";
  new SaveState(corner(), document.querySelector("[data-voice]")!, status, readOnly, (said) => (advice = said));
}

beforeEach(() => {
  vi.useFakeTimers();
});

describe("the corner of the page", () => {
  it("says of a reader's page that it may be out of date while the connection is lost", () => {
    open(true);
    expect([corner().dataset.state, corner().textContent]).toEqual(["reading", "Read only"]);
    vi.advanceTimersByTime(3000);

    status.set({ ...REST, state: "offline" });
    vi.advanceTimersByTime(3000);

    const sentence = "The connection is lost. What others write meanwhile appears here by itself when it is back.";
    expect([corner().dataset.state, corner().textContent]).toEqual(["offline", "Offline – perhaps not the newest"]);
    expect([corner().title, advice, voice()]).toEqual([sentence, sentence, `Offline – perhaps not the newest ${sentence}`]);

    status.set(REST);
    vi.advanceTimersByTime(3000);
    expect([corner().textContent, advice, voice()]).toEqual(["Read only", "", "Connected again."]);
  });

  it("does not call somebody a reader while what they wrote is not saved", () => {
    open(true);

    status.set({ state: "failed", at: null, reason: "read_only", unsaved: true });

    expect([corner().dataset.state, corner().textContent]).toEqual(["failed", "Not saved"]);
    expect(advice).toBe("You may only read this document now. Copy what you wrote.");
  });

  it("says in its title that a plan is full, not that everything saves by itself", () => {
    open(false);
    readOnly.set({ value: false, reason: "", cause: "full" });

    expect([corner().dataset.state, corner().title]).toEqual(["saved", "This plan is full. Delete something to go on writing."]);
  });

  it("speaks of trouble, not of every save", () => {
    open(false);
    vi.advanceTimersByTime(3000);
    status.set({ ...REST, state: "saving", unsaved: true });
    vi.advanceTimersByTime(3000);
    status.set({ ...REST, at: new Date(2026, 10, 25, 9, 7) });
    vi.advanceTimersByTime(3000);
    expect(voice()).toBe("");

    status.set({ state: "offline", at: null, reason: null, unsaved: true });
    vi.advanceTimersByTime(3000);
    status.set({ ...REST });
    vi.advanceTimersByTime(3000);

    expect(voice()).toBe("Everything is saved.");
  });
});
