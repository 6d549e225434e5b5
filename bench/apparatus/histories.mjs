// `node histories.mjs <folder> <count> <edits>` writes lesson plans as files: `<n>.log` is every update with its length
// before it (four bytes, big endian), `<n>.bin` their merge.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import * as Y from 'yjs'

import { history } from './lesson.mjs'

const [folder, count, edits] = process.argv.slice(2)
for (let nth = 0; nth < Number(count); nth++) {
  const updates = history(nth + 1, Number(edits), 4)
  const framed = updates.flatMap((update) => {
    const size = Buffer.alloc(4)
    size.writeUInt32BE(update.length)
    return [size, update]
  })
  writeFileSync(join(folder, `${nth}.log`), Buffer.concat(framed))
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  writeFileSync(join(folder, `${nth}.bin`), Y.encodeStateAsUpdate(doc))
}
