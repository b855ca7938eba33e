import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database, Handle } from '../../../../../server/db/database.ts'
import { openDatabase } from '../../../../../server/db/open.ts'
import { isRetryable } from '../../../../../server/db/postgres/failures.ts'
import { newPrivateKey, signDigest } from '../../../../../server/keys/primitives/secp256k1.ts'
import type { KeysOfAgent, SignNow } from '../../../../../server/modules/intents/lifecycle/keys-of-agent.ts'
import type { Draft } from '../../../../../server/modules/intents/lifecycle/reserving.ts'
import { type SigningDeps, type SigningStores, signing } from '../../../../../server/modules/intents/lifecycle/signing.ts'
import { openAccount } from '../../../../../server/modules/intents/lifecycle/spending.ts'
import type { Chain } from '../../../../../server/modules/intents/ports.ts'
import type { AgentActor } from '../../../../../server/policy/actor.ts'
import type { NewEvent } from '../../../../../server/policy/event.ts'
import type { AgentRow, AgentStore } from '../../../../../server/stores/agents.ts'
import type { AuditStore } from '../../../../../server/stores/audit/audit.ts'
import { type IntentStore, intentStore } from '../../../../../server/stores/intents/intents.ts'
import { type ReservationStore, reservationStore } from '../../../../../server/stores/intents/reservations.ts'
import { ENGINES, newPlace, type Place } from '../../../../support/databases.ts'
import { permitted, permittedKey } from '../../../../support/permitted-key.ts'

type OwnAgent = Draft['grant']['resource']

const NOW = 1_700_000_000_000
const ORG = randomUUID()
const AGENT = {
  is_active: true,
  intents_api_enabled: true,
  expires_at: null,
  scopes: [] as string[],
  vault_ids: [] as string[],
  tx_allowed_chains: [] as string[],
  tx_to_allowlist: [] as string[],
  tx_max_value_eth: null,
  tx_daily_limit_eth: null,
  tx_block_unlimited_approvals: false,
  tx_sign_any_nonce: true,
} as Partial<AgentRow> as AgentRow

/** All of its fields that signing reads. */
function draftOf(agentId: string): Draft {
  const chain: Partial<Chain> = { name: 'test', chainId: 1, currency: 'ETH' }
  const actor: Partial<AgentActor> = { type: 'agent', id: agentId }
  const resource: Partial<OwnAgent> = { agentId }
  const grant = { action: 'transaction.sign', orgId: ORG, ip: '127.0.0.1', actor, resource } as Partial<Draft['grant']>
  const to = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
  const intent = { chain, to, value: 5n, data: '0x' } as Partial<Draft['intent']>
  return {
    grant: grant as Draft['grant'],
    intent: intent as Draft['intent'],
    key: permittedKey(agentId),
    summary: { text: 'a transfer' } as Partial<Draft['summary']> as Draft['summary'],
    fee: { kind: 'legacy', gasPrice: 1n },
    gasLimit: 21_000n,
    nonce: { chainCount: 0 },
    approvals: {} as Draft['approvals'],
    dataFee: 0n,
    simulation: undefined,
    claim: undefined,
  }
}

describe.each(ENGINES)('signing on %s', engine => {
  let place: Place
  let database: Database<{ intents: IntentStore; reservations: ReservationStore }>
  const privateKey = newPrivateKey()
  /** Agents for which nothing may be signed. */
  const barred = new Set<string>()
  /** The number of units of work that were asked for. */
  let units = 0
  /** How often PostgreSQL has ended a unit of work because several waited for each other. */
  let deadlocks = 0
  /** The daily limit of all agents. */
  let limit: string | null = null
  /** Agents whose account cannot be opened. */
  const lost = new Set<string>()
  const signNow: SignNow = digest => signDigest(privateKey, digest)
  const failing = () => Promise.reject(new Error('It does not sign.'))

  beforeAll(async () => {
    place = await newPlace(engine)
    database = await openDatabase(place.options, (handle: Handle) => ({
      intents: intentStore(handle),
      reservations: reservationStore(handle),
    }))
  })
  afterAll(async () => {
    await database.close()
    await place.remove()
  })

  function losing({ intents, reservations }: Pick<SigningStores, 'intents' | 'reservations'>) {
    const without = <Some extends Pick<IntentStore, 'lockSpending'>>(store: Some): Some => ({
      ...store,
      lockSpending: async (id: string, start: number) => {
        if (lost.has(id)) throw new Error('The account is lost.')
        return store.lockSpending(id, start)
      },
    })
    const together: ReservationStore['together'] = given => without(reservations.together(given))
    return { intents: without(intents), reservations: { ...reservations, together } }
  }

  /** With an audit log that accepts the events, or fails. */
  function signingWith(keys: Partial<KeysOfAgent>, append: AuditStore['append']) {
    const byId = async (_: string, id: string) => ({ ...AGENT, is_active: !barred.has(id), tx_daily_limit_eth: limit })
    const agents = { byId, together: () => ({ byId }) } as Partial<AgentStore> as AgentStore
    const audit = { append } as Partial<AuditStore> as AuditStore
    const renewed: KeysOfAgent['renewed'] = async key => key
    const deps: Partial<SigningDeps> = { keys: { renewed, ...keys } as KeysOfAgent, isNamed: () => false, clock: () => NOW }
    const run: SigningDeps['database']['run'] = work => {
      units++
      return database.run(async stores => {
        const own = { ...stores, ...losing(stores), agents, audit, keyUses: permitted } as Partial<SigningStores> as SigningStores
        return work(own).catch(error => {
          if (isRetryable(error) || isRetryable(error.cause)) deadlocks++
          throw error
        })
      })
    }
    return signing({ ...deps, database: { run } as Partial<SigningDeps['database']> } as SigningDeps)
  }

  /** What remains of an agent's attempts. */
  const left = (agentId: string) =>
    database.run(async ({ intents }) => ({
      statuses: (await intents.page({ orgId: ORG, agentId, limit: 10, signed: false })).map(({ status }) => status),
      spent: (await openAccount(intents, agentId, NOW)).spent,
      nonces: await intents.heldNonces(1, `0x${agentId}`, 0, 10),
    }))

  const NOTHING = { statuses: [], spent: 0n, nonces: [] }

  it('with a local key is one unit of work with its event', async () => {
    const agentId = randomUUID()
    const events: NewEvent[] = []
    const { issue } = signingWith({ signerAtHand: async () => signNow }, async some => void events.push(...some))
    const { row } = await issue(draftOf(agentId))
    expect(row).toMatchObject({ status: 'sign_only', nonce: 0, signed_at: NOW })
    expect(events).toMatchObject([
      { action: 'transaction.sign', resourceId: row.id, details: { tx_hash: row.tx_hash, nonce: 0 } },
    ])
    expect(await left(agentId)).toEqual({ statuses: ['sign_only'], spent: 21_005n, nonces: [0] })
  })

  it('charges nothing when a key does not sign, or when the event cannot be recorded', async () => {
    const agentId = randomUUID()
    await expect(signingWith({ signerAtHand: async () => failing }, async () => {}).issue(draftOf(agentId))).rejects.toThrow()
    expect(await left(agentId)).toEqual(NOTHING)
    await expect(signingWith({ signerAtHand: async () => signNow }, failing).issue(draftOf(agentId))).rejects.toThrow()
    expect(await left(agentId)).toEqual(NOTHING)
  })

  it('with a key provider reserves first, and releases the reservation if the provider does not sign', async () => {
    const agentId = randomUUID()
    const pending: string[] = []
    const sign = async (_: unknown, digest: Uint8Array) => {
      pending.push(...(await left(agentId)).statuses)
      return signNow(digest)
    }
    const keys = { signerAtHand: async () => undefined }
    await signingWith({ ...keys, sign }, async () => {}).issue(draftOf(agentId))
    expect(pending).toEqual(['pending'])
    await expect(signingWith({ ...keys, sign: failing }, async () => {}).issue(draftOf(agentId))).rejects.toThrow()
    expect(await left(agentId)).toEqual({ statuses: ['failed', 'sign_only'], spent: 21_005n, nonces: [0] })
  })

  describe('at the same time', () => {
    /** Fewer units of work than this are enough for sixteen signatures. */
    const FEW = 12
    const several = (count: number) => Array.from({ length: count }, () => draftOf(randomUUID()))
    const agentOf = (draft: Draft) => draft.grant.resource.agentId
    const issueAll = (
      drafts: readonly Draft[],
      keys: Partial<KeysOfAgent> = {},
      append: AuditStore['append'] = async () => {},
    ) => {
      const { issue } = signingWith({ signerAtHand: async () => signNow, ...keys }, append)
      units = 0
      return Promise.allSettled(drafts.map(draft => issue(draft)))
    }
    const rowsOf = (results: Awaited<ReturnType<typeof issueAll>>) =>
      results.flatMap(result => (result.status === 'fulfilled' ? [result.value.row] : []))

    it('shares units of work, and leaves what each would leave alone', async () => {
      const drafts = several(16)
      const events: NewEvent[] = []
      const results = await issueAll(drafts, {}, async some => void events.push(...some))
      expect(rowsOf(results)).toMatchObject(
        drafts.map(draft => ({ agent_id: agentOf(draft), nonce: 0, seq: 1, status: 'sign_only', signed_at: NOW })),
      )
      expect(units).toBeLessThan(FEW)
      expect(new Set(events.map(({ resourceId }) => resourceId))).toEqual(new Set(rowsOf(results).map(({ id }) => id)))
      for (const draft of drafts) {
        expect(await left(agentOf(draft))).toEqual({ statuses: ['sign_only'], spent: 21_005n, nonces: [0] })
      }
    })

    it('counts all transactions of one agent, with a nonce for each', async () => {
      const draft = draftOf(randomUUID())
      const others = several(3)
      const results = await issueAll([draft, ...others, draft, ...others, draft, draft])
      const own = rowsOf(results).filter(({ agent_id }) => agent_id === agentOf(draft))
      expect(own.map(({ nonce }) => nonce).sort()).toEqual([0, 1, 2, 3])
      expect(own.map(({ seq }) => seq).sort()).toEqual([1, 2, 3, 4])
      expect((await left(agentOf(draft))).spent).toBe(4n * 21_005n)
      for (const other of others) expect((await left(agentOf(other))).nonces).toEqual([0, 1])
    })

    it('gives agents with the same account different nonces, and skips those that are held', async () => {
      const [first, second, third] = several(3) as [Draft, Draft, Draft]
      const shared = [first, second, third].map(draft => ({ ...draft, key: first.key }))
      const results = await issueAll([...shared, ...several(4)])
      expect(
        rowsOf(results)
          .filter(({ from_address }) => from_address === first.key.key.address)
          .map(({ nonce }) => nonce)
          .sort(),
      ).toEqual([0, 1, 2])
      await database.run(({ intents }) => intents.saveNonce(1, first.key.key.address, 1))
      const [again] = rowsOf(await issueAll([first, ...several(3)]))
      expect(again?.nonce).toBe(3)
    })

    it('refuses only what is refused, which leaves nothing', async () => {
      const drafts = several(8)
      const refused = [drafts[1], drafts[6]].flatMap(draft => (draft ? [agentOf(draft)] : []))
      for (const id of refused) barred.add(id)
      const results = await issueAll(drafts)
      for (const [index, draft] of drafts.entries()) {
        const isRefused = refused.includes(agentOf(draft))
        expect(results[index]).toMatchObject(isRefused ? { reason: { code: 'policy.denied' } } : { status: 'fulfilled' })
        expect(await left(agentOf(draft))).toEqual(isRefused ? NOTHING : { statuses: ['sign_only'], spent: 21_005n, nonces: [0] })
      }
    })

    it('does not let a key that fails spoil the others', async () => {
      const drafts = several(8)
      const broken = drafts[4] as Draft
      const signerAtHand: KeysOfAgent['signerAtHand'] = async ({ key }) =>
        key.address === broken.key.key.address ? failing : signNow
      const results = await issueAll(drafts, { signerAtHand })
      for (const [index, draft] of drafts.entries()) {
        const fails = draft === broken
        expect(results[index]).toMatchObject(fails ? { reason: { message: 'It does not sign.' } } : { status: 'fulfilled' })
        expect(await left(agentOf(draft))).toEqual(fails ? NOTHING : { statuses: ['sign_only'], spent: 21_005n, nonces: [0] })
      }
    })

    it('does not let an account that cannot be opened spoil the others', async () => {
      const drafts = several(8)
      const broken = drafts[4] as Draft
      lost.add(agentOf(broken))
      const results = await issueAll(drafts)
      expect(results.map(({ status }) => status)).toEqual(drafts.map(draft => (draft === broken ? 'rejected' : 'fulfilled')))
    })

    it('never exceeds a limit, with keys shared between agents on two chains', async () => {
      const [one, two] = several(2) as [Draft, Draft]
      const chains = [1, 2].map(chainId => ({ ...one.intent, chain: { ...one.intent.chain, chainId } }))
      const drafts = [one, two].flatMap(({ grant }) =>
        [one, two].flatMap(({ key }) => chains.map(intent => ({ ...one, grant, key, intent }))),
      )
      limit = '0.00000000000007'
      const results = await issueAll([...drafts, ...drafts.toReversed(), ...drafts])
      limit = null
      for (const draft of [one, two]) {
        expect(rowsOf(results).filter(({ agent_id }) => agent_id === agentOf(draft))).toHaveLength(3)
        expect((await left(agentOf(draft))).spent).toBe(3n * 21_005n)
      }
      for (const rows of Map.groupBy(rowsOf(results), row => `${row.chain_id} ${row.from_address}`).values()) {
        expect(rows.map(({ nonce }) => nonce).sort()).toEqual(rows.map((_, nonce) => nonce))
      }
      const refused = results.filter(result => result.status === 'rejected' && result.reason.code === 'policy.denied')
      expect(refused).toHaveLength(18)
    })

    it('does not wait for those of another unit that wait for it', async () => {
      // In this order, the second unit would lock some that the first one still needs, and then wait for it.
      const drafts = several(12).sort((a, b) => (agentOf(a) < agentOf(b) ? 1 : -1))
      const unit = [...drafts, ...drafts.slice(0, 4)]
      expect(rowsOf(await issueAll(drafts))).toHaveLength(12)
      deadlocks = 0
      const results = await issueAll([unit, unit.toReversed(), unit, unit.toReversed()].flat())
      expect(rowsOf(results)).toHaveLength(64)
      expect(deadlocks).toBe(0)
    })

    it('charges nothing when the events cannot be recorded', async () => {
      const drafts = several(8)
      const results = await issueAll(drafts, {}, failing)
      expect(rowsOf(results)).toEqual([])
      for (const draft of drafts) expect(await left(agentOf(draft))).toEqual(NOTHING)
    })
  })
})
