/** The frames a page sends, and how a large update becomes several small ones. */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

export const SYNC = 0;
export const AWARENESS = 1;
export const AUTH = 2;
export const BARRIER = 102;
export const EVENT = 103;

export const SYNC_STEP_1 = 0;
export const SYNC_STEP_2 = 1;
export const UPDATE = 2;

/** Far below the server's 8 MiB, so that a slow line shows progress and nothing else waits long. */
export const FRAME_BYTES = 512 * 1024;

export function updateFrame(update: Uint8Array, kind: number = UPDATE): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, SYNC);
    encoding.writeVarUint(encoder, kind);
    encoding.writeVarUint8Array(encoder, update);
  });
}

/** Asks the server to return `version` once all that was sent before is stored. */
export function barrierFrame(version: number): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, BARRIER);
    encoding.writeVarUint8Array(encoder, encoding.encode((payload) => encoding.writeVarUint(payload, version)));
  });
}

/** The version in a barrier that came back; the message type is read already. */
export function readBarrier(decoder: decoding.Decoder): number {
  return decoding.readVarUint(decoding.createDecoder(decoding.readVarUint8Array(decoder)));
}

interface Struct {
  id: Y.ID;
  length: number;
  write(encoder: Y.UpdateEncoderV1, offset: number): void;
}

/** The same edits as several updates of about `limit` bytes each; in order they can be applied one by one. */
export function splitUpdate(update: Uint8Array, limit: number = FRAME_BYTES): Uint8Array[] {
  if (update.length <= limit) return [update];
  const decoded = Y.decodeUpdate(update);
  const chunks: Uint8Array[] = [];
  let chunk: Struct[] = [];
  let size = 0;
  for (const struct of decoded.structs as unknown as Struct[]) {
    if (struct instanceof Y.Skip) continue;
    for (const part of partsOf(struct, limit)) {
      if (chunk.length > 0 && size + part.bytes > limit) {
        chunks.push(encodeStructs(chunk, null));
        chunk = [];
        size = 0;
      }
      chunk.push(part.struct);
      size += part.bytes;
    }
  }
  chunks.push(encodeStructs(chunk, decoded.ds as unknown as DeleteSet));
  return chunks;
}

/** A struct with its size; a text too long for one frame as several that follow each other. */
function partsOf(struct: Struct, limit: number): { struct: Struct; bytes: number }[] {
  const bytes = sizeOf(struct);
  if (bytes <= limit || !(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) return [{ struct, bytes }];
  const parts: { struct: Struct; bytes: number }[] = [];
  const step = Math.max(1, Math.floor(limit / 4)); // a character takes up to four bytes
  const text = struct.content.str;
  let start = 0;
  while (start < text.length) {
    let end = Math.min(start + step, text.length);
    if (end < text.length && /[\ud800-\udbff]/.test(text[end - 1] as string)) end++;
    const part = textPart(struct, start, end);
    parts.push({ struct: part, bytes: sizeOf(part) });
    start = end;
  }
  return parts;
}

/** The characters from `start` to `end` of a text, as Yjs splits them: each part stands behind the one before it. */
function textPart(item: Y.Item, start: number, end: number): Struct {
  const { client, clock } = item.id;
  const origin = start === 0 ? item.origin : Y.createID(client, clock + start - 1);
  const content = new Y.ContentString((item.content as Y.ContentString).str.slice(start, end));
  return new Y.Item(Y.createID(client, clock + start), null, origin, null, item.rightOrigin, item.parent, item.parentSub, content) as unknown as Struct;
}

function sizeOf(struct: Struct): number {
  const encoder = new Y.UpdateEncoderV1();
  struct.write(encoder, 0);
  return encoder.toUint8Array().length;
}

type DeleteSet = { clients: Map<number, { clock: number; len: number }[]> };

function encodeStructs(structs: readonly Struct[], deleted: DeleteSet | null): Uint8Array {
  const runs: Struct[][] = [];
  for (const struct of structs) {
    const run = runs[runs.length - 1];
    const last = run?.[run.length - 1];
    if (run && last && last.id.client === struct.id.client && last.id.clock + last.length === struct.id.clock) run.push(struct);
    else runs.push([struct]);
  }
  const encoder = new Y.UpdateEncoderV1();
  encoding.writeVarUint(encoder.restEncoder, runs.length);
  for (const run of runs) {
    const first = run[0] as Struct;
    encoding.writeVarUint(encoder.restEncoder, run.length);
    encoding.writeVarUint(encoder.restEncoder, first.id.client);
    encoding.writeVarUint(encoder.restEncoder, first.id.clock);
    for (const struct of run) struct.write(encoder, 0);
  }
  writeDeleted(encoder.restEncoder, deleted);
  return encoder.toUint8Array();
}

function writeDeleted(encoder: encoding.Encoder, deleted: DeleteSet | null): void {
  const clients = [...(deleted?.clients ?? new Map<number, { clock: number; len: number }[]>())];
  encoding.writeVarUint(encoder, clients.length);
  for (const [client, ranges] of clients) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, ranges.length);
    for (const { clock, len } of ranges) {
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarUint(encoder, len);
    }
  }
}
