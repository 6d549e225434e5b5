/**
 * What a style string says, for the few things we keep.
 *
 * Under `style-src 'self'` the browser drops pasted style attributes from `element.style`, even in a document that is
 * never shown; as text, under another name, they can be read.
 */
import { palette } from "../attributes";

export type Declarations = Map<string, string>;

/** Where a style stands after its name was changed. */
export const STYLE = "data-style";

export const styleOf = (element: Element): string => element.getAttribute(STYLE) ?? element.getAttribute("style") ?? "";

/** Declarations of a style attribute; later ones win. */
export function declarations(style: string): Declarations {
  const found: Declarations = new Map();
  for (const part of style.slice(0, 5000).split(";")) {
    const colon = part.indexOf(":");
    if (colon > 0) found.set(part.slice(0, colon).trim().toLowerCase(), part.slice(colon + 1).trim().toLowerCase());
  }
  return found;
}

export function isBold(weight: string | undefined): boolean | null {
  if (weight === undefined) return null;
  if (weight.startsWith("bold") || Number.parseInt(weight, 10) >= 600) return true;
  return weight === "normal" || Number.parseInt(weight, 10) < 600 ? false : null;
}

const NAMED: Record<string, string> = {
  black: "#000000", white: "#ffffff", red: "#ff0000", yellow: "#ffff00", lime: "#00ff00", aqua: "#00ffff", cyan: "#00ffff",
  blue: "#0000ff", fuchsia: "#ff00ff", magenta: "#ff00ff", green: "#008000", teal: "#008080", navy: "#000080", purple: "#800080",
  maroon: "#800000", olive: "#808000", gray: "#808080", grey: "#808080", silver: "#c0c0c0", orange: "#ffa500", brown: "#a52a2a",
  pink: "#ffc0cb", darkred: "#8b0000", darkblue: "#00008b", darkgreen: "#006400", gold: "#ffd700", crimson: "#dc143c",
}; // prettier-ignore

type Rgb = readonly [number, number, number];

/** Red, green and blue of a CSS colour; null for what we do not read, and for transparent ones. */
export function rgb(value: string): Rgb | null {
  const text = NAMED[value] ?? value;
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(text);
  if (short) return [1, 2, 3].map((at) => Number.parseInt(short[at]!.repeat(2), 16)) as unknown as Rgb;
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/.exec(text);
  if (long) return [1, 2, 3].map((at) => Number.parseInt(long[at]!, 16)) as unknown as Rgb;
  const call = /^rgba?\(\s*(\d+)\D+(\d+)\D+(\d+)(?:\D+([\d.]+))?\s*\)$/.exec(text);
  if (!call || Number(call[4] ?? 1) < 0.1) return null;
  return [1, 2, 3].map((at) => Math.min(255, Number(call[at]))) as unknown as Rgb;
}

function hueName([red, green, blue]: Rgb): string {
  const most = Math.max(red, green, blue);
  const spread = most - Math.min(red, green, blue);
  const hue =
    most === red ? ((green - blue) / spread) * 60 : most === green ? ((blue - red) / spread) * 60 + 120 : ((red - green) / spread) * 60 + 240;
  const turned = (hue + 360) % 360;
  if (turned < 15 || turned >= 330) return "red";
  if (turned < 65) return "orange";
  if (turned < 170) return "green";
  return turned < 255 ? "blue" : "purple";
}

function saturated([red, green, blue]: Rgb, least: number): boolean {
  return Math.max(red, green, blue) - Math.min(red, green, blue) >= least;
}

/** The palette's colour of text: null for black, nearly black and white, which is just text. */
export function textColour(value: string | undefined): string | null {
  const colour = value === undefined ? null : rgb(value);
  if (!colour) return null;
  if (saturated(colour, 60)) return named(hueName(colour));
  const light = Math.max(...colour);
  return light > 90 && light < 200 ? named("gray") : null;
}

/** The palette's highlight: null for white and nearly white. */
export function highlight(value: string | undefined): string | null {
  const colour = value === undefined ? null : rgb(value.split(/\s+(?![^(]*\))/)[0]!);
  if (!colour) return null;
  if (saturated(colour, 40)) return named(hueName(colour));
  const light = Math.max(...colour);
  return light > 60 && light < 225 ? named("gray") : null;
}

function named(name: string): string | null {
  return palette.includes(name) ? name : null;
}

/** A length in points. */
export function points(value: string | undefined): number {
  const match = /^(-?[\d.]+)(pt|px|cm|mm|in|em|rem)?$/.exec(value ?? "");
  const scale: Record<string, number> = { pt: 1, px: 0.75, cm: 28.35, mm: 2.835, in: 72, em: 12, rem: 12 };
  return match ? Number(match[1]) * (scale[match[2] ?? "px"] ?? 0) : 0;
}
