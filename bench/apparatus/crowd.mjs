// Many editors at once, each behaving like a stock client, in one process that must never be the bottleneck:
// every update is made before the clock starts, frames are sent as they are, and what arrives is read with a few
// dozen byte operations instead of being integrated.

import WebSocket from 'ws'

import { base, dice, typing } from './lesson.mjs'
import { ACKNOWLEDGED, EMPTY_UPDATE, Reader, STEP1, STEP2, SYNC, readTyping } from './wire.mjs'

const PRESENCE_RENEWAL_MS = 15_000
const OPENED_AT_ONCE = 20
const FIRST_CLIENT = 100_000

const reader = new Reader()
const now = () => performance.now()
export const pause = (ms) => new Promise((done) => setTimeout(done, ms))

/** Latencies of the measured window, in milliseconds. */
export class Latencies {
  values = []

  add(value) {
    this.values.push(value)
  }

  summary() {
    const sorted = Float64Array.from(this.values).sort()
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
    return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? null }
  }
}

/** One connection of one editor to one room. */
export class Editor {
  sentAt = []
  seen = new Map()
  acknowledged = 0
  frames = 0

  constructor(crowd, room, nth, client) {
    Object.assign(this, { crowd, room, nth, client })
    this.prefix = crowd.wire.prefix(room.name)
    this.ready = new Promise((done, failed) => Object.assign(this, { done, failed }))
  }

  connect() {
    const { wire, origin } = this.crowd
    const headers = { Cookie: this.room.cookies[this.nth % this.room.cookies.length] ?? '' }
    this.socket = new WebSocket(this.room.url, { headers, origin, perMessageDeflate: false, skipUTF8Validation: true })
    this.socket.on('open', () => {
      for (const frame of wire.hello(this.room.name)) this.socket.send(frame)
      this.present(0)
    })
    this.socket.on('message', (data) => this.receive(data))
    this.socket.on('error', (error) => this.failed(error))
    this.socket.on('close', (code) => this.closing || this.crowd.fail(new Error(`a connection was closed: ${code}`)))
    return this.ready
  }

  present(clock) {
    const state = { user: { name: `editor ${this.client}`, color: '#a63a2b' } }
    this.socket.send(this.crowd.wire.presence(this.room.name, this.client, clock, state))
    this.renewal = setTimeout(() => this.present(clock + 1), PRESENCE_RENEWAL_MS)
  }

  receive(data) {
    this.frames++
    const message = reader.open(data, this.prefix)
    const type = message.uint()
    if (type === ACKNOWLEDGED && this.prefix > 0) this.confirm()
    if (type !== SYNC && type !== 4) return
    const step = message.uint()
    const size = message.uint()
    if (step === STEP1) this.socket.send(this.crowd.wire.answer(this.room.name, EMPTY_UPDATE))
    else if (step === STEP2) this.take(data.subarray(message.at, message.at + size))
    else if (this.room.started) readTyping(message, this.typed)
  }

  take(update) {
    this.content = update
    this.done(this)
  }

  typed = (client, from, to) => {
    const known = this.seen.get(client) ?? this.room.firstClock
    if (to <= known) return
    if (from > known) this.room.gaps++
    this.seen.set(client, to)
    const at = now()
    const own = client === this.client
    if (own && this.prefix > 0) return // Hocuspocus acknowledges by a message of its own
    const sentAt = own ? this.sentAt : this.room.editors.get(client).sentAt
    for (let clock = Math.max(from, known); clock < to; clock++) this.crowd.count(own, at - sentAt[clock - this.room.firstClock], at)
    if (own) this.acknowledged = to - this.room.firstClock
  }

  confirm() {
    if (!this.room.started) return // it was about the room's first content
    const at = now()
    this.crowd.count(true, at - this.sentAt[this.acknowledged++], at)
  }

  type(at) {
    this.sentAt.push(at)
    this.socket.send(this.prepared[this.sentAt.length - 1])
  }

  close() {
    this.closing = true
    clearTimeout(this.renewal)
    this.socket.close()
  }
}

/** One document and everybody who has it open. */
class Room {
  editors = new Map()
  started = false
  gaps = 0
  firstClock = 0

  constructor(crowd, spec, firstClient) {
    Object.assign(this, spec)
    for (let nth = 0; nth < spec.editors_count; nth++) {
      const client = firstClient + nth
      this.editors.set(client, new Editor(crowd, this, nth, client))
    }
    this.author = firstClient + 90_000_000
  }

  prepare(wire, edits) {
    const content = base(this.author, this.editors.size)
    for (const editor of this.editors.values())
      editor.prepared = typing(content, editor.client, editor.nth, edits).map((update) => wire.update(this.name, update))
    return wire.update(this.name, content)
  }
}

/** All rooms of one case. */
export class Crowd {
  constructor(wire, spec) {
    this.wire = wire
    this.origin = spec.origin
    this.rooms = spec.rooms.map((room, nth) => new Room(this, room, FIRST_CLIENT + nth * 1000))
    this.editors = this.rooms.flatMap((room) => [...room.editors.values()])
    this.peer = new Latencies()
    this.own = new Latencies()
    this.window = [Infinity, Infinity]
    this.error = new Promise((_done, failed) => Object.assign(this, { fail: failed }))
    this.error.catch(() => {})
  }

  count(own, latency, at) {
    if (at < this.window[0] || at >= this.window[1]) return
    if (own) this.own.add(latency)
    else this.peer.add(latency)
  }

  async connect() {
    for (let at = 0; at < this.editors.length; at += OPENED_AT_ONCE)
      await Promise.race([Promise.all(this.editors.slice(at, at + OPENED_AT_ONCE).map((one) => one.connect())), this.error])
  }

  /** Everybody types `rate` characters a second, each in a rhythm that begins at random; `began` and `ended` frame the measured window. */
  async type({ rate, warmup, seconds, began, ended }) {
    const edits = Math.ceil(rate * (warmup + seconds))
    for (const room of this.rooms) {
      const first = room.prepare(this.wire, edits)
      ;[...room.editors.values()][0].socket.send(first)
    }
    await pause(1500)
    for (const room of this.rooms) room.started = true
    const roll = dice(this.editors.length)
    const stage = this.editors.map(() => roll(1e6) / 1e6).sort((a, b) => a - b)
    const start = now() + 200
    const due = (turn) => {
      const round = Math.floor(turn / this.editors.length)
      return start + ((round + stage[turn % this.editors.length]) * 1000) / rate
    }
    const order = shuffled(this.editors, roll)
    const turns = edits * this.editors.length
    const edges = [start + warmup * 1000, start + (warmup + seconds) * 1000]
    this.window = edges
    let turn = 0
    let [isOn, isOver] = [false, false]
    while (turn < turns || !isOver) {
      const at = now()
      if (!isOn && at >= edges[0]) [isOn] = [true, began()]
      if (!isOver && at >= edges[1]) [isOver] = [true, ended()]
      for (; turn < turns && due(turn) <= at; turn++) order[turn % order.length].type(now())
      const next = Math.min(turn < turns ? due(turn) : Infinity, isOn ? Infinity : edges[0], isOver ? Infinity : edges[1])
      await Promise.race([pause(Math.max(0, Math.min(1000, next - now()))), this.error])
    }
    return edits
  }

  /** Wait until everybody has everything, or nothing has come for five seconds; how many edits somebody lacks. */
  async settle(edits) {
    let [missing, still] = [this.missing(edits), 0]
    while (missing > 0 && still < 50) {
      await pause(100)
      const left = this.missing(edits)
      still = left === missing ? still + 1 : 0
      missing = left
    }
    return missing
  }

  missing(edits) {
    let missing = 0
    for (const room of this.rooms)
      for (const editor of room.editors.values())
        for (const client of room.editors.keys())
          if (client !== editor.client) missing += room.firstClock + edits - (editor.seen.get(client) ?? room.firstClock)
    return missing
  }

  unacknowledged(edits) {
    return this.editors.reduce((sum, editor) => sum + edits - editor.acknowledged, 0)
  }

  frames() {
    return this.editors.reduce((sum, editor) => sum + editor.frames, 0)
  }

  close() {
    for (const editor of this.editors) editor.close()
  }
}

/**
 * Every order as likely as any other: who types next has nothing to do with the room. An order that spreads the editors of a
 * room evenly would never bring two of its edits close together, and no server would have anything to merge.
 */
export function shuffled(list, roll) {
  const order = [...list]
  for (let last = order.length - 1; last > 0; last--) {
    const nth = roll(last + 1)
    ;[order[last], order[nth]] = [order[nth], order[last]]
  }
  return order
}
