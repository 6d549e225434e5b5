import { describe, expect, it } from "vitest";

import { upon } from "./following";

describe("what one made of a text, upon what another made of it", () => {
  it.each([
    ["导入", "导入新课", "导入", "导入新课"],
    ["导入", "导入", "课前导入", "课前导入"],
    ["导入", "导入新课", "课前导入", "课前导入新课"],
    ["导入", "新导入", "导入：故事", "新导入：故事"],
    ["导入", "导入甲", "导入乙", "导入甲乙"],
    ["一二三四", "一四", "一二三四五", "一四五"],
    ["一二三四", "一X四", "一二Y三四", "一X四"],
    ["一二三四", "一二三四五", "", "五"],
    ["", "甲", "乙", "甲乙"],
    ["𠮷", "𠮸", "", "𠮸"],
    ["𠮷", "𠮸", "𠮹", "𠮸"],
    ["𠀀甲", "𡀀甲", "甲", "𡀀甲"],
  ])("of %j: %j upon %j is %j", (base, mine, theirs, expected) => {
    expect(upon(base, mine, theirs)).toBe(expected);
  });
});
