import { prosemirrorToYXmlFragment, updateYFragment } from "y-prosemirror";
import { EditorState, TextSelection, type Command } from "prosemirror-state";
import { addColumnAfter, addRowAfter } from "prosemirror-tables";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";

import { mendsTables } from "./mender";
import { readFragment } from "./read";
import { schema } from "./schema";
import { insertTable, mending, removeTable, tableEditing } from "./tables";
import { toHtml } from "./static";

const paragraph = (text: string) => schema.nodes.paragraph!.create(null, text ? schema.text(text) : null);

function withTable(rows = 2, columns = 2): EditorState {
  return run(EditorState.create({ doc: schema.topNodeType.create(null, paragraph("前")) }), insertTable(rows, columns));
}

function run(state: EditorState, command: Command): EditorState {
  let next = state;
  command(state, (tr) => (next = state.apply(tr)));
  return next;
}

/** How many cells each row has. */
function widths(state: EditorState): number[] {
  const found: number[] = [];
  state.doc.descendants((node) => {
    if (node.type.name === "table_row") found.push(node.childCount);
  });
  return found;
}

describe("insertTable", () => {
  it("puts the caret into its first cell and leaves a line after it", () => {
    const state = withTable(3, 2);

    expect(widths(state)).toEqual([2, 2, 2]);
    expect(toHtml(state.doc)).toMatch(/^<p>前<\/p><table><tbody><tr><td><p><\/p><\/td>.*<\/table><p><\/p>$/);
    expect(state.selection.$from.node(-1).type.name).toBe("table_cell");
  });

  it("can be taken away again", () => {
    expect(toHtml(run(withTable(), removeTable).doc)).toBe("<p>前</p><p></p>");
  });
});

/** A page with a copy of the document, which writes by replacing what differs, as bindings do. */
class Page {
  readonly doc = new Y.Doc();
  readonly fragment = this.doc.getXmlFragment("f:board");

  get state(): EditorState {
    return EditorState.create({ doc: readFragment(this.fragment), plugins: [tableEditing()] });
  }

  run(command: Command): void {
    const { state } = this;
    let inside = 0;
    state.doc.descendants((node, position) => {
      if (node.type.name === "table_cell" && !inside) inside = position + 2;
    });
    this.save(run(state.apply(state.tr.setSelection(TextSelection.create(state.doc, inside))), command));
  }

  save(state: EditorState): void {
    this.doc.transact(() => updateYFragment(this.doc, this.fragment, state.doc, { mapping: new Map(), isOMark: new Map() }));
  }

  take(other: Page): void {
    Y.applyUpdate(this.doc, Y.encodeStateAsUpdate(other.doc));
  }
}

describe("two people who change a table at once", () => {
  function diverged(): [Page, Page] {
    const [one, other] = [new Page(), new Page()];
    prosemirrorToYXmlFragment(withTable().doc, one.fragment);
    other.take(one);
    one.run(addColumnAfter);
    other.run(addRowAfter);
    one.take(other);
    other.take(one);
    return [one, other];
  }

  it("leave a gap that nobody's editor mends by itself", () => {
    const [one, other] = diverged();
    const gaps = widths(one.state);
    expect(new Set(gaps).size).toBe(2);

    for (const page of [one, other]) {
      const { state } = page;
      page.save(state.apply(state.tr.insertText("字", 1)));
    }
    one.take(other);
    other.take(one);

    expect(widths(one.state)).toEqual(gaps);
    expect(widths(other.state)).toEqual(gaps);
  });

  it("have it mended by one page, and then it stays as it is", () => {
    const [one, other] = diverged();

    for (let round = 0; round < 5; round += 1) {
      const { state } = one;
      const tr = mending(state);
      if (tr) one.save(state.apply(tr));
      one.take(other);
      other.take(one);
    }

    expect(widths(one.state)).toEqual([3, 3, 3]);
    expect(widths(other.state)).toEqual([3, 3, 3]);
    expect(mending(other.state)).toBeNull();
  });
});

describe("mendsTables", () => {
  it.each([
    [[[5, true], [9, true]], 5, true],
    [[[5, true], [9, true]], 9, false],
    [[[5, false], [9, true]], 9, true],
    [[[5, undefined], [9, undefined]], 5, false],
    [[], 5, false],
  ])("of %j, page %i: %j", (pages, own, expected) => {
    const states = new Map((pages as [number, unknown][]).map(([client, mends]) => [client, { mends }]));

    expect(mendsTables(states, own)).toBe(expected);
  });
});
