import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { roundsOf } from '../support/chaos/rounds.ts'
import { apiOf, newPerson, signUp } from '../support/console.ts'
import { ENGINES } from '../support/databases.ts'
import { emptyPostgres } from '../support/postgres.ts'
import { type ServerProcess, startProgram } from '../support/program.ts'
import { makeSoftHsm } from '../support/softhsm.ts'

const ROUNDS = roundsOf(5)
const VAULTS = 12
const PATHS = Array.from({ length: 25 }, (_, i) => `p/${i}`)

/** Settings with the root key file and a new token, and the number of servers that share them. */
async function place(engine: string): Promise<{ dataDir: string; env: Record<string, string>; servers: number }> {
  const dataDir = await mkdtemp(join(tmpdir(), '1claw-migration-'))
  const hsm = await makeSoftHsm()
  onTestFinished(async () => {
    await hsm.remove()
    await rm(dataDir, { recursive: true, force: true })
  })
  const { module, tokenLabel, pin } = await hsm.addToken()
  const next = { MODULE: module, TOKEN_LABEL: tokenLabel, PIN: pin }
  const env = {
    ONECLAW_NEXT_KEYSTORE: 'pkcs11',
    ...Object.fromEntries(Object.entries(next).map(([name, value]) => [`ONECLAW_NEXT_PKCS11_${name}`, value])),
  }
  if (engine === 'sqlite') return { dataDir, env, servers: 1 }
  const { url, drop } = await emptyPostgres()
  onTestFinished(drop)
  return { dataDir, env: { ...env, ONECLAW_DATABASE_URL: url }, servers: 2 }
}

describe.each(ENGINES)('a migration of keys, on %s', engine => {
  it(
    `completes after ${ROUNDS} kills at any row in both directions, and every secret opens at every moment`,
    async () => {
      const { dataDir, env, servers: count } = await place(engine)
      const servers: ServerProcess[] = []
      onTestFinished(async () => void (await Promise.all(servers.map(server => server.stop('SIGKILL')))))
      // One after the other: the first creates the keys that the empty token needs.
      while (servers.length < count) servers.push(await startProgram(dataDir, env))
      const token = await signUp(servers[0]?.url ?? '', newPerson())
      const client = (round: number) => apiOf(servers[round % count]?.url ?? '', token)
      const vaults: string[] = []
      for (let i = 0; i < VAULTS; i++) {
        const { id: vault_id } = await client(i).call('vaults.create', { body: { name: `chaos ${i}` } })
        const secrets = PATHS.map(path => ({ path, value: vault_id + path }))
        await client(i).call('secrets.put-many', { params: { vault_id }, body: { secrets } })
        vaults.push(vault_id)
      }
      const [treasury = ''] = vaults
      await client(0).call('intents.create-key', { params: { vault_id: treasury, path: 'eth/hot' } })
      const ensureAllOpen = async (round: number) => {
        for (const vault_id of vaults) {
          const { secrets } = await client(round).call('secrets.read-many', { params: { vault_id }, body: { paths: PATHS } })
          expect(secrets.map(({ value }) => value)).toEqual(PATHS.map(path => vault_id + path))
        }
      }

      for (let round = 0; round < ROUNDS; round++) {
        await client(round).call('keys.migrate', { body: { to: round % 2 === 0 ? 'pkcs11' : 'software' } })
        // The row at which it dies is random; that is the point of this test.
        await sleep(Math.random() * 500)
        const victim = round % count
        await servers[victim]?.stop('SIGKILL')
        if (count > 1) await ensureAllOpen(round + 1)
        servers[victim] = await startProgram(dataDir, env)
        await ensureAllOpen(round)
      }
      // If there are several processes, another one takes over from a killed process after half a minute.
      const plan = () => client(0).call('keys.migration', { query: { to: 'pkcs11' } })
      await client(0).call('keys.migrate', { body: { to: 'pkcs11' } })
      await expect.poll(plan, { timeout: 120_000, interval: 250 }).toMatchObject({ active: true, vaults: 0, rotations: 0 })
      expect((await plan()).stays.filter(({ kind }) => kind !== 'server-keys')).toEqual([])
      for (let i = 0; i < count; i++) await ensureAllOpen(i)
    },
    120_000 + ROUNDS * 40_000,
  )
})
