import { afterEach, describe, expect, it, vi } from "vitest";

import { fetchCatalogue, offered, type Textbook } from "./catalogue";

const book = (stage: string, subject: string, grade: string, edition: string, volume: string, ...units: string[]): Textbook => ({ stage, subject, grade, edition, volume, units });

const BOOKS = [
  book("junior", "道德与法治", "七年级", "统编版（2024修订）", "上册", "少年有梦", "成长的时空"),
  book("junior", "道德与法治", "七年级", "统编版（2016—2019）", "上册", "成长的节拍"),
  book("junior", "道德与法治", "八年级", "统编版（2024修订）", "上册", "走进社会生活"),
  book("senior", "思想政治", "高一", "统编版（2019）", "必修1", "第一课"),
  book("senior", "思想政治", "", "统编版（2019）", "选修", "选修一"),
];

describe("what the catalogue offers", () => {
  it.each<[string, Record<string, string>, string[] | null]>([
    ["subject", {}, ["道德与法治", "思想政治"]],
    ["subject", { stage: "senior" }, ["思想政治"]],
    ["edition", { stage: "junior", grade: "八年级" }, ["统编版（2024修订）"]],
    ["volume", { subject: "思想政治" }, ["必修1", "选修"]],
    ["volume", { subject: "思想政治", grade: "高一" }, ["必修1", "选修"]],
    ["volume", { subject: "思想政治", edition: "自编" }, []],
    ["volume", { subject: "体育" }, []],
    ["unit", { subject: "道德与法治", grade: "七年级", edition: "统编版（2024修订）", volume: "上册" }, ["少年有梦", "成长的时空"]],
    ["unit", { subject: "道德与法治", volume: "上册" }, ["少年有梦", "成长的时空", "成长的节拍", "走进社会生活"]],
    ["unit", { grade: "八年级" }, []],
    ["unit", { subject: "道德与法治", grade: "八年级" }, ["走进社会生活"]],
    ["unit", {}, []],
    ["grade", { stage: "junior" }, null],
    ["theme", {}, null],
    ["stage", {}, null],
  ])("for %s where %j is said is %j", (name, said, expected) => {
    expect(offered(BOOKS, said, name)).toEqual(expected);
  });

  it("is not narrowed by a grade that no volume knows", () => {
    expect(offered(BOOKS, { subject: "道德与法治", grade: "初一" }, "edition")).toEqual(["统编版（2024修订）", "统编版（2016—2019）"]);
  });
});

describe("fetching it", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("gives the volumes", async () => {
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ textbooks: BOOKS })));
    expect(await fetchCatalogue("/t")).toEqual(BOOKS);
  });

  it("gives nothing offline or signed out, and throws nothing", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("offline")));
    expect(await fetchCatalogue("/t")).toBeNull();
    vi.stubGlobal("fetch", async () => new Response("", { status: 403 }));
    expect(await fetchCatalogue("/t")).toBeNull();
  });
});
