import { EditorState, TextSelection, type Command } from "prosemirror-state";
import { DOMParser } from "prosemirror-model";
import { describe, expect, it } from "vitest";

import * as commands from "./commands";
import { schema } from "./schema";
import { toHtml } from "./static";

/** A state of `html`; the characters [ and ] mark the selection. */
function stateOf(html: string): EditorState {
  const host = document.createElement("div");
  host.innerHTML = html;
  const state = EditorState.create({ doc: DOMParser.fromSchema(schema).parse(host) });
  const places: number[] = [];
  const tr = state.tr;
  state.doc.descendants((child, position) => {
    for (const match of child.text?.matchAll(/[[\]]/g) ?? []) places.push(position + match.index!);
  });
  [...places].reverse().forEach((place) => tr.delete(place, place + 1));
  const [from, to] = [places[0]!, (places[1] ?? places[0]! + 1) - 1];
  return state.apply(tr.setSelection(TextSelection.create(tr.doc, from, places[1] === undefined ? from : to)));
}

function run(html: string, command: Command): string {
  let state = stateOf(html);
  command(state, (tr) => (state = state.apply(tr)));
  return toHtml(state.doc);
}

describe("commands", () => {
  it.each<[string, string, Command, string]>([
    ["bold", "<p>甲[乙]丙</p>", commands.toggle("strong"), "<p>甲<strong>乙</strong>丙</p>"],
    ["not bold", "<p>甲<strong>[乙]</strong>丙</p>", commands.toggle("strong"), "<p>甲乙丙</p>"],
    ["superscript in place of subscript", "<p>x<sub>[2]</sub></p>", commands.toggle("superscript"), "<p>x<sup>2</sup></p>"],
    ["a colour in place of another", '<p><span class="c-red">[甲]</span></p>', commands.tint("color", "blue"), '<p><span class="c-blue">甲</span></p>'],
    ["no colour", '<p><span class="c-red">[甲]</span></p>', commands.tint("color", null), "<p>甲</p>"],
    ["a heading that stays centred", '<p class="ta-center">[甲]</p>', commands.block(2), '<h4 data-level="2" class="ta-center">甲</h4>'],
    ["centred", "<p>[甲</p><p>乙]</p>", commands.align("center"), '<p class="ta-center">甲</p><p class="ta-center">乙</p>'],
    ["indent", "<p>[甲]</p>", commands.indent(1), '<p class="ti-1">甲</p>'],
    ["no indent over the sixth", '<p class="ti-6">[甲]</p>', commands.indent(1), '<p class="ti-6">甲</p>'],
    ["a bulleted list", "<p>[甲</p><p>乙]</p>", commands.list(null), "<ul><li><p>甲</p></li><li><p>乙</p></li></ul>"],
    ["a list by 一、", "<p>[甲]</p>", commands.list("cjk"), '<ol class="ol-cjk"><li><p>甲</p></li></ol>'],
    ["another numbering of the same list", "<ol><li><p>[甲]</p></li></ol>", commands.list("circled"), '<ol class="ol-circled"><li><p>甲</p></li></ol>'],
    ["no list any more", "<ul><li><p>[甲]</p></li></ul>", commands.list(null), "<p>甲</p>"],
    ["a list item deeper", "<ul><li><p>甲</p></li><li><p>[乙]</p></li></ul>", commands.indent(1), "<ul><li><p>甲</p><ul><li><p>乙</p></li></ul></li></ul>"],
    ["a quotation", "<p>[甲]</p>", commands.quote, "<blockquote><p>甲</p></blockquote>"],
    ["no quotation any more", "<blockquote><p>[甲]</p></blockquote>", commands.quote, "<p>甲</p>"],
    ["a link", "<p>见[这里]</p>", commands.link("https://a.cn/"), '<p>见<a href="https://a.cn/" target="_blank" rel="noopener noreferrer nofollow">这里</a></p>'],
    ["a link with its own text", "<p>见[</p>", commands.link("https://a.cn/", "原文"), '<p>见<a href="https://a.cn/" target="_blank" rel="noopener noreferrer nofollow">原文</a></p>'],
    ["no link, from inside it", '<p>见<a href="https://a.cn/">这[里</a>了</p>', commands.link(null), "<p>见这里了</p>"],
    ["a formula", "<p>设[</p>", commands.insert("formula", { latex: "x^2" }), '<p>设<span class="formula" data-latex="x^2">x^2</span></p>'],
  ])("%s", (_name, before, command, after) => {
    expect(run(before, command)).toBe(after);
  });

  it("clear takes formats away and leaves text and links", () => {
    const html = '<h3 data-level="1"><strong>[甲</strong><a href="https://a.cn/"><em>乙]</em></a></h3>';

    expect(run(html, commands.clear)).toBe('<p>甲<a href="https://a.cn/" target="_blank" rel="noopener noreferrer nofollow">乙</a></p>');
  });

  it("leave a list outside the table cell alone", () => {
    const state = stateOf("<ul><li><p>甲</p><table><tbody><tr><td><p>[乙]</p></td></tr></tbody></table></li></ul>");

    expect(commands.within(state, "list_item")).toBeNull();
  });

  it("say what is set over the whole selection only", () => {
    expect(commands.markAt(stateOf("<p><strong>[甲]</strong></p>"), "strong")).toBeTruthy();
    expect(commands.markAt(stateOf("<p><strong>[甲</strong>乙]</p>"), "strong")).toBeUndefined();
  });
});
