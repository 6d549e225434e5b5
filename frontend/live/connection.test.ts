import { expect, test } from "vitest";

import { delay } from "./connection";

test("waits are spread, grow, and stay bounded", () => {
  const first = Array.from({ length: 200 }, () => delay(0, false));
  const last = Array.from({ length: 200 }, () => delay(9, false));

  expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(500);
  expect(Math.max(...first)).toBeLessThanOrEqual(1100);
  expect(Math.max(...last)).toBeLessThanOrEqual(15_100);
  expect(delay(0, true, () => 0)).toBe(3000);
});
