/**
 * What a Yjs fragment holds, as a ProseMirror document.
 *
 * Reading never changes Yjs. What the schema does not know is shown as its plain text and reported (`unknown`), and what
 * concurrent edits left incomplete (a list whose last item went) is filled for the eye only.
 */
import { Fragment, type Mark, type MarkType, type Node, type NodeType, type Schema } from "prosemirror-model";
import * as Y from "yjs";

import { markOf } from "./marks";

export type Container = Y.XmlElement | Y.XmlFragment;

interface Entry {
  node: Node;
  /** How many filler children stand before the real ones, and their size. */
  lead: number;
  leadSize: number;
  /** Whether something in it is not known to the schema. */
  unknown: boolean;
}

interface Checked {
  checkAttrs?(attrs: Record<string, unknown>): void;
}

export class Mirror {
  doc: Node;
  #entries = new WeakMap<Container, Entry>();

  constructor(
    readonly fragment: Y.XmlFragment,
    readonly schema: Schema,
  ) {
    this.doc = this.#read(fragment).node;
  }

  /** Whether the fragment holds what this page's schema does not know; such a field must not be written. */
  get unknown(): boolean {
    return this.#entries.get(this.fragment)?.unknown ?? false;
  }

  /** Reads again what a transaction changed. */
  refresh(transaction: Y.Transaction): void {
    for (const type of transaction.changed.keys()) this.#entries.delete(type as unknown as Container);
    for (const type of transaction.changedParentTypes.keys()) this.#entries.delete(type as unknown as Container);
    this.doc = this.#read(this.fragment).node;
  }

  /** Takes over the nodes of an equal document, so that later comparisons meet the same objects. */
  adopt(doc: Node): void {
    this.#adopt(this.fragment, doc);
    this.doc = doc;
  }

  /** The node made from a Yjs type. */
  nodeOf(type: Container): Node {
    return this.#read(type).node;
  }

  /** How many filler children stand before the real children of this type, and their size. */
  leadOf(type: Container): { count: number; size: number } {
    const entry = this.#read(type);
    return { count: entry.lead, size: entry.leadSize };
  }

  #adopt(type: Container, node: Node): void {
    const entry = this.#entries.get(type);
    if (entry?.node === node) return;
    const kids = elements(type);
    const nodes = blocksAndLeaves(node);
    const lead = kids.length === nodes.length ? 0 : (entry?.lead ?? 0);
    kids.forEach((kid, i) => {
      const child = nodes[i + lead];
      if (child) this.#adopt(kid, child);
    });
    const leadSize = lead === 0 ? 0 : (entry?.leadSize ?? 0);
    this.#entries.set(type, { node, lead, leadSize, unknown: entry?.unknown ?? false });
  }

  #read(type: Container): Entry {
    const known = this.#entries.get(type);
    if (known) return known;
    const entry = type instanceof Y.XmlElement ? this.#readElement(type) : this.#build(this.schema.topNodeType, null, type);
    const made = entry ?? { node: this.schema.topNodeType.createAndFill() as Node, lead: 0, leadSize: 0, unknown: true };
    this.#entries.set(type, made);
    return made;
  }

  #readElement(element: Y.XmlElement): Entry {
    const type = this.schema.nodes[element.nodeName];
    const attrs = element.getAttributes() as Record<string, unknown>;
    if (type && !type.isText && attributesFit(type, attrs)) return this.#build(type, attrs, element);
    return { node: this.#asText(element), lead: 0, leadSize: 0, unknown: true };
  }

  /** An element that is not known, as its plain text, in a paragraph unless it stands in a line. */
  #asText(element: Y.XmlElement): Node {
    const text = plainText(element) || "□";
    const parent = element.parent instanceof Y.XmlElement ? this.schema.nodes[element.parent.nodeName] : this.schema.topNodeType;
    if (parent?.inlineContent) return this.schema.text(text);
    const block = parent?.contentMatch.defaultType ?? this.schema.topNodeType.contentMatch.defaultType;
    const line = block?.isTextblock ? block : (this.schema.nodes.paragraph as NodeType);
    return line.createAndFill(null, this.schema.text(text)) ?? (line.createAndFill() as Node);
  }

  #build(type: NodeType, attrs: Record<string, unknown> | null, container: Container): Entry {
    let unknown = false;
    const children: Node[] = [];
    for (const child of container.toArray()) {
      if (child instanceof Y.XmlText) unknown = this.#readText(child, type, children) || unknown;
      else if (child instanceof Y.XmlElement) {
        const entry = this.#read(child);
        unknown ||= entry.unknown;
        children.push(entry.node);
      } else unknown = true;
    }
    const filled = fill(type, children);
    const node = type.create(attrs, filled.content);
    return { node, lead: filled.lead, leadSize: filled.leadSize, unknown: unknown || filled.dropped };
  }

  /** Appends the text nodes of one Yjs text; answers whether something in it is not known. */
  #readText(text: Y.XmlText, parent: NodeType, out: Node[]): boolean {
    let unknown = !parent.inlineContent && text.length > 0;
    for (const part of text.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[]) {
      if (typeof part.insert !== "string") {
        unknown = true;
        out.push(this.schema.text("□"));
        continue;
      }
      const { marks, strange } = this.#marks(part.attributes ?? {}, parent);
      unknown ||= strange;
      if (parent.inlineContent) out.push(this.schema.text(part.insert, marks));
    }
    return unknown;
  }

  #marks(attributes: Record<string, unknown>, parent: NodeType): { marks: readonly Mark[]; strange: boolean } {
    let marks: readonly Mark[] = [];
    let strange = false;
    for (const [name, value] of Object.entries(attributes)) {
      const type: MarkType | undefined = this.schema.marks[markOf(name)];
      const mark = type && parent.allowsMarkType(type) ? createMark(type, value) : null;
      if (mark) marks = mark.addToSet(marks);
      else strange = true;
    }
    return { marks, strange };
  }
}

function createMark(type: MarkType, value: unknown): Mark | null {
  const attrs = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  try {
    const mark = type.create(attrs);
    (type as Checked).checkAttrs?.(mark.attrs);
    return mark;
  } catch {
    return null;
  }
}

function attributesFit(type: NodeType, attrs: Record<string, unknown>): boolean {
  try {
    const node = type.create(attrs);
    (type as Checked).checkAttrs?.(node.attrs);
    return true;
  } catch {
    return false;
  }
}

interface Filled {
  content: Fragment;
  lead: number;
  leadSize: number;
  dropped: boolean;
}

/** The children in a valid order of this type: missing ones added, those that cannot stand here left out. */
function fill(type: NodeType, children: readonly Node[]): Filled {
  const content = Fragment.fromArray([...children]);
  if (type.validContent(content)) return { content, lead: 0, leadSize: 0, dropped: false };
  const whole = fillAround(type, content);
  if (whole) return { ...whole, dropped: false };
  const fitting: Node[] = [];
  for (const child of children) if (fillAround(type, Fragment.fromArray([...fitting, child]))) fitting.push(child);
  const rest = fillAround(type, Fragment.fromArray(fitting)) ?? { content: Fragment.empty, lead: 0, leadSize: 0 };
  return { ...rest, dropped: true };
}

function fillAround(type: NodeType, content: Fragment): Omit<Filled, "dropped"> | null {
  const before = content.size ? type.contentMatch.fillBefore(content) : Fragment.empty;
  if (!before) return null;
  const start = before.append(content);
  const after = type.contentMatch.matchFragment(start)?.fillBefore(Fragment.empty, true);
  if (!after) return null;
  const whole = start.append(after);
  return type.validContent(whole) ? { content: whole, lead: before.childCount, leadSize: before.size } : null;
}

/** The elements directly in a Yjs type, its texts left out. */
export function elements(type: Container): Y.XmlElement[] {
  return type.toArray().filter((child): child is Y.XmlElement => child instanceof Y.XmlElement);
}

/** The children of a node that are elements in Yjs: all but text. */
export function blocksAndLeaves(node: Node): Node[] {
  return node.children.filter((child) => !child.isText);
}

/** The text in a Yjs type, blocks parted by line breaks. */
export function plainText(type: Container): string {
  const lines: string[] = [];
  let line = "";
  const walk = (container: Container): void => {
    for (const child of container.toArray()) {
      if (child instanceof Y.XmlText) line += (child.toDelta() as { insert: unknown }[]).map((d) => (typeof d.insert === "string" ? d.insert : "")).join("");
      else if (child instanceof Y.XmlElement) {
        if (child.nodeName === "hard_break") line += "\n";
        walk(child);
        if (line && child.firstChild instanceof Y.XmlText) {
          lines.push(line);
          line = "";
        }
      }
    }
  };
  walk(type);
  if (line) lines.push(line);
  return lines.join("\n");
}
