import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { PAGE_BYTES } from '../../../server/http/paging.ts'
import { signingAgent, transactionOf } from '../../support/battery/signing-agent.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { rowsOf } from '../../support/rows.ts'
import { ok } from '../../support/world.ts'

const WIDE = 40

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner }) => {
      const agent = await signingAgent(world, owner, owner)
      return { agent }
    })
    .extend('calls', ({ world }) => {
      /** Every page of a list, from the first on, and the size of the largest in bytes. */
      async function walked(url: string, name: string, token: string) {
        const ids: string[] = []
        let largest = 0
        for (let cursor = ''; ; ) {
          const { body } = await ok(world.call('GET', `${url}${cursor}`, { token }))
          largest = Math.max(largest, JSON.stringify(body).length)
          ids.push(...body[name].map(({ id }: { id: string }) => id))
          if (body.next_cursor === undefined) return { ids, largest }
          cursor = `&cursor=${encodeURIComponent(body.next_cursor)}`
        }
      }
      return { walked }
    }),
)

describe.each(engines)('a list of the largest possible entries, on $engine', ({ it }) => {
  it('of signed transactions has pages of a few megabytes, which together contain all of them', async ({
    world,
    scene: { agent },
    calls: { walked },
  }) => {
    await transactionOf(world, agent)
    const [row = {}] = await rowsOf(world, 'SELECT * FROM transactions ORDER BY seq DESC LIMIT 1')
    const { id: _, seq, signed_tx: __, nonce: ___, ...rest } = row
    const columns = Object.keys(rest)
    const calldata = `0x02${'a'.repeat(262_144)}`
    for (let n = 1; n <= WIDE; n++) {
      await rowsOf(
        world,
        `INSERT INTO transactions (id, seq, signed_tx, nonce, ${columns.join(', ')})
          SELECT '${randomUUID()}', ${Number(seq) + n}, '${calldata}', ${n}, ${columns.join(', ')} FROM transactions WHERE seq = ${Number(seq)} AND agent_id = '${agent.id}'`,
      )
    }
    const url = `/v1/agents/${agent.id}/transactions?include_signed_tx=true`
    const { ids, largest } = await walked(url, 'transactions', agent.token)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThan(WIDE)
    expect(largest).toBeLessThan(2 * PAGE_BYTES)
  })

  it('of secrets and their versions is limited in size, too', async ({ world, owner, vaultId, calls: { walked } }) => {
    const metadata = { note: 'm'.repeat(16_000) }
    for (let n = 0; n < 400; n++) await world.put(owner, vaultId, `wide/${n}`, 'v', { metadata })
    for (const url of [`/v1/vaults/${vaultId}/secrets?prefix=wide`, '/v1/secrets?limit=1000']) {
      const { ids, largest } = await walked(url, 'secrets', owner.token)
      expect(new Set(ids).size).toBeGreaterThanOrEqual(400)
      expect(largest).toBeLessThan(2 * PAGE_BYTES)
    }
  })
})
