/** For tests: waits until something holds. Patient, for a busy machine answers late; a test that fails waits once. */
import { vi } from "vitest";

const PATIENCE = { timeout: 15_000, interval: 5 };

/** Resolves with what `check` returns once it throws no more; rejects with its last error. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, PATIENCE);
}
