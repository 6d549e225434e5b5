/**
 * Pasted HTML, made into HTML that the schema can read: from Word, WPS, WeChat and the web.
 *
 * Nothing is loaded or run while cleaning: the text is parsed into a document without a window.
 */
import { wordLists } from "./lists";
import { declarations, highlight, isBold, points, STYLE, styleOf, textColour, type Declarations } from "./styles";

export const MOST_CHARACTERS = 4_000_000;
export const MOST_ELEMENTS = 20_000;
export const MOST_PICTURES = 40;

/** A picture that came with the text: its bytes as a data address, or the id of one of our own. */
export interface PastedPicture {
  marker: string;
  source: string;
  alt: string;
  width: number | null;
}

export interface Pasted {
  html: string;
  /** Pictures to be uploaded; in the HTML each stands as its marker. */
  pictures: PastedPicture[];
  /** Ids of pictures of this site that stand in the HTML: they may belong to another document. */
  adopted: string[];
  /** How many pictures could not be taken along, by why. */
  lost: { local: number; remote: number; many: number };
}

/** What is too large to be pasted with its formats. */
export class TooLargeError extends Error {}

const DROPPED =
  "script, style, meta, link, title, base, head > *, iframe, frame, object, embed, applet, template, noscript, video, audio, source, " +
  "track, canvas, svg, math, button, select, textarea, input:not([type=checkbox]), option, map, area, dialog, xml, slot, portal";
const UNWRAPPED = "font, center, big, small, tt, form, fieldset, label, details, summary, main, article, header, footer, nav, aside, hgroup, address";
const MARKER_START = "\ue000";
const MARKER_END = "\ue001";
export const MARKER = /\ue000(\d+)\ue001/g;
const OUR_PICTURE = /\/documents\/pictures\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b/i;
const BLOCKS = "p, div, h1, h2, h3, h4, h5, h6, li, td, th, section, blockquote";

/** `tables` false puts tables down as lines of text: in a cell of the table of steps no table may stand. */
export function cleanPasted(html: string, { tables, origin }: { tables: boolean; origin: string }): Pasted {
  if (isTooLarge(html)) throw new TooLargeError();
  const parsed = new DOMParser().parseFromString(disarmed(fragmentOf(html)), "text/html");
  const { body } = parsed;
  drop(body);
  wordLists(body);
  for (const element of Array.from(body.querySelectorAll<HTMLElement>(`[${STYLE}], [style], font, [align]`))) restyle(element);
  const pasted = takePictures(body, origin);
  if (!tables) {
    flatten(body);
    for (const element of Array.from(body.querySelectorAll("[data-pm-slice]"))) element.removeAttribute("data-pm-slice");
  }
  for (const element of Array.from(body.querySelectorAll(UNWRAPPED))) unwrap(element);
  strip(body);
  spaces(body);
  return { ...pasted, html: body.innerHTML };
}

/** Whether it is more than can be cleaned; elements are counted roughly, before any are made. */
export function isTooLarge(html: string): boolean {
  return withoutData(html) > MOST_CHARACTERS || (html.match(/<[a-z]/gi)?.length ?? 0) > MOST_ELEMENTS;
}

/** The length without what data addresses hold. */
function withoutData(html: string): number {
  let length = html.length;
  for (const match of html.matchAll(/data:image\/[a-z+.-]+;base64,[A-Za-z0-9+/=\s]+/g)) length -= match[0].length;
  return length;
}

/** What the clipboard says was selected; Word puts a whole page around it. */
function fragmentOf(html: string): string {
  const start = html.indexOf("<!--StartFragment-->");
  const end = html.lastIndexOf("<!--EndFragment-->");
  return start >= 0 && end > start ? html.slice(start, end) : html;
}

/** Styles under another name: the page's policy would refuse each, and report it. */
function disarmed(html: string): string {
  return html.replace(/(<[a-z][^<>]*?\s)style(\s*=)/gi, `$1${STYLE}$2`);
}

function drop(body: HTMLElement): void {
  for (const element of Array.from(body.querySelectorAll(DROPPED))) element.remove();
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const comments: globalThis.Node[] = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  for (const comment of comments) comment.parentNode?.removeChild(comment);
  for (const element of Array.from(body.querySelectorAll("*"))) {
    if (hidden(element)) element.remove();
    else if (element.tagName.includes(":")) unwrap(element);
  }
}

function hidden(element: Element): boolean {
  const style = declarations(styleOf(element));
  return style.get("display") === "none" || style.get("mso-hide") === "all" || style.get("visibility") === "hidden";
}

function unwrap(element: Element): void {
  element.replaceWith(...Array.from(element.childNodes));
}

/** Say with tags and our classes what the element says with a style. */
function restyle(element: HTMLElement): void {
  const style = declarations(styleOf(element));
  if (element.matches("b, strong") && isBold(style.get("font-weight")) === false) return unwrap(wrapContent(element, inlineTags(style, true)));
  if (element.matches("table, tbody, thead, tfoot, tr, ul, ol, img")) return;
  wrapContent(element, inlineTags(style, element.matches("b, strong, h1, h2, h3, h4, h5, h6"), element));
  if (element.matches(BLOCKS)) blockClasses(element, style);
}

interface Wrapper {
  tag: string;
  class?: string;
}

function inlineTags(style: Declarations, boldAlready: boolean, element?: Element): Wrapper[] {
  const tags: Wrapper[] = [];
  const line = `${style.get("text-decoration") ?? ""} ${style.get("text-decoration-line") ?? ""} ${style.get("text-underline") ?? ""}`;
  if (!boldAlready && isBold(style.get("font-weight"))) tags.push({ tag: "b" });
  if (/italic|oblique/.test(style.get("font-style") ?? "")) tags.push({ tag: "i" });
  if ((line.includes("underline") || /single|double|thick/.test(style.get("text-underline") ?? "")) && !element?.matches("a, u")) tags.push({ tag: "u" });
  if (line.includes("line-through")) tags.push({ tag: "s" });
  const raised = style.get("vertical-align");
  if (raised === "super" || raised === "sub") tags.push({ tag: raised === "super" ? "sup" : "sub" });
  const colour = element?.matches("a") ? null : textColour(style.get("color") ?? (element?.matches("font") ? element.getAttribute("color")?.toLowerCase() : undefined));
  if (colour) tags.push({ tag: "span", class: `c-${colour}` });
  const marked = highlight(style.get("mso-highlight") ?? style.get("background-color") ?? style.get("background"));
  if (marked && !element?.matches("td, th, table, section, div, p, li")) tags.push({ tag: "span", class: `hl-${marked}` });
  return tags;
}

/** Wrap what is inside; block elements stay outside of the inline tags. */
function wrapContent(element: HTMLElement, tags: Wrapper[]): HTMLElement {
  if (!tags.length || !element.textContent?.trim()) return element;
  const blocks = Array.from(element.children).filter((child) => child.matches(`${BLOCKS}, table, ul, ol`));
  const targets = blocks.length ? (blocks as HTMLElement[]) : [element];
  for (const target of targets) {
    if (target !== element && target.matches("table, ul, ol")) continue;
    const outer = element.ownerDocument.createElement(tags[0]!.tag);
    let inner = outer;
    tags.forEach((wrapper, index) => {
      const made = index === 0 ? outer : element.ownerDocument.createElement(wrapper.tag);
      if (wrapper.class) made.className = wrapper.class;
      if (index > 0) inner.append(made);
      inner = made;
    });
    inner.append(...Array.from(target.childNodes));
    target.append(outer);
  }
  return element;
}

function blockClasses(element: HTMLElement, style: Declarations): void {
  const aligned = style.get("text-align") ?? element.getAttribute("align")?.toLowerCase();
  const classes = [];
  if (aligned === "center" || aligned === "right") classes.push(`ta-${aligned}`);
  const indent = Math.min(6, Math.floor((points(style.get("margin-left")) + 6) / 24));
  if (indent > 0 && element.matches("p, div")) classes.push(`ti-${indent}`);
  element.className = classes.join(" ");
}

function takePictures(body: HTMLElement, origin: string): Omit<Pasted, "html"> {
  const found: Omit<Pasted, "html"> = { pictures: [], adopted: [], lost: { local: 0, remote: 0, many: 0 } };
  for (const image of Array.from(body.querySelectorAll("img"))) takePicture(image, found, origin);
  return found;
}

function takePicture(image: HTMLImageElement, found: Omit<Pasted, "html">, origin: string): void {
  const source = image.getAttribute("src") ?? image.getAttribute("data-src") ?? "";
  const ours = ourPicture(image, source, origin);
  if (ours) {
    image.setAttribute("data-picture", ours);
    found.adopted.push(ours);
    return;
  }
  if (/^data:image\/(png|jpe?g|gif|webp|bmp);base64,/i.test(source)) {
    if (found.pictures.length >= MOST_PICTURES) found.lost.many += 1;
    else return mark(image, found, source);
  } else if (/^(file|blob|cid|content):|^[a-z]:\\/i.test(source)) found.lost.local += 1;
  else if (source && !tiny(image)) found.lost.remote += 1;
  image.remove();
}

/** One-pixel pictures are counters of visits, and nobody misses them. */
function tiny(image: HTMLImageElement): boolean {
  return Number(image.getAttribute("width") ?? 99) <= 2 || Number(image.getAttribute("height") ?? 99) <= 2;
}

function ourPicture(image: HTMLImageElement, source: string, origin: string): string | null {
  const here = source.startsWith("/") || source.startsWith(`${origin}/`);
  const match = here ? OUR_PICTURE.exec(source) : OUR_PICTURE.exec(`/documents/pictures/${image.getAttribute("data-picture") ?? ""}`);
  return match ? match[1]!.toLowerCase() : null;
}

function mark(image: HTMLImageElement, found: Omit<Pasted, "html">, source: string): void {
  const marker = `${MARKER_START}${found.pictures.length}${MARKER_END}`;
  const width = Math.round(Number(image.getAttribute("width")));
  found.pictures.push({ marker, source, alt: (image.getAttribute("alt") ?? "").slice(0, 200), width: width >= 16 && width <= 4000 ? width : null });
  image.replaceWith(marker);
}

/** Tables as lines: a row is a paragraph, its cells stand apart by a wide blank. */
function flatten(body: HTMLElement): void {
  for (const table of Array.from(body.querySelectorAll("table")).reverse()) {
    const lines = Array.from(table.querySelectorAll("tr")).map((row) => {
      const line = body.ownerDocument.createElement("p");
      Array.from(row.querySelectorAll("td, th")).forEach((cell, index) => {
        if (index) line.append("　");
        line.append(...inlineContent(cell));
      });
      return line;
    });
    table.replaceWith(...lines);
  }
}

function inlineContent(cell: Element): globalThis.Node[] {
  for (const block of Array.from(cell.querySelectorAll("p, div, li, ul, ol, h1, h2, h3, h4, h5, h6, section, blockquote"))) {
    if (block.nextElementSibling) block.append(" ");
    unwrap(block);
  }
  return Array.from(cell.childNodes);
}

const KEPT = new Set(["href", "colspan", "rowspan", "start", "class", "data-picture", "data-latex", "data-level", "data-pm-slice", "alt", "width", "type"]);

/** No attribute stays but those that the schema reads. */
function strip(body: HTMLElement): void {
  for (const element of Array.from(body.querySelectorAll("*")))
    for (const { name } of Array.from(element.attributes)) {
      const size = name === "width" && element.tagName !== "IMG";
      if (!KEPT.has(name) || size) element.removeAttribute(name);
    }
}

/** Word draws indents and gaps with hard blanks; the page has its own. */
function spaces(body: HTMLElement): void {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    node.data = node.data.replace(/[\u00a0\u2002\u2003 \t\r\n]*\u00a0[\u00a0\u2002\u2003 \t\r\n]*/g, " ").replace(/[\u200b\ufeff]/g, "");
  }
  for (const block of Array.from(body.querySelectorAll(BLOCKS))) trimStart(block);
}

function trimStart(block: Element): void {
  const walker = block.ownerDocument.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    node.data = node.data.replace(/^[\s\u3000]+/, "");
    if (node.data) return;
  }
}
