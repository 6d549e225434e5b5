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
    const bytes = sizeOf(struct);
    if (chunk.length > 0 && size + bytes > limit) {
      chunks.push(encodeStructs(chunk, null));
      chunk = [];
      size = 0;
    }
    chunk.push(struct);
    size += bytes;
  }
  chunks.push(encodeStructs(chunk, decoded.ds as unknown as DeleteSet));
  return chunks;
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
