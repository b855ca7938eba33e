/** `npm run bench -- --pg`: a server on its own PostgreSQL, whose commits are on the disk when they are answered. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCluster } from '../support/postgres-cluster.ts'
import { type Served, serve } from './servers.ts'

/** Gives `work` a new, empty server, and removes everything afterwards. */
export async function onPostgres(work: (server: Served) => Promise<void>): Promise<void> {
  const cluster = await startCluster({ durable: true })
  const dataDir = await mkdtemp(join(tmpdir(), '1claw-bench-pg-'))
  try {
    const server = await serve(dataDir, { ONECLAW_DATABASE_URL: cluster.url })
    await work(server).finally(() => server.stop())
  } finally {
    await cluster.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
