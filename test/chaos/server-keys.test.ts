import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { roundsOf } from '../support/chaos/rounds.ts'
import { apiOf, newPerson, signUp } from '../support/console.ts'
import { ENGINES } from '../support/databases.ts'
import { emptyPostgres } from '../support/postgres.ts'
import { startProgram } from '../support/program.ts'
import { rowsOf } from '../support/rows.ts'

const ROUNDS = roundsOf(8)
const KEYS = ['jwt', 'audit', 'data-box', 'pepper'] as const

const NAME = `a rotation of the server's keys that is killed ${ROUNDS} times leaves every key, token and event as good as before`

it.each(ENGINES)(
  `${NAME}, on %s`,
  async engine => {
    const dataDir = await mkdtemp(join(tmpdir(), '1claw-server-keys-'))
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
    const postgres = engine === 'postgres' ? await emptyPostgres() : undefined
    onTestFinished(async () => postgres?.drop())
    const env: Record<string, string> = postgres ? { ONECLAW_DATABASE_URL: postgres.url } : {}
    const person = newPerson()
    let server = await startProgram(dataDir, env)
    onTestFinished(async () => void (await server.stop('SIGKILL')))
    const tokens = [await signUp(server.url, person)]
    const apiKeys: string[] = []
    await server.stop('SIGKILL')
    await rowsOf({ config: { databaseUrl: postgres?.url }, dataDir }, 'UPDATE orgs SET is_platform = 1')

    for (let round = 0; round < ROUNDS; round++) {
      server = await startProgram(dataDir, env)
      const client = apiOf(server.url, (await apiOf(server.url).call('auth.token', { body: person })).access_token)
      for (const token of tokens) expect(await apiOf(server.url, token).call('account.me')).toMatchObject({ email: person.email })
      for (const api_key of apiKeys) await apiOf(server.url).call('auth.api-key-token', { body: { api_key } })
      expect(await client.call('audit.verify', { query: { full: 'true' } })).toMatchObject({ ok: true, faults: [] })
      const { api_key } = await client.call('api-keys.create', { body: { name: `round ${round}` } })
      apiKeys.push(api_key)
      tokens.push((await apiOf(server.url).call('auth.token', { body: person })).access_token)
      const rotations = KEYS.map(key => client.call('keys.rotate-server', { params: { key } }).catch(() => undefined))
      // The row at which it dies is random; that is the point of this test.
      await sleep(Math.random() * 60)
      await server.stop('SIGKILL')
      await Promise.all(rotations)
    }

    server = await startProgram(dataDir, env)
    const client = apiOf(server.url, (await apiOf(server.url).call('auth.token', { body: person })).access_token)
    const { keys } = await client.call('keys.status')
    for (const key of KEYS) expect(keys.filter(each => each.key === key && each.state === 'current')).toHaveLength(1)
    expect(await client.call('audit.verify', { query: { full: 'true' } })).toMatchObject({ ok: true, faults: [] })
  },
  60_000 + ROUNDS * 20_000,
)
