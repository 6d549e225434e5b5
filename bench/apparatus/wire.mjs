// The two wire formats, reduced to what a load generator needs. Numbers are varUint: seven bits a byte, lowest first.
//
// y-websocket: [0][step] varBytes(update) · [1] varBytes(awareness). Hocuspocus writes the document's name before
// each message and wants a token first ([2][0] varString(token) varString(version)); [8][1] is its acknowledgement.

import * as encoding from 'lib0/encoding'

const write = (...steps) => {
  const encoder = encoding.createEncoder()
  for (const step of steps) step(encoder)
  return encoding.toUint8Array(encoder)
}
const uint = (number) => (encoder) => encoding.writeVarUint(encoder, number)
const bytes = (data) => (encoder) => encoding.writeVarUint8Array(encoder, data)
const text = (string) => (encoder) => encoding.writeVarString(encoder, string)

const presence = (client, clock, state) => write(uint(1), uint(client), uint(clock), text(JSON.stringify(state)))

export const SYNC = 0
export const ACKNOWLEDGED = 8
export const STEP1 = 0
export const STEP2 = 1
export const UPDATE = 2

const EMPTY_STATE = new Uint8Array([0])
export const EMPTY_UPDATE = new Uint8Array([0, 0])

/** How to speak y-websocket. */
export const yWebsocket = {
  name: 'y-websocket',
  prefix: () => 0,
  hello: () => [write(uint(0), uint(0), bytes(EMPTY_STATE))],
  answer: (_room, update) => write(uint(0), uint(1), bytes(update)),
  update: (_room, update) => write(uint(0), uint(2), bytes(update)),
  presence: (_room, client, clock, state) => write(uint(1), bytes(presence(client, clock, state))),
}

/** How to speak to Hocuspocus 4. */
export const hocuspocus = {
  name: 'hocuspocus',
  prefix: (room) => write(text(room)).length,
  hello: (room) => [
    write(text(room), uint(2), uint(0), text('token'), text('4.7.0')),
    write(text(room), uint(0), uint(0), bytes(EMPTY_STATE)),
  ],
  answer: (room, update) => write(text(room), uint(0), uint(1), bytes(update)),
  update: (room, update) => write(text(room), uint(0), uint(2), bytes(update)),
  presence: (room, client, clock, state) => write(text(room), uint(1), bytes(presence(client, clock, state))),
}

/** Reads numbers from a frame; one object for all frames, so that reading makes no garbage. */
export class Reader {
  at = 0
  data = EMPTY_UPDATE

  open(data, at) {
    this.data = data
    this.at = at
    return this
  }

  uint() {
    let number = 0
    let factor = 1
    for (;;) {
      const byte = this.data[this.at++]
      number += (byte & 0x7f) * factor
      if (byte < 0x80) return number
      factor *= 128
    }
  }

  bytes() {
    const size = this.uint()
    this.at += size
    return this.data.subarray(this.at - size, this.at)
  }
}

const ORIGIN = 0x80
const RIGHT_ORIGIN = 0x40
const STRING = 4
const BYTES_A_CHARACTER = 3

/**
 * Calls `typed(client, first, end)` for each run of typed characters in an update; false for an update that holds
 * anything but characters typed after others (a base document, say).
 *
 * Decoding with Yjs would cost the generator more than the servers spend on sending. All typed characters are Chinese
 * ones of three bytes each.
 */
export function readTyping(reader, typed) {
  for (let clients = reader.uint(); clients > 0; clients--) {
    let structs = reader.uint()
    const client = reader.uint()
    let clock = reader.uint()
    for (; structs > 0; structs--) {
      const info = reader.data[reader.at++]
      if ((info & 0x1f) !== STRING || (info & (ORIGIN | RIGHT_ORIGIN)) === 0) return false
      if (info & ORIGIN) {
        reader.uint()
        reader.uint()
      }
      if (info & RIGHT_ORIGIN) {
        reader.uint()
        reader.uint()
      }
      const size = reader.uint()
      reader.at += size
      const end = clock + size / BYTES_A_CHARACTER
      typed(client, clock, end)
      clock = end
    }
  }
  return true
}
