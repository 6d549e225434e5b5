import { beforeEach, describe, expect, it, vi } from "vitest";

import { atRest, later, warm } from "./later";

beforeEach(() => {
  document.body.replaceChildren();
  vi.useFakeTimers();
});

describe("later", () => {
  it("gives the part", async () => {
    expect(await later(() => Promise.resolve("part"))).toBe("part");
  });

  it("says why nothing happens, and asks again the next time", async () => {
    const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError("Failed to fetch")).mockResolvedValueOnce("part");

    expect(await later(load)).toBeNull();

    expect(document.body.textContent).toContain("not loaded yet");
    expect(await later(load)).toBe("part");
  });
});

describe("warm", () => {
  it("fetches while the page rests, and keeps a failure to itself", async () => {
    const fine = vi.fn<() => Promise<void>>().mockResolvedValue();
    const failing = vi.fn<() => Promise<void>>().mockRejectedValue(new TypeError("Failed to fetch"));

    warm(failing, fine);
    expect(fine).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(6000);

    expect(fine).toHaveBeenCalledTimes(1);
    expect(document.body.textContent).toBe("");
  });
});

describe("at rest", () => {
  it("fetches when the page has loaded, and again once there is a network", async () => {
    const load = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new TypeError("Failed to fetch")).mockResolvedValueOnce();

    atRest(load);
    expect(load).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(load).toHaveBeenCalledTimes(1);
    window.dispatchEvent(new Event("online"));
    window.dispatchEvent(new Event("online"));

    expect(load).toHaveBeenCalledTimes(2);
  });
});
