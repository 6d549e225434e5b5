import { prosemirrorToYXmlFragment } from "y-prosemirror";
import { Node } from "prosemirror-model";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";

import golden from "../../tests/realtime/prose/golden.json";
import { isBlank, readFragment } from "./read";
import { schema } from "./schema";
import { toHtml } from "./static";

function fragmentOf(fill: (fragment: Y.XmlFragment) => void): Y.XmlFragment {
  const fragment = new Y.Doc().getXmlFragment("f:objectives");
  fill(fragment);
  return fragment;
}

function element(name: string, attributes: Record<string, unknown>, ...children: (Y.XmlElement | Y.XmlText)[]): Y.XmlElement {
  const made = new Y.XmlElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as string);
  made.insert(0, children);
  return made;
}

function text(value: string, attributes: Record<string, unknown> = {}): Y.XmlText {
  const made = new Y.XmlText();
  made.applyDelta([{ insert: value, attributes }]);
  return made;
}

describe("readFragment", () => {
  it.each(golden)("reads what the editor's binding wrote: $name", ({ tree }) => {
    const node = Node.fromJSON(schema, tree);

    const fragment = fragmentOf((empty) => void prosemirrorToYXmlFragment(node, empty));

    expect(readFragment(fragment).toJSON()).toEqual(node.toJSON());
  });

  it("keeps the text of nodes and marks it does not know, and changes nothing", () => {
    const fragment = fragmentOf((empty) =>
      empty.insert(0, [element("timeline", {}, element("paragraph", {}, text("新的", { sparkle: {} }), text("内容")))]),
    );
    const before = fragment.toString();

    const html = toHtml(readFragment(fragment));

    expect(html).toBe("<p>新的内容</p>");
    expect(fragment.toString()).toBe(before);
  });

  it("puts loose text into a paragraph and escapes it", () => {
    const fragment = fragmentOf((empty) => empty.insert(0, [text("<img src=x onerror=alert(1)>")]));

    expect(toHtml(readFragment(fragment))).toBe("<p>&lt;img src=x onerror=alert(1)&gt;</p>");
  });

  it("reads marks under hashed names", () => {
    const fragment = fragmentOf((empty) => empty.insert(0, [element("paragraph", {}, text("红", { "color--1tiVU/zO": { name: "blue" } }))]));

    expect(toHtml(readFragment(fragment))).toBe('<p><span class="c-blue">红</span></p>');
  });

  it("does not let hostile attributes through", () => {
    const fragment = fragmentOf((empty) =>
      empty.insert(0, [
        element("paragraph", { align: '" onclick="alert(1)', indent: "9" }, text("x", { link: { href: "javascript:alert(1)" } })),
        element("paragraph", {}, element("image", { picture: "x/../../y", alt: "图" })),
      ]),
    );

    expect(toHtml(readFragment(fragment))).toBe(
      '<p><span>x</span></p><p><span class="picture-missing" role="img" aria-label="图">图</span></p>',
    );
  });
});

describe("isBlank", () => {
  it.each([
    ["nothing", [], true],
    ["white space", [element("paragraph", {}, text(" 　\u00a0"))], true],
    ["a line break", [element("paragraph", {}, element("hard_break", {}))], true],
    ["text in a list", [element("bullet_list", {}, element("list_item", {}, element("paragraph", {}, text("甲"))))], false],
    ["a formula", [element("paragraph", {}, element("formula", { latex: "x" }))], false],
    ["a table", [element("table", {}, element("table_row", {}))], false],
  ])("%s", (_name, content, expected) => {
    expect(isBlank(readFragment(fragmentOf((empty) => empty.insert(0, content))))).toBe(expected);
  });
});
