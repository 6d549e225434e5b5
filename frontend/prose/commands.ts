/** What the toolbar and the keys do to the selection. Each is a ProseMirror command. */
import { lift, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import type { Attrs, Mark, MarkType, Node, NodeType } from "prosemirror-model";
import { liftListItem, sinkListItem, wrapInList } from "prosemirror-schema-list";
import type { Command, EditorState, Transaction } from "prosemirror-state";

import { schema } from "./schema";

const node = (name: string): NodeType => schema.nodes[name]!;
const mark = (name: string): MarkType => schema.marks[name]!;

export const toggle = (name: string): Command => toggleMark(mark(name));

/** Give the selection a colour of the palette, or none. */
export function tint(name: "color" | "highlight", value: string | null): Command {
  return (state, dispatch) => {
    const { empty, ranges, $cursor } = selected(state);
    if (empty && !$cursor) return false;
    if (!dispatch) return true;
    const type = mark(name);
    let tr = state.tr;
    if (empty) tr = value ? tr.addStoredMark(type.create({ name: value })) : tr.removeStoredMark(type);
    else
      for (const { $from, $to } of ranges) {
        tr = tr.removeMark($from.pos, $to.pos, type);
        if (value) tr = tr.addMark($from.pos, $to.pos, type.create({ name: value }));
      }
    dispatch(tr.scrollIntoView());
    return true;
  };
}

function selected(state: EditorState): { empty: boolean; ranges: EditorState["selection"]["ranges"]; $cursor: unknown } {
  const { empty, ranges } = state.selection;
  return { empty, ranges, $cursor: (state.selection as { $cursor?: unknown }).$cursor };
}

/** Paragraph (level 0) or heading, keeping the alignment. */
export function block(level: number): Command {
  return (state, dispatch) => {
    const align = (state.selection.$from.parent.attrs.align as string | null | undefined) ?? null;
    const command = level ? setBlockType(node("heading"), { level, align }) : setBlockType(node("paragraph"), { align });
    return command(state, dispatch);
  };
}

export const quote: Command = (state, dispatch) =>
  within(state, "blockquote") ? lift(state, dispatch) : wrapIn(node("blockquote"))(state, dispatch);

/** Change attributes of the text blocks in the selection. */
function change(state: EditorState, dispatch: ((tr: Transaction) => void) | undefined, attrs: (block: Node) => Attrs | null): boolean {
  const tr = state.tr;
  for (const { $from, $to } of state.selection.ranges)
    state.doc.nodesBetween($from.pos, $to.pos, (child, position) => {
      const changed = child.isTextblock ? attrs(child) : null;
      if (changed) tr.setNodeMarkup(position, null, { ...child.attrs, ...changed });
    });
  if (!tr.docChanged) return false;
  dispatch?.(tr.scrollIntoView());
  return true;
}

export function align(value: string | null): Command {
  return (state, dispatch) => change(state, dispatch, (child) => (child.attrs.align === value ? null : { align: value }));
}

/** In a list one level deeper or shallower, else the paragraph's own indent. */
export function indent(by: 1 | -1): Command {
  return (state, dispatch) => {
    if (within(state, "list_item")) return (by > 0 ? sinkListItem : liftListItem)(node("list_item"))(state, dispatch);
    return change(state, dispatch, (child) => {
      if (child.type !== node("paragraph")) return null;
      const next = Math.max(0, Math.min(6, (child.attrs.indent as number) + by));
      return next === child.attrs.indent ? null : { indent: next };
    });
  };
}

/** The innermost ancestor of the selection of that type, with its position. */
export function within(state: EditorState, ...names: string[]): { node: Node; pos: number; depth: number } | null {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const ancestor = $from.node(depth);
    if (names.includes(ancestor.type.name)) return { node: ancestor, pos: $from.before(depth), depth };
    if (ancestor.type.spec.isolating) return null;
  }
  return null;
}

/** Make the lines a list, change the list they are in, or lift them out of it. `style` null is a bulleted list. */
export function list(style: string | null): Command {
  return (state, dispatch) => {
    const type = node(style === null ? "bullet_list" : "ordered_list");
    const current = within(state, "bullet_list", "ordered_list");
    if (!current) return wrapInList(type, style === null ? null : { style, start: 1 })(state, dispatch);
    if (current.node.type === type && (style === null || current.node.attrs.style === style))
      return liftListItem(node("list_item"))(state, dispatch);
    dispatch?.(state.tr.setNodeMarkup(current.pos, type, style === null ? null : { style, start: 1 }).scrollIntoView());
    return true;
  };
}

/** Take away all marks but links, and make headings and indented lines plain paragraphs. */
export const clear: Command = (state, dispatch) => {
  const tr = state.tr;
  const kept = mark("link");
  for (const { $from, $to } of state.selection.ranges) {
    for (const type of Object.values(schema.marks)) if (type !== kept) tr.removeMark($from.pos, $to.pos, type);
    tr.setBlockType($from.pos, $to.pos, node("paragraph"), { align: null, indent: 0 });
  }
  for (const type of Object.values(schema.marks)) if (type !== kept) tr.removeStoredMark(type);
  dispatch?.(tr.scrollIntoView());
  return true;
};

/** Put an inline node or a block at the selection. */
export function insert(name: string, attrs: Attrs | null = null): Command {
  return (state, dispatch) => {
    const { $from } = state.selection;
    const type = node(name);
    const here = type.isInline ? $from.parent.inlineContent : true;
    if (!here) return false;
    dispatch?.(state.tr.replaceSelectionWith(type.create(attrs), false).scrollIntoView());
    return true;
  };
}

/** Set, change or (`null`) remove the link on the selection; with nothing selected the text is put in. */
export function link(href: string | null, text = ""): Command {
  return (state, dispatch) => {
    const type = mark("link");
    const span = linkAround(state);
    const { from, to } = state.selection.empty && span ? span : state.selection;
    const tr = state.tr;
    if (href === null) tr.removeMark(from, to, type);
    else if (from === to) tr.replaceSelectionWith(schema.text(text || href, [type.create({ href })]), false);
    else tr.removeMark(from, to, type).addMark(from, to, type.create({ href }));
    dispatch?.(tr.removeStoredMark(type).scrollIntoView());
    return true;
  };
}

/** The link the caret stands in: its address and extent. */
export function linkAround(state: EditorState): { href: string; from: number; to: number } | null {
  const { $from } = state.selection;
  const found = mark("link").isInSet($from.marks()) ?? mark("link").isInSet($from.nodeAfter?.marks ?? []);
  if (!found) return null;
  let from = $from.start();
  let result: { href: string; from: number; to: number } | null = null;
  $from.parent.forEach((child, offset) => {
    if (!found.isInSet(child.marks)) from = $from.start() + offset + child.nodeSize;
    else if (from <= $from.pos && $from.pos <= $from.start() + offset + child.nodeSize)
      result = { href: found.attrs.href as string, from, to: $from.start() + offset + child.nodeSize };
  });
  return result;
}

/** The value of a mark at the caret or over the whole selection; undefined when it is not set. */
export function markAt(state: EditorState, name: string): Mark | undefined {
  const { empty, $from, from, to } = state.selection;
  const type = mark(name);
  if (empty) return type.isInSet(state.storedMarks ?? $from.marks());
  let found: Mark | undefined;
  let everywhere = true;
  state.doc.nodesBetween(from, to, (child) => {
    if (!child.isText) return;
    const own = type.isInSet(child.marks);
    if (!own) everywhere = false;
    found ??= own;
  });
  return everywhere ? found : undefined;
}
