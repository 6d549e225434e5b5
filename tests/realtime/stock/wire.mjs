// Stock y-websocket clients for tests: nothing of ours but the session cookie and the Origin that a browser would send.
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

export { Y }

/** A WebSocket class with the cookie of one person. */
export const socketOf = (origin, cookie) =>
  class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { origin, headers: { Cookie: `sessionid=${cookie}` } })
    }
  }

/** An unmodified provider. */
export const open = (port, room, cookie, doc = new Y.Doc(), options = {}) =>
  new WebsocketProvider(`ws://127.0.0.1:${port}/ws/note`, room, doc, {
    WebSocketPolyfill: socketOf(`http://127.0.0.1:${port}`, cookie),
    disableBc: true,
    ...options,
  })

/** Wait for something to become true; with a sentence when it does not. */
export const until = async (what, condition, seconds = 20) => {
  const end = Date.now() + seconds * 1000
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export const synced = (provider) => until('sync', () => provider.synced)

/** Ask the server to say when everything sent so far is saved: the one addition a page makes (type 102). */
export const saved = async (provider) => {
  let answered = false
  const token = crypto.getRandomValues(new Uint8Array(8))
  provider.messageHandlers[102] = (_encoder, decoder) => {
    const payload = decoding.readVarUint8Array(decoder)
    answered ||= payload.every((byte, nth) => byte === token[nth])
  }
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, 102)
  encoding.writeVarUint8Array(encoder, token)
  provider.ws.send(encoding.toUint8Array(encoder))
  await until('saved', () => answered)
}

export const check = (what, condition) => {
  if (!condition) throw new Error(`not so: ${what}`)
}
