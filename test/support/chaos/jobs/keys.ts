import { randomUUID } from 'node:crypto'
import { fingerprintOf } from '../facts.ts'
import { actorOf, type Bench, DAY, destroyDue, ensureNone, grantOf, type Job, MINUTE, rowsIn, until } from './job.ts'

const isIdle =
  ({ parts }: Bench) =>
  async () =>
    (await parts.database.read(({ keyJobs }) => keyJobs.allRunning(1))).length === 0

export const rotation: Job = {
  async start(bench) {
    const { services, keyring } = bench.parts
    const vault = { id: bench.facts.vaults.full, orgId: bench.facts.orgId }
    await services.vaultKeys.moveTo(vault, await keyring.createKek(randomUUID()), { id: '', ip: '' })
    await destroyDue(bench)
  },
  async finish(bench) {
    // Other processes take over the jobs of a dead process after half a minute.
    bench.parts.advance(MINUTE)
    await bench.parts.services.vaultKeys.goOnAtStart()
    await until(isIdle(bench))
    await destroyDue(bench)
  },
  async ensureDone(bench) {
    for (const table of ['former_keks', 'doomed_keks']) await ensureNone(bench, table)
    await ensureNone(bench, 'key_jobs', "status <> 'completed' OR processed <> total")
  },
}

export const customerRotation: Job = {
  async start(bench) {
    const { services } = bench.parts
    const { customerKeys, vaults } = bench.facts
    const vault = await services.vaultFacts(vaults.customer)
    const keys = { ...customerKeys, newFingerprint: fingerprintOf(customerKeys.new) }
    await services.cmek.rotate(grantOf(bench.facts, { vault }), keys)
    await until(isIdle(bench))
  },
  async finish(bench) {
    bench.parts.advance(MINUTE)
    const done = await rowsIn(bench, "SELECT id FROM key_jobs WHERE status = 'completed'")
    if (done.length === 0) await this.start(bench)
  },
  async ensureDone(bench) {
    await ensureNone(bench, 'key_jobs', "status <> 'completed'")
    await ensureNone(bench, 'secret_versions', `cmek_fingerprint = '${fingerprintOf(bench.facts.customerKeys.old)}'`)
  },
}

const SERVER_KEYS = ['jwt', 'audit', 'data-box', 'pepper'] as const

export const serverKeys: Job = {
  async start(bench) {
    const { parts, facts } = bench
    const actor = { ...actorOf(facts), token: { signedInAt: parts.now() / 1000 } } as never
    const begun = await rowsIn(bench, 'SELECT purpose FROM server_keys WHERE number = 2')
    for (const purpose of SERVER_KEYS.filter(each => !begun.some(row => row['purpose'] === each))) {
      await parts.services.serverKeyRotation.rotate(grantOf(facts, {}), actor, purpose)
    }
    // All processes know the new keys; then the keys are used; then the longest token from before has expired.
    for (const ms of [MINUTE, 0, 2 * MINUTE, 0, DAY + 2 * MINUTE, 0, 0]) {
      parts.advance(ms)
      if (ms === MINUTE) await parts.services.serverKeyRotation.goOn()
      await signInWithEach(bench)
      await until(async () => (await rowsIn(bench, "SELECT id FROM api_keys WHERE key_hash NOT LIKE '2:%'")).length === 0)
      await parts.services.serverKeyRotation.goOn()
    }
  },
  finish: bench => serverKeys.start(bench),
  async ensureDone(bench) {
    const rows = await rowsIn(bench, 'SELECT purpose, number, material, ended_at FROM server_keys')
    for (const { purpose, number, material, ended_at } of rows) {
      if (Number(number) > 2) throw new Error(`${purpose} was replaced twice.`)
      const isOld = Number(number) === 1
      if (isOld !== (ended_at !== null)) throw new Error(`${purpose} ${number} has ${isOld ? 'not ended' : 'ended'}.`)
      if (isOld && purpose !== 'audit' && material !== null) throw new Error(`${purpose} 1 is not destroyed.`)
    }
    if (rows.length !== 2 * SERVER_KEYS.length) throw new Error(`There are ${rows.length} keys.`)
    await ensureFactorsOpen(bench)
    await signInWithEach(bench)
  },
}

/** Signs in with each API key; this stores its hash under the newest pepper. */
async function signInWithEach({ parts, facts }: Bench): Promise<void> {
  const { keyLogin } = parts.services.auth
  for (const key of facts.apiKeys) await keyLogin.user(key, { ip: '' } as never)
  await keyLogin.agent(facts.agent.key, facts.agent.id, { ip: '' } as never)
}

/** The key that seals second factors is never deleted before they are sealed again. */
export async function ensureFactorsOpen(bench: Pick<Bench, 'parts'>): Promise<void> {
  const factors = await rowsIn(bench, 'SELECT user_id, sealed FROM totp_factors')
  if (factors.length === 0) throw new Error('There are no second factors.')
  for (const { user_id, sealed } of factors) bench.parts.services.box.open('totp', String(user_id), sealed as Buffer)
}
