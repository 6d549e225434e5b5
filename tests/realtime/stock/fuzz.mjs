// Random edits by several unmodified clients with disconnections, until all are equal: what Yjs' own random tests do to
// texts, arrays, maps and XML, with our socket as the wire.
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

// Also found by walking, as an editor does: elements at any depth, and their texts.
const inside = (container, kind, found = []) => {
  for (const child of container.toArray()) {
    if (child instanceof kind) found.push(child)
    if (child instanceof Y.XmlElement) inside(child, kind, found)
  }
  return found
}

const paragraph = () => {
  const made = new Y.XmlElement('paragraph')
  made.insert(0, [new Y.XmlText(pick(['导入', '新授', '小结']))])
  return made
}

const inArray = (array) =>
  pick([
    () => array.insert(below(array.length + 1), Array.from({ length: 1 + below(4) }, () => pick([below(1000), '课', true, null, { 年级: below(9) }]))),
    () => array.push([new Y.Array()]),
    () => { const inner = array.toArray().filter((one) => one instanceof Y.Array); if (inner.length) pick(inner).insert(0, [below(100), '里']) },
    () => { if (array.length) { const at = below(array.length); array.delete(at, 1 + below(Math.min(3, array.length - at))) } },
  ])

const inMap = (map) =>
  pick([
    () => map.set(pick(['一', '二', '三']), pick([below(1000), '值', [1, '二']])),
    () => map.set('四', new Y.Map([['深', below(10)]])),
    () => { const inner = map.get('四'); if (inner instanceof Y.Map) inner.set(pick(['深', '浅']), below(100)) },
    () => map.delete(pick(['一', '二', '三', '四'])),
  ])

const inPage = (page) =>
  pick([
    () => { const list = new Y.XmlElement('bullet_list'); list.insert(0, [paragraph()]); page.insert(below(page.length + 1), [list]) },
    () => { const found = inside(page, Y.XmlElement); if (found.length) pick(found).setAttribute('align', pick(['center', 'right'])) },
    () => { const found = inside(page, Y.XmlElement); if (found.length) pick(found).removeAttribute('align') },
    () => { const lists = inside(page, Y.XmlElement).filter(({ nodeName }) => nodeName === 'bullet_list'); if (lists.length) { const list = pick(lists); list.insert(below(list.length + 1), [paragraph()]) } },
    () => { const found = inside(page, Y.XmlText); if (found.length) { const text = pick(found); text.insert(below(text.length + 1), pick(['字', '，'])) } },
    () => { const found = inside(page, Y.XmlText).filter(({ length }) => length > 1); if (found.length) pick(found).format(0, 2, { strong: pick([{}, null]) }) },
    () => { const found = inside(page, Y.XmlText).filter(({ length }) => length > 1); if (found.length) pick(found).delete(0, 1) },
  ])

const edit = (doc) => {
  const text = doc.getText('t')
  const map = doc.getMap('steps')
  const page = doc.getXmlFragment('f:objectives')
  pick([
    inArray(doc.getArray('a')),
    inMap(doc.getMap('m')),
    inPage(page),
    inPage(page),
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
    () => page.insert(below(page.length + 1), [paragraph()]),
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
const ordered = (value) =>
  value && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, ordered(v)])) : value
const outline = (doc) =>
  JSON.stringify([
    runs(doc.getText('t').toDelta()), sorted(doc.getMap('steps').toJSON()), doc.getXmlFragment('f:objectives').toString(),
    doc.getArray('a').toJSON(), ordered(doc.getMap('m').toJSON()),
  ])
const equal = () => clients.every((client) => outline(client.doc) === outline(clients[0].doc))
await until('all are equal', equal)

const fresh = open(port, room, cookies[0], new Y.Doc())
await synced(fresh)
if (outline(fresh.doc) !== outline(clients[0].doc)) throw new Error('a new page sees something else')
if (fresh.doc.store.pendingStructs !== null || fresh.doc.store.pendingDs !== null) throw new Error('something is missing')

const [{ doc }] = clients
console.log(JSON.stringify({ text: doc.getText('t').toString(), array: doc.getArray('a').toJSON(), map: doc.getMap('m').toJSON() }))
process.exit(0)
