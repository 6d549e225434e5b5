// Lesson plans as shared documents, made of real Yjs updates.

import * as Y from 'yjs'

const CHARACTERS = '教学目标重点难点活动设计意图学生讨论回答板书作业评价反思家国情怀红色资源'
const FIELDS = ['textbook_analysis', 'learner_analysis', 'objectives', 'key_points', 'board', 'homework']
const STEPS = 7

/** A small deterministic random generator (mulberry32). */
export function dice(seed) {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

export const character = (roll) => CHARACTERS[roll(CHARACTERS.length)]

function paragraph(fragment) {
  const element = new Y.XmlElement('paragraph')
  const text = new Y.XmlText()
  element.insert(0, [text])
  fragment.insert(fragment.length, [element])
  return text
}

/** A room's first content: a paragraph for each editor. */
export function base(client, editors) {
  const doc = new Y.Doc()
  doc.clientID = client
  const fragment = doc.getXmlFragment('f:objectives')
  doc.transact(() => {
    for (let nth = 0; nth < editors; nth++) paragraph(fragment).insert(0, '始')
  })
  return Y.encodeStateAsUpdate(doc)
}

/** What an editor types into paragraph `nth` of a room: one update a character, each after the last. */
export function typing(update, client, nth, count) {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, update)
  doc.clientID = client
  const text = doc.getXmlFragment('f:objectives').get(nth).get(0)
  const updates = []
  doc.on('update', (one) => updates.push(one))
  const roll = dice(client)
  for (let done = 0; done < count; done++) text.insert(text.length, character(roll))
  return updates
}

/** The updates of a lesson plan that `authors` people wrote with `edits` edits: typing, corrections, lists of steps. */
export function history(seed, edits, authors) {
  const roll = dice(seed)
  const docs = Array.from({ length: authors }, (_, nth) => {
    const doc = new Y.Doc()
    doc.clientID = 1000 + seed * 100 + nth
    return doc
  })
  const updates = []
  docs[0].on('update', (one) => updates.push(one))
  docs[0].transact(() => {
    for (const field of FIELDS) paragraph(docs[0].getXmlFragment(`f:${field}`))
    const steps = docs[0].getMap('steps')
    for (let nth = 0; nth < STEPS; nth++) {
      const step = new Y.Map([['order', `a${nth}`], ['minutes', 5], ['phase', '活动']])
      steps.set(`s${nth}`, step)
      for (const cell of ['teacher', 'student', 'intent']) {
        const fragment = new Y.XmlFragment()
        step.set(cell, fragment)
        paragraph(fragment)
      }
    }
  })
  for (const doc of docs.slice(1)) Y.applyUpdate(doc, updates[0])
  docs.forEach((doc, nth) => {
    if (nth > 0) doc.on('update', (one, origin) => origin !== 'others' && updates.push(one))
  })
  let exchanged = updates.length
  const places = docs.map(texts)
  while (updates.length < edits) {
    const author = roll(authors)
    const text = places[author][roll(places[author].length)]
    write(text, roll, Math.min(1 + roll(20), edits - updates.length))
    if (roll(4) === 0) {
      const news = updates.slice(exchanged)
      for (const doc of docs) for (const update of news) Y.applyUpdate(doc, update, 'others')
      exchanged = updates.length
    }
  }
  return updates
}

/** Every text of a plan, in the same order for each author. */
function texts(doc) {
  const found = FIELDS.map((field) => doc.getXmlFragment(`f:${field}`).get(0).get(0))
  const steps = doc.getMap('steps')
  for (let nth = 0; nth < STEPS; nth++)
    for (const cell of ['teacher', 'student', 'intent']) found.push(steps.get(`s${nth}`).get(cell).get(0).get(0))
  return found
}

/** A burst at one place: mostly typing on, sometimes taking back. */
function write(text, roll, times) {
  let at = roll(text.length + 1)
  for (let done = 0; done < times; done++) {
    if (at > 0 && roll(8) === 0) text.delete(--at, 1)
    else text.insert(at++, character(roll))
  }
}
