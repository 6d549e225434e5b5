/** Names of marks in Yjs: as y-prosemirror writes them, so that other clients read the same document. */
import type { Mark } from "prosemirror-model";
import { encodeAny, toBase64 } from "lib0/buffer";
import { digest } from "lib0/hash/sha256";

const SUFFIX = /--[A-Za-z0-9+/=]{8}$/;

/** The schema's name of a Yjs text attribute: marks that may overlap themselves carry a hash of their attributes. */
export function markOf(attribute: string): string {
  return attribute.replace(SUFFIX, "");
}

/** The Yjs text attributes of a set of marks. */
export function attributesOf(marks: readonly Mark[]): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const mark of marks) {
    const overlaps = !mark.type.excludes(mark.type);
    attributes[overlaps ? `${mark.type.name}--${hash(mark.toJSON())}` : mark.type.name] = mark.attrs;
  }
  return attributes;
}

function hash(json: unknown): string {
  const bytes = digest(encodeAny(json as never));
  for (let i = 6; i < bytes.length; i++) bytes[i % 6] = (bytes[i % 6] as number) ^ (bytes[i] as number);
  return toBase64(bytes.slice(0, 6));
}
