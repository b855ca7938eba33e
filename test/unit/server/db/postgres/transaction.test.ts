import { CompiledQuery } from 'kysely'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '../../../../../server/db/postgres/client.ts'
import { beginTransaction } from '../../../../../server/db/postgres/transaction.ts'
import { migratedPostgres, type PostgresDatabase } from '../../../../support/postgres.ts'
import { startTcpProxy, type TcpProxy } from '../../../../support/tcp-proxy.ts'

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

  describe('whose statements may take a second each', () => {
    const slow = CompiledQuery.raw('SELECT pg_sleep(0.7)', [])
    let proxy: TcpProxy
    let limited: pg.Pool

    beforeAll(async () => {
      proxy = await startTcpProxy(place.url)
      limited = createPool(proxy.url, 1, 1000)
    })
    afterAll(async () => {
      proxy?.freeze(false)
      await limited?.end()
      await proxy?.close()
    })

    it('waits for statements behind several slow ones, however long those take together', async () => {
      const transaction = await beginTransaction(limited, 'BEGIN')
      const answers = await Promise.all([slow, slow, slow, slow, get('slow')].map(transaction.execute))
      await transaction.control('COMMIT')
      transaction.client.release()
      expect(answers).toHaveLength(5)
      expect(transaction.lost).toBe(false)
    })

    it('is lost when the server does not answer at all', async () => {
      const transaction = await beginTransaction(limited, 'BEGIN')
      await transaction.execute(get('frozen'))
      proxy.freeze(true)
      const answers = [get('frozen'), get('frozen')].map(transaction.execute)
      for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: 'database.unavailable' })
      expect(transaction.lost).toBe(true)
      transaction.client.release(true)
    })
  })
})
