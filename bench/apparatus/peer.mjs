// Hocuspocus as it comes, without persistence: `node peer.mjs <port> [folder]`. Documents of which the folder has a
// file are loaded from it, so that opening a long one can be compared.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { Server } from '@hocuspocus/server'
import * as Y from 'yjs'

const [port, folder = ''] = process.argv.slice(2)
const server = new Server({
  address: '127.0.0.1',
  quiet: true,
  async onLoadDocument({ documentName, document }) {
    const path = join(folder, `${documentName}.bin`)
    if (folder && existsSync(path)) Y.applyUpdate(document, readFileSync(path))
  },
})
await server.listen(Number(port))
process.stdout.write('listening\n')
