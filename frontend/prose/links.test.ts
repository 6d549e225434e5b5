import { describe, expect, it } from "vitest";

import { addressOf } from "./links";

describe("addressOf", () => {
  it.each([
    ["www.xuexi.cn", "https://www.xuexi.cn"],
    [" https://a.cn/b?c=1 ", "https://a.cn/b?c=1"],
    ["liu@school.cn", "mailto:liu@school.cn"],
    ["mailto:liu@school.cn", "mailto:liu@school.cn"],
    ["xuexi.cn/文章", "https://xuexi.cn/文章"],
    ["javascript:alert(1)", null],
    ["javascript.cn:alert(1)", null],
    ["data:text/html,x", null],
    ["file:///C:/a.docx", null],
    ["两个 词", null],
    ["", null],
  ])("%j is %j", (typed, expected) => {
    expect(addressOf(typed)).toBe(expected);
  });
});
