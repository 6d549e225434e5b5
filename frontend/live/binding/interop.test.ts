import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { expect, test } from "vitest";
import { ySyncPlugin, yXmlFragmentToProseMirrorRootNode } from "y-prosemirror";
import * as Y from "yjs";

import { at, exchange, join, lines, makePeer, paragraphs, schema } from "../testing/peers";

/** A page of another client, bound by y-prosemirror. */
function otherClient(start: Uint8Array): { doc: Y.Doc; fragment: Y.XmlFragment; view: EditorView } {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, start);
  const fragment = doc.getXmlFragment("f:test");
  const view = new EditorView(document.body.appendChild(document.createElement("div")), {
    state: EditorState.create({ schema, plugins: [ySyncPlugin(fragment) as never] }),
  });
  return { doc, fragment, view };
}

test("what is written here reads the same there", () => {
  const mine = makePeer(paragraphs("前文一二三"));
  const { tr } = mine.view.state;
  const comment = (id: string) => schema.marks.comment!.create({ id });
  tr.addMark(1, 4, schema.marks.strong!.create()).addMark(2, 3, schema.marks.color!.create({ name: "blue" })).addMark(1, 3, comment("1")).addMark(2, 5, comment("2"));
  tr.insert(0, schema.nodes.heading!.create({ level: 2 }, schema.text("标题")));
  tr.insert(tr.doc.content.size - 1, schema.nodes.image!.create({ picture: "p" }));
  mine.view.dispatch(tr);

  expect(yXmlFragmentToProseMirrorRootNode(mine.fragment, schema).toJSON()).toEqual(mine.view.state.doc.toJSON());
});

test("an edit there is an edit here, and the other way round", () => {
  const start = paragraphs("前文一二三", "第二段");
  const mine = makePeer(start);
  const other = otherClient(start);
  join(mine, other);

  other.view.dispatch(other.view.state.tr.insertText("甲", at(other.view, 0, 2)));
  mine.view.dispatch(mine.view.state.tr.insertText("乙", at(mine.view, 1, 0)).split(at(mine.view, 0, 3)));

  expect(lines(mine.view)).toBe("前文甲|一二三|乙第二段");
  expect(lines(other.view)).toBe("前文甲|一二三|乙第二段");
});

test.each([1, 2, 3, 4, 5, 6])("random edits of both kinds of client converge (seed %i)", (seed) => {
  let state = seed * 7919;
  const rand = (n: number): number => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const start = paragraphs("前文一二三", "第二段", "第三段");
  const mine = makePeer(start);
  const other = otherClient(start);
  const edit = (view: EditorView): void => {
    const block = rand(view.state.doc.childCount);
    const length = view.state.doc.child(block).content.size;
    const pos = at(view, block, rand(length + 1));
    const end = at(view, block, length);
    const { tr } = view.state;
    const pick = rand(5);
    if (pick < 2) tr.insertText("教案思政"[rand(4)]!, pos);
    else if (pick === 2) tr.delete(pos, Math.min(end, pos + rand(3)));
    else if (pick === 3) tr.split(pos);
    else tr.addMark(pos, end, schema.marks.strong!.create());
    if (tr.docChanged) view.dispatch(tr);
  };
  for (let round = 0; round < 15; round++) {
    for (let n = 0; n < 2; n++) {
      edit(mine.view);
      edit(other.view);
    }
    if (round % 3 === 2) exchange(mine, other);
  }
  for (let n = 0; n < 3; n++) exchange(mine, other); // y-prosemirror mends texts that stand side by side

  expect(lines(mine.view)).toBe(lines(other.view));
  expect(mine.view.state.doc.toJSON()).toEqual(other.view.state.doc.toJSON());
});
