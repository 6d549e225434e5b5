/** The words of a document, without its form. */
import * as Y from "yjs";

import { plainText } from "./binding/mirror";

/** The text of every rich field of a document, in no promised order. */
export function textOf(doc: Y.Doc): string {
  const parts: string[] = [];
  const collect = (value: unknown): void => {
    if (value instanceof Y.XmlFragment) parts.push(plainText(value));
    else if (value instanceof Y.Map) for (const inner of value.values()) collect(inner);
  };
  for (const name of doc.share.keys()) collect(typed(doc, name));
  return parts.filter((part) => part !== "").join("\n\n");
}

/** A top-level type that no code has asked for yet has no class: fields are fragments, all else is a map. */
function typed(doc: Y.Doc, name: string): unknown {
  const type = doc.share.get(name);
  if (type && type.constructor !== Y.AbstractType) return type;
  return name.startsWith("f:") ? doc.getXmlFragment(name) : doc.getMap(name);
}
