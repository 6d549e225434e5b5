// Which updates Yjs takes. Argument: JSON of names and updates in hex; prints JSON of names and yes or no.
import * as Y from 'yjs'

const takes = (hex) => {
  try {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, Buffer.from(hex, 'hex'))
    Y.encodeStateAsUpdate(doc)
    return true
  } catch {
    return false
  }
}
console.log(JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(process.argv[2])).map(([name, hex]) => [name, takes(hex)]))))
