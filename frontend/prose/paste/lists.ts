/**
 * Word's lists are paragraphs that look like lists: a level in the style, the number as text in front.
 *
 * `mso-list: l0 level2 lfo1` says the level; the marker's text says which numbering.
 */
import { declarations, STYLE, styleOf } from "./styles";

interface Marker {
  tag: "ul" | "ol";
  style: string;
  start: number;
}

const CJK = "一二三四五六七八九十";
const CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳";

function cjkNumber(text: string): number {
  if (text === "十") return 10;
  const [tens, ones] = text.includes("十") ? text.split("十") : ["", text];
  return (text.includes("十") ? (CJK.indexOf(tens || "一") + 1) * 10 : 0) + (ones ? CJK.indexOf(ones) + 1 : 0);
}

/** Which list a marker belongs to: `1.`, `一、`, `①`, `(1)`, `a)`; everything else is a bullet. */
export function markerOf(text: string): Marker {
  const marker = text.replace(/[\s\u00a0]/g, "");
  const cjk = /^[（(]?([一二三四五六七八九十]{1,3})[）)、.．]*$/.exec(marker);
  if (cjk) return { tag: "ol", style: "cjk", start: cjkNumber(cjk[1]!) };
  if (marker.length > 0 && CIRCLED.includes(marker[0]!)) return { tag: "ol", style: "circled", start: CIRCLED.indexOf(marker[0]!) + 1 };
  const paren = /^[（(](\d{1,4})[）)]$/.exec(marker);
  if (paren) return { tag: "ol", style: "paren", start: Number(paren[1]) };
  const decimal = /^(?:\d{1,3}[.．])*(\d{1,4})[.．、)）]*$/.exec(marker);
  if (decimal) return { tag: "ol", style: "decimal", start: Number(decimal[1]) };
  const letter = /^[（(]?([a-z])[.．、)）]+$/i.exec(marker);
  if (letter) return { tag: "ol", style: "lower-alpha", start: letter[1]!.toLowerCase().charCodeAt(0) - 96 };
  return { tag: "ul", style: "", start: 1 };
}

const isMarker = (element: Element): boolean => /mso-list:\s*ignore/i.test(styleOf(element));

/** The level that Word gave a paragraph, 1 to 9; 0 is no list. */
export function levelOf(element: Element): number {
  const list = declarations(styleOf(element)).get("mso-list");
  const level = /\blevel(\d)/.exec(list ?? "");
  return level ? Math.max(1, Number(level[1])) : 0;
}

function takeMarker(paragraph: Element): Marker {
  const found = Array.from(paragraph.querySelectorAll(`[${STYLE}], [style]`)).filter(isMarker);
  const text = found.map((element) => element.textContent ?? "").join("");
  for (const element of found) element.remove();
  return markerOf(text);
}

function newList(document: Document, marker: Marker): HTMLElement {
  const list = document.createElement(marker.tag);
  if (marker.style && marker.style !== "decimal") list.className = `ol-${marker.style}`;
  if (marker.tag === "ol" && marker.start !== 1) list.setAttribute("start", String(marker.start));
  return list;
}

const sameKind = (list: HTMLElement, marker: Marker): boolean =>
  list.tagName.toLowerCase() === marker.tag && (marker.tag === "ul" || list.className === (marker.style === "decimal" ? "" : `ol-${marker.style}`));

/** Make real lists of Word's paragraphs, wherever they stand. */
export function wordLists(root: ParentNode & Node): void {
  const paragraphs = Array.from(root.querySelectorAll("p, h1, h2, h3, h4, h5, h6")).filter((element) => levelOf(element) > 0);
  let open: HTMLElement[] = [];
  let last: Element | null = null;
  for (const paragraph of paragraphs) {
    if (last === null || !follows(last, paragraph)) open = [];
    last = place(paragraph, open);
  }
}

/** Whether `next` stands right after the list whose outermost element is `list`. */
function follows(list: Element, next: Element): boolean {
  return list.nextElementSibling === next;
}

/** Put a paragraph into the open lists (one a level); returns the outermost list. */
function place(paragraph: Element, open: HTMLElement[]): Element {
  const document = paragraph.ownerDocument;
  const level = Math.min(levelOf(paragraph), open.length + 1);
  const marker = takeMarker(paragraph);
  open.length = Math.min(open.length, level);
  const current = open[level - 1];
  if (!current || !sameKind(current, marker)) {
    const made = newList(document, marker);
    const parent = open[level - 2]?.lastElementChild;
    if (parent) parent.append(made);
    else paragraph.before(made);
    open.length = level - 1;
    open.push(made);
  }
  const item = document.createElement("li");
  const line = document.createElement("p");
  line.append(...Array.from(paragraph.childNodes));
  item.append(line);
  open[level - 1]!.append(item);
  paragraph.remove();
  return open[0]!;
}
