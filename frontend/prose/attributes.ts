/**
 * Attribute values as `realtime/prose/schema.json` allows them.
 *
 * What a peer wrote is not trusted: a colspan of "3" hangs the table code, a link may be `javascript:`. Every node and
 * mark that is made, by typing, pasting or from the shared document, passes through here first.
 */
import source from "../../realtime/prose/schema.json";

export type Value = string | number | number[] | null;

/** One attribute in the JSON file: its default and what it may be. */
export interface AttributeRule {
  default?: Value;
  values?: readonly (string | null)[];
  integer?: readonly number[];
  widths?: readonly number[];
  uuid?: boolean;
  text?: number;
  palette?: boolean;
  link?: readonly string[];
}

export type AttributeRules = Record<string, AttributeRule>;

export const palette: readonly string[] = source.palette;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What an attribute is when nothing is said; pictures and links have none in the file, an empty one stands for "broken". */
export function fallback(rule: AttributeRule): Value {
  return rule.default === undefined ? "" : rule.default;
}

function whole(value: unknown, [least, most]: readonly number[]): number | null {
  const number = typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) : value;
  const inside = Number.isInteger(number) && (number as number) >= least! && (number as number) <= most!;
  return inside ? (number as number) : null;
}

function widths(value: unknown, range: readonly number[]): number[] | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > 60) return null;
  const numbers = value.map((width) => (width === 0 ? 0 : whole(width, range)));
  return numbers.every((width): width is number => width !== null) ? numbers : null;
}

/** The address if its scheme is one of `schemes`, else null. Control characters and blanks inside the scheme do not help. */
export function safeLink(value: unknown, schemes: readonly string[] = ["http", "https", "mailto"]): string | null {
  if (typeof value !== "string" || value.length > 2000) return null;
  const address = value.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address);
  if (scheme === null || /[\u0000-\u0020\u007f"<>\\]/.test(address)) return null;
  return schemes.includes(scheme[1]!.toLowerCase()) ? address : null;
}

/** `value` if the rule allows it, else the rule's default. */
export function clean(rule: AttributeRule, value: unknown): Value {
  if (rule.integer) return whole(value, rule.integer) ?? fallback(rule);
  if (rule.widths) return widths(value, rule.widths);
  if (rule.values) return rule.values.includes(value as string | null) ? (value as string | null) : fallback(rule);
  if (rule.palette) return palette.includes(value as string) ? (value as string) : fallback(rule);
  if (rule.uuid) return typeof value === "string" && UUID.test(value) ? value.toLowerCase() : fallback(rule);
  if (rule.link) return safeLink(value, rule.link) ?? fallback(rule);
  return typeof value === "string" ? value.slice(0, rule.text ?? 0) : fallback(rule);
}

/** All attributes of a node or mark, cleaned; unknown ones are left out. */
export function cleanAll(rules: AttributeRules, given: Record<string, unknown> | null | undefined): Record<string, Value> {
  return Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, clean(rule, given?.[name] ?? null)]));
}
