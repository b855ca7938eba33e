import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Client } from '../../src/client/client.ts'
import { roundsOf } from '../support/chaos/rounds.ts'
import { apiOf, newPerson, signUp } from '../support/console.ts'
import { ENGINES } from '../support/databases.ts'
import { emptyPostgres } from '../support/postgres.ts'
import { startProgram } from '../support/program.ts'

const ROUNDS = roundsOf(6)
const SECRETS = 400

async function place(engine: string): Promise<{ dataDir: string; env: Record<string, string> }> {
  const dataDir = await mkdtemp(join(tmpdir(), '1claw-rotation-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  if (engine === 'sqlite') return { dataDir, env: {} }
  const { url, drop } = await emptyPostgres()
  onTestFinished(drop)
  return { dataDir, env: { ONECLAW_DATABASE_URL: url } }
}

describe.each(ENGINES)('a rotation of vault keys, on %s', engine => {
  it(
    `completes after ${ROUNDS} kills at any row, and every secret opens at every moment`,
    async () => {
      const { dataDir, env } = await place(engine)
      const person = newPerson()
      let server = await startProgram(dataDir, env)
      onTestFinished(async () => void (await server.stop('SIGKILL')))
      let client: Client = apiOf(server.url, await signUp(server.url, person))
      const { id: vault_id } = await client.call('vaults.create', { body: { name: 'chaos' } })
      const paths = Array.from({ length: SECRETS }, (_, i) => `p/${i}`)
      for (let at = 0; at < SECRETS; at += 100) {
        const secrets = paths.slice(at, at + 100).map(path => ({ path, value: path }))
        await client.call('secrets.put-many', { params: { vault_id }, body: { secrets } })
      }
      const ensureAllOpen = async () => {
        const { secrets } = await client.call('secrets.read-many', { params: { vault_id }, body: { paths } })
        for (const { path, value } of secrets) expect(value).toBe(path)
        expect(secrets).toHaveLength(SECRETS)
      }

      for (let round = 0; round < ROUNDS; round++) {
        const { id } = await client.call('keys.rotate', { params: { vault_id } })
        // The row at which it dies is random; that is the point of this test.
        await sleep(Math.random() * 150)
        await server.stop('SIGKILL')
        server = await startProgram(dataDir, env)
        client = apiOf(server.url, (await apiOf(server.url).call('auth.token', { body: person })).access_token)
        await ensureAllOpen()
        // If there can be several processes, another one takes over the rotation of a dead process after half a minute.
        if (engine === 'postgres' && round < ROUNDS - 1) continue
        for (let status = 'running'; status === 'running'; await sleep(50)) {
          const job = await client.call('keys.rotation', { params: { vault_id, job_id: id } })
          status = job.status
          if (status !== 'running')
            expect(job).toMatchObject({ status: 'completed', processed: SECRETS, total_versions: SECRETS })
        }
        await ensureAllOpen()
      }
    },
    120_000 + ROUNDS * 40_000,
  )
})
