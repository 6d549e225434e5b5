// The load generator: `node load.mjs <spec.json>`. It prints one JSON object a line: {"at": "began"}, {"at": "ended"}
// at the edges of the measured window (whoever started it reads the server's CPU time then), and {"at": "done", …}.

import { readFileSync } from 'node:fs'

import * as Y from 'yjs'

import { Crowd, pause } from './crowd.mjs'
import { hocuspocus, yWebsocket } from './wire.mjs'

const spec = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const wire = spec.wire === 'hocuspocus' ? hocuspocus : yWebsocket
const say = (at, more = {}) => process.stdout.write(`${JSON.stringify({ at, ...more })}\n`)
const typedIn = (content) => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, content)
  return doc.getXmlFragment('f:objectives').toString().replace(/<[^>]*>|始/g, '').length
}

/** Everybody types; figures of the window, and what is missing at the end. */
async function load() {
  const crowd = new Crowd(wire, spec)
  await crowd.connect()
  let [cpu, framesBefore, frames, spent] = [null, 0, 0, 0]
  const began = () => {
    ;[cpu, framesBefore] = [process.cpuUsage(), crowd.frames()]
    say('began')
    return true
  }
  const ended = () => {
    const used = process.cpuUsage(cpu)
    ;[frames, spent] = [crowd.frames() - framesBefore, (used.user + used.system) / 1e6]
    say('ended')
    return true
  }
  const edits = await crowd.type({ ...spec, began, ended })
  const missing = await crowd.settle(edits)
  say('done', {
    edits: edits * crowd.editors.length,
    editsEach: edits,
    missing,
    unacknowledged: crowd.unacknowledged(edits),
    gaps: crowd.rooms.reduce((sum, room) => sum + room.gaps, 0),
    peer: crowd.peer.summary(),
    own: crowd.own.summary(),
    frames,
    windowSeconds: spec.seconds,
    generatorSeconds: spent,
  })
  crowd.close()
}

/** One visitor a room, one after the other: how long until the document is there, and what it holds. */
async function visit() {
  const crowd = new Crowd(wire, spec)
  for (const editor of crowd.editors) {
    const before = performance.now()
    await Promise.race([editor.connect(), crowd.error])
    say('open', { room: editor.room.name, ms: performance.now() - before, bytes: editor.content.length, typed: typedIn(editor.content) })
  }
  say('done')
  if (spec.stay) for await (const _line of process.stdin) break
  crowd.close()
}

await (spec.mode === 'visit' ? visit() : load())
await pause(200)
process.exit(0)
