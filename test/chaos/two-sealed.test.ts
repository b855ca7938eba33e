import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { apiOf, newPerson, signUp } from '../support/console.ts'
import { emptyPostgres, type PostgresDatabase } from '../support/postgres.ts'
import { type ServerProcess, startProgram } from '../support/program.ts'
import { sealFolder } from '../support/sealed.ts'

/** Each has its own file, so each is sealed separately. */
const PASSPHRASES = ['seven brown canaries sing at dawn', 'eight grey canaries sleep at noon'] as const
type Which = 0 | 1

let database: PostgresDatabase
let token = ''
let vaultId = ''
const folders: string[] = []
const servers: ServerProcess[] = []

const urlOf = (which: Which) => servers[which]?.url ?? ''
const unseal = (which: Which, by: Which = which) =>
  apiOf(urlOf(which)).call('seal.unseal', { body: { passphrase: PASSPHRASES[by] } })
const isSealed = async (which: Which) => (await apiOf(urlOf(which)).call('seal.status')).sealed
const secretAt = { vault_id: '', path: 'a' }
const read = async (which: Which) => (await apiOf(urlOf(which), token).call('secrets.get', { params: secretAt })).value

/** That it answers only this sentence to every request. */
async function ensureRefuses(which: Which): Promise<void> {
  for (const path of ['/readyz', '/v1/vaults', `/v1/vaults/${vaultId}/secrets/a`, '/v1/auth/me', '/']) {
    const reply = await fetch(urlOf(which) + path, { headers: { authorization: `Bearer ${token}` } })
    expect([path, reply.status]).toEqual([path, 503])
    expect(reply.headers.get('retry-after')).not.toBeNull()
    expect(await reply.json()).toMatchObject({
      type: expect.stringContaining('server_sealed'),
      detail: 'The server is sealed: it has no keys until its operator runs `1claw keys unseal`.',
    })
  }
  expect((await fetch(`${urlOf(which)}/livez`)).status).toBe(200)
}

beforeAll(async () => {
  database = await emptyPostgres()
  for (const name of ['one', 'two']) folders.push(await mkdtemp(join(tmpdir(), `1claw-sealed-${name}-`)))
  const [one = '', two = ''] = folders
  const settings = { ONECLAW_DATABASE_URL: database.url }
  const first = await startProgram(one, settings)
  token = await signUp(first.url, newPerson())
  vaultId = (await apiOf(first.url, token).call('vaults.create', { body: { name: 'v' } })).id
  secretAt.vault_id = vaultId
  await apiOf(first.url, token).call('secrets.put', { params: secretAt, body: { value: 'kept' } })
  await first.stop()
  await copyFile(join(one, 'root.key'), join(two, 'root.key'))
  for (const [index, folder] of folders.entries()) await sealFolder(folder, PASSPHRASES[index as Which])
  for (const folder of folders) servers.push(await startProgram(folder, settings))
})
afterAll(async () => {
  await Promise.all(servers.map(server => server.stop('SIGKILL')))
  await Promise.all(folders.map(folder => rm(folder, { recursive: true, force: true })))
  await database?.drop()
})

it('two sealed servers answer 503 until each is unsealed with its own passphrase', async () => {
  for (const which of [0, 1] as const) await ensureRefuses(which)
  await expect(unseal(0, 1)).rejects.toMatchObject({ message: 'The passphrase is wrong.' })
  expect(await isSealed(0)).toBe(true)
})

it('unsealing one does not unseal the other', async () => {
  expect(await unseal(0)).toEqual({ sealed: false })
  expect(await read(0)).toBe('kept')
  await ensureRefuses(1)
  expect(await isSealed(1)).toBe(true)
  expect(await unseal(1)).toEqual({ sealed: false })
  expect(await read(1)).toBe('kept')
})

it('sealing one server fails no request to the other', async () => {
  const failures: unknown[] = []
  let sent = 0
  let isOver = false
  const load = async () => {
    while (!isOver) {
      sent++
      await read(1).catch((error: unknown) => failures.push(error))
    }
  }
  const clients = [load(), load()]
  await apiOf(urlOf(0), token).call('seal.seal')
  await expect.poll(() => isSealed(0)).toBe(true)
  await ensureRefuses(0)
  const before = sent
  await expect.poll(() => sent).toBeGreaterThan(before + 20)
  // Secrets that it wrote while the other was sealed are there when the other is open again.
  await apiOf(urlOf(1), token).call('secrets.put', { params: secretAt, body: { value: 'written since' } })
  expect(await unseal(0)).toEqual({ sealed: false })
  expect(await read(0)).toBe('written since')
  isOver = true
  await Promise.all(clients)
  expect(failures).toEqual([])
  expect(await isSealed(1)).toBe(false)
})
