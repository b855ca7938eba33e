import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database, Handle } from '../../../../../server/db/database.ts'
import { openDatabase } from '../../../../../server/db/open.ts'
import { releaseNonce, takeNonce } from '../../../../../server/modules/intents/lifecycle/nonces.ts'
import {
  type Draft,
  pendingFrom,
  type ReservingStores,
  reserve,
} from '../../../../../server/modules/intents/lifecycle/reserving.ts'
import { settle } from '../../../../../server/modules/intents/lifecycle/settling.ts'
import { book, openAccount, spentOn } from '../../../../../server/modules/intents/lifecycle/spending.ts'
import type { AgentRow } from '../../../../../server/stores/agents.ts'
import { type IntentStore, intentStore } from '../../../../../server/stores/intents/intents.ts'
import type { TransactionRow } from '../../../../../server/stores/intents/transaction-rows.ts'
import { ENGINES, migratedPlace, type Place } from '../../../../support/databases.ts'
import { permitted, permittedKey } from '../../../../support/permitted-key.ts'
import { chance } from '../../../../support/random.ts'
import { blank } from '../../../../support/stored-transaction.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

describe.each(ENGINES)('reservations on %s', engine => {
  let place: Place
  let database: Database<{ intents: IntentStore }>

  beforeAll(async () => {
    place = await migratedPlace(engine)
    database = await openDatabase(place.options, (handle: Handle) => ({ intents: intentStore(handle) }))
  })
  afterAll(async () => {
    await database.close()
    await place.remove()
  })

  const spend = (agentId: string, counted: bigint, now: number) =>
    database.run(async ({ intents }) => {
      const seq = await book(intents, await openAccount(intents, agentId, now), counted)
      const row = { ...blank, id: randomUUID(), agent_id: agentId, seq, counted_wei: String(counted), created_at: now }
      await intents.add(row)
      return row
    })

  it('count exactly what a plain sum over 24 hours would', async () => {
    const random = chance(11)
    const agentId = randomUUID()
    const rows: { row: TransactionRow; counted: bigint }[] = []
    let now = 1_700_000_000_000
    for (let step = 0; step < 150; step++) {
      // Mostly forward, sometimes far, now and then back: in whole hours, so the steps of the window do not blur the sum.
      now += random.once(15) ? -random.integer(30) * HOUR_MS : random.integer(4) * HOUR_MS
      if (random.once(3) && rows.length > 0) {
        const picked = random.of(rows)
        const counted = BigInt(random.integer(1_000_000)) * 10n ** 30n
        const isOurs = await database.run(({ intents }) =>
          settle(intents, picked.row, { from: 'pending', fields: {}, counts: counted }, now),
        )
        expect(isOurs).toBe(true)
        picked.counted = counted
      } else {
        const counted = BigInt(random.integer(1_000_000)) * 10n ** 30n
        rows.push({ row: await spend(agentId, counted, now), counted })
      }
      const { spent, day } = await database.run(async ({ intents }) => {
        const account = await openAccount(intents, agentId, now)
        await intents.saveSpending(account.row)
        return { spent: account.spent, day: spentOn(account.row, now) }
      })
      const sum = (from: number) =>
        rows.filter(({ row }) => row.created_at > from).reduce((total, { counted }) => total + counted, 0n)
      expect(spent, `step ${step}`).toBe(sum(now - DAY_MS))
      expect(typeof day).toBe('bigint')
    }
  })

  it('are refused for an agent that expired while its transaction was prepared', async () => {
    const agentId = randomUUID()
    const now = 1_700_000_000_000
    const agent = { id: agentId, is_active: true, intents_api_enabled: true, expires_at: now } as AgentRow
    const agents = { byId: async () => agent } as Partial<ReservingStores['agents']> as ReservingStores['agents']
    const draft = { grant: { resource: { agentId } }, key: permittedKey(agentId) } as Draft
    const reserved = database.run(({ intents }) => {
      const stores: Partial<ReservingStores> = { intents, agents, keyUses: permitted }
      return reserve(stores as ReservingStores, draft, () => false, now, pendingFrom(now))
    })
    await expect(reserved).rejects.toMatchObject({ code: 'policy.denied' })
  })

  it('settle a transaction once', async () => {
    const agentId = randomUUID()
    const row = await spend(agentId, 100n, 1_000_000_000_000)
    const outcome = { from: 'pending', fields: { status: 'failed' }, counts: 0n, freesNonce: true }
    const twice = await Promise.all(
      [1, 2, 3].map(() => database.run(({ intents }) => settle(intents, row, outcome, 1_000_000_000_000))),
    )
    expect(twice.filter(Boolean)).toHaveLength(1)
    const { spent } = await database.run(({ intents }) => openAccount(intents, agentId, 1_000_000_000_000))
    expect(spent).toBe(0n)
  })

  it('return the lowest free nonce, whatever is released in between', async () => {
    const random = chance(5)
    const address = randomUUID()
    const held = new Map<number, TransactionRow>()
    let mined = 0
    for (let step = 0; step < 120; step++) {
      if (random.once(4) && held.size > 0) {
        const [nonce, row] = random.of([...held])
        await database.run(({ intents }) =>
          settle(intents, row, { from: 'pending', fields: { status: 'failed' }, freesNonce: true }, step),
        )
        held.delete(nonce)
      } else if (random.once(6)) {
        // The chain moves over the nonces that are held in a row, and perhaps further, as if somebody else used the key.
        while (held.has(mined)) mined++
        if (random.once(3)) mined += 2
      } else {
        const row = await database.run(async ({ intents }) => {
          await openAccount(intents, address, step)
          const nonce = await takeNonce(intents, 1, address, mined)
          const added = {
            ...blank,
            id: randomUUID(),
            agent_id: address,
            from_address: address,
            seq: step,
            nonce,
            holds_nonce: true,
          }
          await intents.add(added)
          return added
        })
        let lowest = mined
        while (held.has(lowest)) lowest++
        expect(row.nonce, `step ${step}`).toBe(lowest)
        held.set(lowest, row)
      }
    }
  })

  it('find a gap behind more nonces than one query returns', async () => {
    const address = randomUUID()
    await database.run(async ({ intents }) => {
      await openAccount(intents, address, 0)
      for (let nonce = 0; nonce < 1203; nonce++) {
        if (nonce === 1101) continue
        await intents.add({
          ...blank,
          id: randomUUID(),
          agent_id: address,
          from_address: address,
          seq: nonce,
          nonce,
          holds_nonce: true,
        })
      }
      await releaseNonce(intents, 1, address, 0)
      expect(await takeNonce(intents, 1, address, 0)).toBe(1101)
    })
  })

  it('keep their idempotency key once they are signed, whatever fails later', async () => {
    const agentId = randomUUID()
    const claim = async (tx_hash: string | null) => {
      const [key, id] = [randomUUID(), randomUUID()]
      await database.run(async ({ intents }) => {
        const wanted = { agent_id: agentId, key, request_hash: '', claimed_at: 1, transaction_id: null, answer: null }
        expect(await intents.claimKey(wanted)).toBe(true)
        await intents.add({ ...blank, id, agent_id: agentId, seq: Number(tx_hash ?? 0), tx_hash })
        expect(await intents.fillKey(agentId, key, 1, { transaction_id: id })).toBe(true)
        await intents.freeKey(agentId, key, 1)
      })
      return database.read(({ intents }) => intents.keyClaim(agentId, key))
    }
    expect(await claim('1')).toMatchObject({ answer: null })
    expect(await claim(null)).toBeUndefined()
  })

  it('are made one after the other for one agent', async () => {
    const agentId = randomUUID()
    const rows = await Promise.all(Array.from({ length: 40 }, () => spend(agentId, 3n, 1_000_000_000_000)))
    expect(rows.map(row => row.seq).sort((a, b) => a - b)).toEqual(rows.map((_, index) => index + 1))
    const { spent } = await database.run(({ intents }) => openAccount(intents, agentId, 1_000_000_000_000))
    expect(spent).toBe(120n)
  })
})
