import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { Client } from '../../src/client/client.ts'
import { roundsOf } from '../support/chaos/rounds.ts'
import { apiOf, newPerson, signUp } from '../support/console.ts'
import { startProgram } from '../support/program.ts'
import { fractions } from '../support/random.ts'
import { openShell } from '../support/shell.ts'

const ROUNDS = roundsOf(20)
const WRITERS = 8
const PATHS = 40
/** The maximum number of writes, beyond ten, that are acknowledged in a round. All of them are read again, twice. */
const MORE_WRITES = 50
const SEED = 20260101

let dataDir = ''
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), '1claw-kill-'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

const digest = (value: string) => createHash('sha256').update(value).digest('hex')

it(
  `a server loses no acknowledged version in ${ROUNDS} kills during writes, and the audit chain verifies`,
  async () => {
    const random = fractions(SEED)
    const person = newPerson()
    /** The acknowledged versions: `path version` → digest of the value. */
    const acknowledged = new Map<string, string>()
    let vaultId = ''

    const write = async (client: Client, stopped: () => boolean) => {
      while (!stopped()) {
        const path = `p/${Math.floor(random() * PATHS)}`
        const value = `${random()}`.repeat(1 + Math.floor(random() * 200))
        const written = await client
          .call('secrets.put', { params: { vault_id: vaultId, path }, body: { value } })
          .catch(() => undefined)
        if (written) acknowledged.set(`${path} ${written.version}`, digest(value))
      }
    }

    const signIn = async (url: string): Promise<string> => (await apiOf(url).call('auth.token', { body: person })).access_token

    const check = async (client: Client, keys: Iterable<string>) => {
      for (const key of keys) {
        const [path = '', version] = key.split(' ')
        const opened = await client.call('secrets.version', { params: { vault_id: vaultId, path, version: Number(version) } })
        expect(digest(opened.value), key).toBe(acknowledged.get(key))
      }
    }

    let server = await startProgram(dataDir)
    onTestFinished(async () => void (await server.stop('SIGKILL')))
    let client = apiOf(server.url, await signUp(server.url, person))
    vaultId = (await client.call('vaults.create', { body: { name: 'chaos' } })).id
    for (let round = 0; round < ROUNDS; round++) {
      const before = new Set(acknowledged.keys())
      let stopped = false
      const writers = Array.from({ length: WRITERS }, () => write(client, () => stopped))
      // The write, and the moment in it, at which it dies is random; that is the point of this test.
      const enough = acknowledged.size + 10 + random() * MORE_WRITES
      while (acknowledged.size < enough) await sleep(5)
      await server.stop('SIGKILL')
      stopped = true
      await Promise.all(writers)

      // The process that recovers is the next one to be killed.
      server = await startProgram(dataDir)
      client = apiOf(server.url, await signIn(server.url))
      await check(
        client,
        [...acknowledged.keys()].filter(key => !before.has(key)),
      )
    }

    await server.stop('SIGKILL')
    server = await startProgram(dataDir)
    const token = await signIn(server.url)
    client = apiOf(server.url, token)
    await check(client, acknowledged.keys())
    for (let n = 0; n < PATHS; n++) {
      const { versions } = await client
        .call('secrets.versions', { params: { vault_id: vaultId, path: `p/${n}` } })
        .catch(() => ({ versions: [] }))
      // Without gaps, so no version number was taken but never written.
      expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => versions.length - index))
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS)

    const shell = await openShell({ ONECLAW_API_URL: server.url, ONECLAW_TOKEN: token })
    const verified = await shell.type('1claw audit verify')
    expect(verified.code, verified.stdout + verified.stderr).toBe(0)
    await shell.close()
    expect(await server.stop()).toBe(0)
  },
  100_000 + ROUNDS * 20_000,
)
