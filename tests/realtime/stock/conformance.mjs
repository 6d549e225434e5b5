// What an unmodified y-websocket 3.1 client needs of a server. Arguments: port, cookie of a writer, of another, of a reader.
import { Y, check, open, saved, synced, until } from './wire.mjs'

const [port, writer, colleague, reader] = process.argv.slice(2)
const text = (provider) => provider.doc.getText('t')

const one = open(port, '1', writer)
const two = open(port, '1', colleague)
await Promise.all([synced(one), synced(two)])

// Typing reaches the other page, also in Chinese and beyond the first plane.
text(one).insert(0, '教案𠮷')
await until('the other page has the text', () => text(two).toString() === '教案𠮷')
await saved(one)

// Own edits come back and change nothing.
let events = 0
one.doc.on('update', (_update, origin) => { if (origin === one) events += 1 })
text(one).insert(text(one).length, '。')
await saved(one)
check('an echo is no event', events === 0)

// Presence: stamped, and nobody is asked to send it twice.
one.awareness.setLocalStateField('user', { name: '冒名', id: 0 })
await until('presence', () => two.awareness.getStates().get(one.doc.clientID)?.user?.name === '刘秀兰')
check('own state stays own', one.awareness.getLocalState().user.name === '冒名')

// Work while disconnected comes up by itself before the page sees `sync`, and so is covered by a barrier sent then.
one.disconnect()
await until('gone for the other', () => !two.awareness.getStates().has(one.doc.clientID))
text(one).insert(0, '离线')
text(two).insert(text(two).length, '在线')
one.connect()
await synced(one)
await saved(one)
await until('both have both', () => text(one).toString() === '离线教案𠮷。在线' && text(two).toString() === text(one).toString())

// Seen again at once, though a stock client sends its presence with an unchanged clock.
await until('seen again', () => two.awareness.getStates().has(one.doc.clientID), 5)

// A reader reads, is told, and cannot write.
const three = open(port, '1', reader)
const warned = []
const warn = console.warn
console.warn = (line) => warned.push(line)
await synced(three)
text(three).insert(0, '偷改')
await until('told', () => warned.length >= 2)
console.warn = warn
check('not stored', text(two).toString() === '离线教案𠮷。在线')

// A code that waiting does not change ends the retries.
const lost = open(port, 'nothing', writer)
let closedWith = null
lost.on('closed', (event) => { closedWith = event.code })
await until('closed for good', () => closedWith !== null)
check('4404', closedWith === 4404 && !lost.shouldConnect)

// A client that comes new has the same document.
const four = open(port, '1', colleague, new Y.Doc())
await synced(four)
check('the same document', text(four).toString() === text(two).toString())

for (const provider of [one, two, three, four, lost]) provider.destroy()
console.log(JSON.stringify({ text: text(two).toString() }))
process.exit(0)
