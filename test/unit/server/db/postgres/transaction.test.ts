import { CompiledQuery } from 'kysely'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '../../../../../server/db/postgres/client.ts'
import { beginTransaction } from '../../../../../server/db/postgres/transaction.ts'
import { migratedPostgres, type PostgresDatabase } from '../../../../support/postgres.ts'

const put = (key: string) => CompiledQuery.raw('INSERT INTO server_facts (key, value) VALUES ($1, $2)', [key, 'x'])
const get = (key: string) => CompiledQuery.raw('SELECT value FROM server_facts WHERE key = $1', [key])

describe('a transaction on PostgreSQL', () => {
  let place: PostgresDatabase
  let pool: pg.Pool

  beforeAll(async () => {
    place = await migratedPostgres()
    pool = createPool(place.url, 2)
  })
  afterAll(async () => {
    await pool?.end()
    await place?.drop()
  })

  const stored = async (key: string) => (await pool.query('SELECT value FROM server_facts WHERE key = $1', [key])).rows

  it('answers statements that are sent together in their order, each seeing those before it', async () => {
    const transaction = await beginTransaction(pool, 'BEGIN')
    const [before, , after] = await Promise.all([get('row'), put('row'), get('row')].map(transaction.execute))
    await transaction.control('COMMIT')
    transaction.client.release()
    expect([before?.rows, after?.rows]).toEqual([[], [{ value: 'x' }]])
    expect(await stored('row')).toEqual([{ value: 'x' }])
  })

  it('changes nothing when it could not begin', async () => {
    const transaction = await beginTransaction(pool, 'SELECT 1 / 0')
    await expect(transaction.execute(put('alone'))).rejects.toThrow('division by zero')
    transaction.client.release()
    expect(transaction.lost).toBe(false)
    expect(await stored('alone')).toEqual([])
  })

  it('cannot be committed after a statement failed whose answer nobody waited for, and says why', async () => {
    const transaction = await beginTransaction(pool, 'BEGIN')
    transaction.controlOnly('SELECT 1 / 0')
    await expect(transaction.execute(put('later'))).rejects.toThrow()
    await expect(transaction.control('COMMIT')).rejects.toThrow()
    transaction.client.release()
    expect(transaction.failure?.error).toMatchObject({ message: 'division by zero' })
    expect(await stored('later')).toEqual([])
  })
})
