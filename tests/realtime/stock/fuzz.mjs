// Random edits by several unmodified clients with disconnections, until all are equal.
// Arguments: port, seed, number of edits, room, cookies…
import { Y, open, saved, synced, until } from './wire.mjs'

const [port, seed, edits, room, ...cookies] = process.argv.slice(2)

let state = Number(seed) >>> 0
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0
  let t = state
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const below = (n) => Math.floor(random() * n)
const pick = (list) => list[below(list.length)]

// Like every editor, never between the two halves of a character beyond the first plane.
const between = (text) => {
  const at = below(text.length + 1)
  const code = text.toString().charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at
}
const range = (text) => {
  const [from, to] = [between(text), between(text)].sort((a, b) => a - b)
  return [from, Math.min(to - from, 6)]
}
const whole = (text, [from, length]) => {
  const code = text.toString().charCodeAt(from + length)
  return [from, code >= 0xdc00 && code <= 0xdfff ? length - 1 : length]
}

const edit = (doc) => {
  const text = doc.getText('t')
  const map = doc.getMap('steps')
  const page = doc.getXmlFragment('f:objectives')
  pick([
    () => text.insert(between(text), pick(['教', '案', '𠮷', 'abc', '，', '情感态度'])),
    () => text.insert(text.length, pick(['目标', '重点'])),
    () => text.delete(...whole(text, range(text))),
    () => text.format(...whole(text, range(text)), { bold: pick([true, null]) }),
    () => {
      const step = new Y.Map()
      step.set('order', `a${below(1000)}`)
      step.set('teacher', new Y.XmlFragment())
      map.set(`s${below(6)}`, step)
    },
    () => { const step = map.get(`s${below(6)}`); if (step) step.set('order', `b${below(1000)}`) },
    () => { map.delete(`s${below(6)}`) },
    () => { const p = new Y.XmlElement('paragraph'); p.insert(0, [new Y.XmlText(pick(['导入', '新授', '小结']))]); page.insert(below(page.length + 1), [p]) },
    () => { if (page.length) page.delete(below(page.length), 1) },
  ])()
}

const clients = Array.from({ length: 5 }, (_, nth) => open(port, room, cookies[nth % cookies.length]))
await Promise.all(clients.map(synced))

for (let n = 0; n < Number(edits); n += 1) {
  const client = pick(clients)
  if (random() < 0.3) client.doc.transact(() => { edit(client.doc); edit(client.doc) })
  else edit(client.doc)
  if (random() < 0.01) { if (client.shouldConnect) client.disconnect(); else client.connect() }
  if (random() < 0.1) await new Promise((resolve) => setTimeout(resolve, below(12)))
}

clients.forEach((client) => { if (!client.shouldConnect) client.connect() })
await Promise.all(clients.map(synced))
await Promise.all(clients.map(saved))

// What the documents say; how often a run of equal text is cut, and the order of keys, are each client's own affair.
const runs = (delta) => delta.flatMap(({ insert, attributes }) => [...insert].map((c) => c + (attributes?.bold ? '!' : ''))).join('')
const sorted = (map) => Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${k}:${v.order}`)
const outline = (doc) =>
  JSON.stringify([runs(doc.getText('t').toDelta()), sorted(doc.getMap('steps').toJSON()), doc.getXmlFragment('f:objectives').toString()])
const equal = () => clients.every((client) => outline(client.doc) === outline(clients[0].doc))
await until('all are equal', equal)

const fresh = open(port, room, cookies[0], new Y.Doc())
await synced(fresh)
if (outline(fresh.doc) !== outline(clients[0].doc)) throw new Error('a new page sees something else')
if (fresh.doc.store.pendingStructs !== null || fresh.doc.store.pendingDs !== null) throw new Error('something is missing')

console.log(JSON.stringify({ text: clients[0].doc.getText('t').toString() }))
process.exit(0)
