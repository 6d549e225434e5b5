import { Schema, Slice, Fragment } from "prosemirror-model";
import { TextSelection } from "prosemirror-state";
import { beforeEach, describe, expect, test } from "vitest";
import * as Y from "yjs";

import { at, exchange, join, lines, makePeer, paragraphs, schema, type Peer } from "../testing/peers";
import { Mirror } from "./mirror";


function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A caret never stands inside of a character, even one of two units. */
function whole(peer: Peer, pos: number): number {
  const { nodeBefore } = peer.view.state.doc.resolve(pos);
  return /[\ud800-\udbff]$/.test(nodeBefore?.text ?? "") ? pos + 1 : pos;
}

function edit(peer: Peer, rand: () => number): void {
  const { view } = peer;
  const { doc, tr } = view.state;
  const size = doc.content.size;
  const a = whole(peer, Math.floor(rand() * (size + 1)));
  const b = whole(peer, Math.min(size, a + Math.floor(rand() * 6)));
  const pick = Math.floor(rand() * 8);
  const near = TextSelection.near(doc.resolve(a));
  try {
    if (pick < 3) tr.insertText(["教", "案", "a", "a", "𠮷"][Math.floor(rand() * 5)]!, near.from);
    else if (pick === 3) tr.delete(a, b);
    else if (pick === 4 && near.$from.parent.inlineContent) tr.split(near.from);
    else if (pick === 5 && !/□/.test(doc.textBetween(a, b, "", "□"))) tr.addMark(a, b, schema.marks.strong!.create());
    else if (pick === 6) tr.replaceSelectionWith(schema.nodes.image!.create({ picture: String(Math.floor(rand() * 9)) }), false);
    else if (pick === 7) tr.replace(near.from, near.from, new Slice(Fragment.from(schema.nodes.bullet_list!.create(null, schema.nodes.list_item!.create(null, schema.nodes.paragraph!.create()))), 0, 0));
  } catch {
    return; // not a possible edit there
  }
  if (tr.docChanged) view.dispatch(tr);
}

describe("a field", () => {
  let a: Peer;
  let b: Peer;
  beforeEach(() => {
    const start = paragraphs("前文一二三", "第二段");
    a = makePeer(start);
    b = makePeer(start);
  });

  test("sends what is typed and shows what others type", () => {
    join(a, b);

    a.view.dispatch(a.view.state.tr.insertText("教案", at(a.view, 0, 2)));
    b.view.dispatch(b.view.state.tr.insertText("!", at(b.view, 1, 3)));

    expect(lines(a.view)).toBe("前文教案一二三|第二段!");
    expect(lines(b.view)).toBe("前文教案一二三|第二段!");
  });

  test("keeps two edits of one line made apart", () => {
    a.view.dispatch(a.view.state.tr.insertText("甲", at(a.view, 0, 0)));
    b.view.dispatch(b.view.state.tr.insertText("乙", at(b.view, 0, 5)));
    exchange(a, b);

    expect(lines(a.view)).toBe("甲前文一二三乙|第二段");
    expect(lines(b.view)).toBe("甲前文一二三乙|第二段");
  });

  test("writes a character beyond the basic plane whole", () => {
    a.view.dispatch(a.view.state.tr.insertText("𠮷", at(a.view, 0, 2)));
    a.view.dispatch(a.view.state.tr.insertText("𠮶", at(a.view, 0, 2), at(a.view, 0, 4)));
    exchange(a, b);

    expect(lines(b.view)).toBe("前文𠮶一二三|第二段");
  });

  test("does not write what it only filled in", () => {
    const doc = new Y.Doc();
    doc.getXmlFragment("f:test").insert(0, [new Y.XmlElement("bullet_list")]);
    const peer = makePeer(Y.encodeStateAsUpdate(doc));

    expect(peer.view.state.doc.toString()).toBe("doc(bullet_list(list_item(paragraph)))");
    expect(peer.sent).toEqual([]);
    expect(peer.binding.unknown.value).toBe(false);
  });

  test("writes nothing that did not change", () => {
    const before = a.sent.length;
    a.view.dispatch(a.view.state.tr.setSelection(TextSelection.create(a.view.state.doc, 3)));

    expect(a.sent.length).toBe(before);
  });

  test("keeps the caret at its character when others type before it", () => {
    join(a, b);
    a.view.dispatch(a.view.state.tr.setSelection(TextSelection.create(a.view.state.doc, at(a.view, 0, 3))));

    b.view.dispatch(b.view.state.tr.insertText("新", at(b.view, 0, 1)));

    expect(a.view.state.selection.head).toBe(at(a.view, 0, 4));
  });

  test("keeps an attribute this page's schema does not name", () => {
    (a.fragment.get(0) as Y.XmlElement).setAttribute("tomorrow", "x");
    a.view.dispatch(a.view.state.tr.insertText("教", at(a.view, 0, 0)));

    expect((a.fragment.get(0) as Y.XmlElement).getAttribute("tomorrow")).toBe("x");
  });

  test("marks that may overlap themselves keep both ids", () => {
    const one = schema.marks.comment!.create({ id: "1" });
    const two = schema.marks.comment!.create({ id: "2" });
    a.view.dispatch(a.view.state.tr.addMark(1, 4, one).addMark(2, 5, two));
    exchange(a, b);

    expect(b.view.state.doc.eq(a.view.state.doc)).toBe(true);
    expect(b.view.state.doc.nodeAt(2)!.marks.map((mark) => String(mark.attrs.id))).toEqual(["1", "2"]);
  });
});

describe("what the schema does not know", () => {
  const tomorrow = new Schema({
    nodes: schema.spec.nodes.addToEnd("sticker", { group: "block", content: "inline*", toDOM: () => ["aside", 0] }),
    marks: schema.spec.marks.addToEnd("glow", { toDOM: () => ["b", 0] }),
  });

  test.each(["node", "mark"])("an unknown %s makes the field read-only and is not deleted", (which) => {
    const start = paragraphs("前文一二三");
    const old = makePeer(start);
    const young = makePeer(start, tomorrow);
    join(old, young);
    const { tr } = young.view.state;
    if (which === "node") tr.insert(0, tomorrow.nodes.sticker!.create(null, tomorrow.text("贴纸")));
    else tr.addMark(2, 4, tomorrow.marks.glow!.create());
    young.view.dispatch(tr);
    const before = JSON.stringify(young.fragment.toJSON());

    old.view.dispatch(old.view.state.tr.insertText("x", 1));

    expect(old.binding.unknown.value).toBe(true);
    expect(old.view.editable).toBe(false);
    expect(old.sent).toEqual([]);
    expect(JSON.stringify(young.fragment.toJSON())).toBe(before);
    expect(lines(old.view)).toBe(which === "node" ? "贴纸|前文一二三" : "前文一二三");
  });

  test("the field may be written again once it is gone", () => {
    const start = paragraphs("前文");
    const old = makePeer(start);
    const young = makePeer(start, tomorrow);
    join(old, young);
    young.view.dispatch(young.view.state.tr.addMark(1, 2, tomorrow.marks.glow!.create()));
    young.view.dispatch(young.view.state.tr.removeMark(1, 2, tomorrow.marks.glow!));
    old.view.dispatch(old.view.state.tr.insertText("好", 1));

    expect(old.binding.unknown.value).toBe(false);
    expect(lines(young.view)).toBe("好前文");
  });
});

test.each(Array.from({ length: 12 }, (_, i) => i + 1))("random edits of three pages converge, and views show what Yjs holds (seed %i)", (seed) => {
  const rand = random(seed);
  const start = paragraphs("前文一二三", "", "aaaa");
  const peers = [makePeer(start), makePeer(start), makePeer(start)];
  for (let round = 0; round < 12; round++) {
    for (const peer of peers) for (let n = 0; n < 3; n++) edit(peer, rand);
    if (round % 3 === 2) exchange(...peers);
    for (const peer of peers) expect(new Mirror(peer.fragment, schema).doc.toString()).toBe(peer.view.state.doc.toString());
  }
  exchange(...peers);
  const [first, ...others] = peers as [Peer, ...Peer[]];
  for (const peer of others) expect(peer.view.state.doc.toJSON()).toEqual(first.view.state.doc.toJSON());
});
