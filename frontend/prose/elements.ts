/** Small makers of elements: no markup in strings, no inline style. */

type Attributes = Record<string, string | boolean | null | undefined>;
type Child = globalThis.Node | string | null | undefined | false;

/** An element with attributes (`true` is an empty one, null and false are left out) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  element.append(...children.filter((child): child is globalThis.Node | string => Boolean(child)));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A decorative icon from the text of a Tabler file. */
export function icon(source: string, size: "" | "s" = ""): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `ico ${size}`.trim());
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const [, d] of source.matchAll(/<path[^>]*\sd="([^"]+)"/g)) {
    if (d === "M0 0h24v24H0z") continue; // Tabler's frame
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d!);
    svg.append(path);
  }
  return svg;
}

let last = 0;

/** An id that no other element of the page has. */
export function freshId(prefix: string): string {
  last += 1;
  return `${prefix}-${last}`;
}
