// Random edits of three Yjs documents with no regard for characters beyond the first plane. Argument: seed.
// Prints what a server would receive, in order, and what the documents say in the end.
import * as Y from 'yjs'

let state = Number(process.argv[2]) >>> 0
const below = (n) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return Math.floor((state / 4294967296) * n)
}

const log = []
const docs = [1, 2, 3].map((clientID) => {
  const doc = new Y.Doc()
  doc.clientID = clientID
  doc.waiting = []
  doc.on('update', (update, origin) => {
    if (origin === 'server') return
    log.push(Buffer.from(update).toString('hex'))
    docs.forEach((other) => other !== doc && other.waiting.push(update))
  })
  return doc
})
const hear = (doc) => doc.waiting.splice(0).forEach((update) => Y.applyUpdate(doc, update, 'server'))

const edit = (text) => {
  const at = below(text.length + 1)
  const length = Math.min(below(4), text.length - at)
  const what = below(5)
  if (what < 2) text.insert(at, ['𠮷', 'a', '教案', '👍🏽', '姓𠮷名'][below(5)])
  else if (what === 2) text.delete(at, length)
  else if (what === 3) text.format(at, length, { bold: below(2) ? true : null })
  else text.insert(at, '，')
}

for (let n = 0; n < 60; n += 1) {
  const doc = docs[below(3)]
  if (below(2)) hear(doc)
  doc.transact(() => edit(doc.getText('t')))
}
for (let n = 0; n < 3; n += 1) docs.forEach(hear)
const said = docs.map((doc) => doc.getText('t').toString())
const clocks = Object.fromEntries(Y.decodeStateVector(Y.encodeStateVector(docs[0])))
const fresh = new Y.Doc()
log.forEach((hex) => Y.applyUpdate(fresh, Buffer.from(hex, 'hex')))
console.log(JSON.stringify({ log, texts: [...said, fresh.getText('t').toString()], clocks }))
