import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { type Row, rowsOf } from '../../support/rows.ts'
import type { TestUser } from '../../support/world.ts'

/** One version, and the request that reads its value. */
interface Stored {
  readonly what: string
  readonly url: string
  /** The request for the newest version. */
  readonly newest: string
  readonly token: string
  readonly secretId: string
  readonly version: number
  readonly value: string
}

const SEALED = ['ciphertext', 'wrapped_dek', 'kek_id', 'bound_kek_id'] as const

/** The same bytes on both engines. */
function literal(engine: string, value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (!Buffer.isBuffer(value)) return `'${String(value)}'`
  return engine === 'sqlite' ? `X'${value.toString('hex')}'` : `'\\x${value.toString('hex')}'`
}

const ofVersion = ({ secretId, version }: Stored) => `secret_id = '${secretId}' AND version = ${version}`

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world }) => {
      const stored: Stored[] = []
      async function fill(org: string, { token }: TestUser, vault: string): Promise<void> {
        for (const path of ['a', 'b']) {
          for (const version of [1, 2]) {
            const value = `${org} ${vault} ${path} ${version}`
            await world.put({ token }, vault, path, value)
            const url = `/v1/vaults/${vault}/secret-version/${path}/${version}`
            const [row] = await rowsOf(world, `SELECT id FROM secrets WHERE vault_id = '${vault}' AND path = '${path}'`)
            stored.push({
              what: value,
              url,
              newest: `/v1/vaults/${vault}/secrets/${path}`,
              token,
              secretId: String(row?.['id']),
              version,
              value,
            })
          }
        }
      }
      for (const [org, person] of Object.entries({ ours: await world.signUp(), theirs: await world.signUp() })) {
        for (const vault of [await world.vault(person), await world.vault(person)]) await fill(org, person, vault)
      }
      return { stored }
    })
    .extend('calls', ({ engine, world }) => {
      const rowOf = async (one: Stored) =>
        (await rowsOf(world, `SELECT * FROM secret_versions WHERE ${ofVersion(one)}`))[0] ?? expect.unreachable()
      const put = (one: Stored, row: Row, columns: readonly string[] = SEALED) => {
        const set = columns.map(name => `${name} = ${literal(engine, row[name])}`)
        return rowsOf(world, `UPDATE secret_versions SET ${set.join(', ')} WHERE ${ofVersion(one)}`)
      }
      /** The result of a read: the written value, or undefined. */
      async function read({ url, token }: Stored): Promise<string | undefined> {
        const { status, body } = await world.call('GET', url, { token })
        return status === 200 ? body.value : undefined
      }
      return { rowOf, put, read }
    }),
)

describe.each(engines)('a writer to the database, on $engine', { timeout: 120_000 }, ({ it }) => {
  it('cannot move a value to another version, secret, vault or organisation', async ({
    scene: { stored },
    calls: { rowOf, put, read },
  }) => {
    for (const one of stored) expect(await read(one)).toBe(one.value)
    const [one = expect.unreachable()] = stored
    const own = await rowOf(one)
    for (const other of stored.slice(1)) {
      const row = await rowOf(other)
      // The whole row, its two halves, and both of them under the vault's key.
      for (const columns of [SEALED, ['ciphertext'], ['wrapped_dek'], ['ciphertext', 'wrapped_dek']]) {
        await put(one, row, columns)
        expect(await read(one), `${other.what} in the row of ${one.what}`).toBeUndefined()
      }
      await put(one, own)
      expect(await read(one)).toBe(one.value)
    }
  })

  it('cannot make an older version the newest', async ({ world, scene: { stored }, calls: { rowOf, put } }) => {
    const older = stored.filter(({ version }) => version === 1).slice(0, 3)
    for (const one of older) {
      const { ciphertext, wrapped_dek } = await rowOf(one)
      const newest = stored.find(({ secretId, version }) => secretId === one.secretId && version === 2) ?? expect.unreachable()
      const own = await rowOf(newest)
      await put(newest, { ...own, ciphertext, wrapped_dek })
      const { status, body } = await world.call('GET', one.newest, { token: one.token })
      expect([status, JSON.stringify(body).includes(one.value)]).toEqual([500, false])
      await put(newest, own)
    }
  })

  it('cannot change a byte without making the value unreadable', async ({ scene: { stored }, calls: { rowOf, put, read } }) => {
    const [one = expect.unreachable()] = stored
    const own = await rowOf(one)
    for (const column of ['ciphertext', 'wrapped_dek'] as const) {
      const bytes = own[column] as Buffer
      for (let at = 0; at < bytes.length; at += 3) {
        const edited = Buffer.from(bytes)
        edited[at] = (edited[at] ?? 0) ^ (1 << (at % 8))
        await put(one, { ...own, [column]: edited })
        expect(await read(one), `${column}, byte ${at}`).toBeUndefined()
      }
      await put(one, { ...own, [column]: bytes.subarray(0, -1) })
      expect(await read(one)).toBeUndefined()
      await put(one, own)
    }
    expect(await read(one)).toBe(one.value)
  })
})
