import { createServer } from 'node:http'
import type { TestProject } from 'vitest/node'
import { type Cluster, startCluster } from './postgres-cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with the URL of the PostgreSQL server of this run; the first who asks starts it. */
    postgresServer: string
  }
}

/** One PostgreSQL server for a run of vitest, started only when a test asks for it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let cluster: Promise<Cluster> | undefined
  const door = createServer(async (_, reply) => {
    cluster ??= startCluster()
    await cluster.then(
      ({ url }) => reply.end(url),
      error => reply.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>(resolve => door.listen(0, '127.0.0.1', resolve))
  const address = door.address()
  if (address === null || typeof address === 'string') throw new Error('The door to PostgreSQL has no port.')
  project.provide('postgresServer', `http://127.0.0.1:${address.port}`)
  return async () => {
    door.closeAllConnections()
    door.close()
    await cluster?.then(
      started => started.stop(),
      () => {},
    )
  }
}
