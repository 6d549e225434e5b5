import { DOMParser, DOMSerializer, Node } from "prosemirror-model";
import { describe, expect, it } from "vitest";

import golden from "../../tests/realtime/prose/golden.json";
import { markRules, nodeRules, schema } from "./schema";
import { toHtml } from "./static";

function parse(html: string): Node {
  const host = document.createElement("div");
  host.innerHTML = html;
  return DOMParser.fromSchema(schema).parse(host);
}

describe("the schema and the white list", () => {
  it("hold the same nodes and marks in the same order", () => {
    expect(Object.keys(schema.nodes)).toEqual(Object.keys(nodeRules));
    expect(Object.keys(schema.marks)).toEqual(Object.keys(markRules));
  });

  it.each(Object.entries(nodeRules))("agree on node %s", (name, rule) => {
    const spec = schema.nodes[name]!.spec;

    expect(spec.content).toBe(rule.content);
    expect(spec.group).toBe(rule.group);
    expect(Object.keys(spec.attrs ?? {})).toEqual(Object.keys(rule.attrs ?? {}));
    for (const [attr, { default: value }] of Object.entries(rule.attrs ?? {}))
      if (value !== undefined) expect(spec.attrs![attr]!.default).toEqual(value);
  });

  it("know how each node and mark looks", () => {
    const { nodes, marks } = DOMSerializer.fromSchema(schema);

    expect(Object.keys(nodes).sort()).toEqual(Object.keys(nodeRules).filter((name) => name !== "doc").sort());
    expect(Object.keys(marks).sort()).toEqual(Object.keys(markRules).sort());
  });

  it("keep a mark from standing beside itself, so that it is stored under its own name", () => {
    for (const type of Object.values(schema.marks)) expect(type.excludes(type)).toBe(true);
    expect(schema.marks.superscript!.excludes(schema.marks.subscript!)).toBe(true);
  });
});

describe.each(golden)("$name", ({ tree, html }) => {
  it("is written as the server writes it", () => {
    const expected = document.createElement("div");
    expected.innerHTML = html;

    expect(toHtml(Node.fromJSON(schema, tree))).toBe(expected.innerHTML);
  });

  it("is read back as it was", () => {
    expect(parse(html).toJSON()).toEqual(Node.fromJSON(schema, tree).toJSON());
  });
});

describe("attributes that the white list does not allow", () => {
  it.each([
    ["table_cell", "colspan", "3", 3],
    ["table_cell", "colspan", 1e9, 1],
    ["table_cell", "rowspan", Number.NaN, 1],
    ["table_cell", "colwidth", [1e9], null],
    ["paragraph", "align", "javascript:", null],
    ["paragraph", "indent", -1, 0],
    ["heading", "level", 7, 1],
    ["image", "picture", "../../accounts/logout", ""],
    ["image", "width", "12px", null],
    ["formula", "latex", { toString: "x" }, ""],
  ])("%s %s=%j becomes %j", (name, attr, given, expected) => {
    expect(schema.nodes[name]!.create({ [attr]: given }).attrs[attr]).toEqual(expected);
  });

  it.each(["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "//evil", "/x", 7])(
    "a link to %j leads nowhere",
    (href) => {
      const text = schema.text("x", [schema.marks.link!.create({ href })]);

      expect(toHtml(schema.topNodeType.create(null, schema.nodes.paragraph!.create(null, text)))).toBe("<p><span>x</span></p>");
    },
  );

  it("a colour that is not in the palette is the first one", () => {
    expect(schema.marks.color!.create({ name: "red;} body{display:none" }).attrs).toEqual({ name: "red" });
  });
});
