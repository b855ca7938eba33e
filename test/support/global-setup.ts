import { createServer } from 'node:http'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { temporaryFilesInMemory } from './memory-folder.ts'
import { shared } from './shared.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL that gives tests the things they share, for `shared-thing.ts`; a thing is created at its first request. */
    shared: string
  }
}

/** Node's compile cache for the programs that tests start: each has its own home folder, whose cache would be empty. */
const COMPILED = join(import.meta.dirname, '../../node_modules/.cache/1claw/compile')

/** Serves the things that one run of vitest creates once for all its workers; each is created when a test first requests it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const takeAway = temporaryFilesInMemory()
  process.env['NODE_COMPILE_CACHE'] ??= COMPILED
  const { answer, end } = shared()
  const server = createServer(async ({ url = '' }, reply) => {
    await answer(url.slice(1)).then(
      said => reply.end(said),
      error => reply.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server of what tests share has no port.')
  project.provide('shared', `http://127.0.0.1:${address.port}`)
  return async () => {
    server.closeAllConnections()
    server.close()
    await end()
    takeAway()
  }
}
