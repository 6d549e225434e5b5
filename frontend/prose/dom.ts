/**
 * How each node and mark stands in HTML, and how it is read back: the same tags and classes as the server's.
 *
 * No inline style anywhere: under `style-src 'self'` it is neither shown nor readable.
 */
import type { DOMOutputSpec, Mark, MarkSpec, Node, NodeSpec, TagParseRule } from "prosemirror-model";

import { palette, safeLink } from "./attributes";

let pictureAddress = "/documents/pictures/";

/** Where pictures are served from, with a trailing slash. */
export function servePicturesFrom(address: string): void {
  pictureAddress = address;
}

export function pictureUrl(picture: string): string {
  return pictureAddress + encodeURIComponent(picture);
}

/** The value after `prefix` in an element's class names, or null. */
function classValue(element: HTMLElement, prefix: string): string | null {
  for (const name of Array.from(element.classList)) if (name.startsWith(prefix)) return name.slice(prefix.length);
  return null;
}

function classes(...names: (string | false | null)[]): { class?: string } {
  const present = names.filter(Boolean).join(" ");
  return present ? { class: present } : {};
}

const aligned = (node: Node): string | false => node.attrs.align !== null && `ta-${node.attrs.align as string}`;
const align = (element: HTMLElement): string | null => classValue(element, "ta-");
const HEADINGS = ["h3", "h4", "h5"]; // h1 is the page's, h2 the field's

function heading(tag: string): TagParseRule {
  const level = Math.min(Number(tag[1]), 3);
  return {
    tag,
    getAttrs: (element) => ({ level: Number(element.dataset.level ?? level), align: align(element) }),
  };
}

function cell(tag: "td" | "th"): NodeSpec {
  return {
    parseDOM: [{ tag, getAttrs: cellAttributes }],
    toDOM(node): DOMOutputSpec {
      const { colspan, rowspan, colwidth } = node.attrs as { colspan: number; rowspan: number; colwidth: number[] | null };
      const attributes: Record<string, string> = {};
      if (colspan !== 1) attributes.colspan = String(colspan);
      if (rowspan !== 1) attributes.rowspan = String(rowspan);
      if (colwidth) attributes["data-colwidth"] = colwidth.join(",");
      if (colwidth?.[0]) attributes.width = String(colwidth.reduce((sum, width) => sum + width, 0));
      return [tag, attributes, 0];
    },
  };
}

function cellAttributes(element: HTMLElement): Record<string, unknown> {
  const widths = element.dataset.colwidth?.split(",").map(Number) ?? null;
  const colspan = Number(element.getAttribute("colspan") ?? 1);
  return { colspan, rowspan: Number(element.getAttribute("rowspan") ?? 1), colwidth: widths?.length === colspan ? widths : null };
}

/** A picture that cannot be shown stands as its description. */
function picture(node: Node): DOMOutputSpec {
  const { picture: id, alt, width } = node.attrs as { picture: string; alt: string; width: number | null };
  if (!id) return ["span", { class: "picture-missing", role: "img", "aria-label": alt || "?" }, alt || "?"];
  const size = width === null ? {} : { width: String(width) };
  return ["img", { class: "picture", src: pictureUrl(id), "data-picture": id, alt, ...size }];
}

export const nodes: Record<string, NodeSpec> = {
  doc: {},
  text: {},
  paragraph: {
    parseDOM: [{ tag: "p", getAttrs: (element) => ({ align: align(element), indent: Number(classValue(element, "ti-") ?? 0) }) }],
    toDOM: (node) => ["p", classes(aligned(node), node.attrs.indent > 0 && `ti-${node.attrs.indent as number}`), 0],
  },
  heading: {
    defining: true,
    parseDOM: ["h1", "h2", "h3", "h4", "h5", "h6"].map(heading),
    toDOM: (node) => [
      HEADINGS[(node.attrs.level as number) - 1] ?? "h5",
      { "data-level": String(node.attrs.level), ...classes(aligned(node)) },
      0,
    ],
  },
  blockquote: { defining: true, parseDOM: [{ tag: "blockquote" }], toDOM: () => ["blockquote", 0] },
  bullet_list: { parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
  ordered_list: {
    parseDOM: [
      {
        tag: "ol",
        getAttrs: (element) => ({
          start: Number(element.getAttribute("start") ?? 1),
          style: classValue(element, "ol-") ?? (element.getAttribute("type") === "a" ? "lower-alpha" : "decimal"),
        }),
      },
    ],
    toDOM: (node) => [
      "ol",
      { ...(node.attrs.start === 1 ? {} : { start: String(node.attrs.start) }), ...classes(node.attrs.style !== "decimal" && `ol-${node.attrs.style as string}`) },
      0,
    ],
  },
  list_item: { defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
  table: { tableRole: "table", isolating: true, parseDOM: [{ tag: "table" }], toDOM: () => ["table", ["tbody", 0]] },
  table_row: { tableRole: "row", parseDOM: [{ tag: "tr" }], toDOM: () => ["tr", 0] },
  table_cell: { tableRole: "cell", isolating: true, ...cell("td") },
  table_header: { tableRole: "header_cell", isolating: true, ...cell("th") },
  horizontal_rule: { parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
  image: {
    draggable: true,
    parseDOM: [
      {
        tag: "img[data-picture]",
        getAttrs: (element) => ({
          picture: element.dataset.picture ?? "",
          alt: element.getAttribute("alt") ?? "",
          width: element.getAttribute("width"),
        }),
      },
    ],
    toDOM: picture,
  },
  formula: {
    atom: true,
    parseDOM: [{ tag: "span.formula", getAttrs: (element) => ({ latex: element.dataset.latex ?? element.textContent ?? "" }) }],
    toDOM: (node) => ["span", { class: "formula", "data-latex": node.attrs.latex as string }, node.attrs.latex as string],
    leafText: (node) => node.attrs.latex as string,
  },
  hard_break: { selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"], leafText: () => "\n" },
};

/** A colour that is a class of the page, `c-red` or `hl-orange`. */
function tinted(prefix: string): MarkSpec {
  return {
    parseDOM: palette.map((name) => ({ tag: `span.${prefix}${name}`, attrs: { name } })),
    toDOM: (mark: Mark) => ["span", { class: `${prefix}${mark.attrs.name as string}` }, 0],
  };
}

function plain(tag: string, ...also: string[]): MarkSpec {
  return { parseDOM: [tag, ...also].map((name) => ({ tag: name })), toDOM: () => [tag, 0] };
}

export const marks: Record<string, MarkSpec> = {
  strong: plain("strong", "b"),
  em: plain("em", "i"),
  underline: plain("u", "ins"),
  strike: plain("s", "strike", "del"),
  superscript: plain("sup"),
  subscript: plain("sub"),
  color: tinted("c-"),
  highlight: tinted("hl-"),
  link: {
    parseDOM: [
      {
        tag: "a[href]",
        getAttrs: (element) => {
          const href = safeLink(element.getAttribute("href"));
          return href === null ? false : { href };
        },
      },
    ],
    toDOM: (mark) =>
      mark.attrs.href ? ["a", { href: mark.attrs.href as string, target: "_blank", rel: "noopener noreferrer nofollow" }, 0] : ["span", 0],
  },
};
