import { Problem } from '../../../../src/problem.ts'
import { type Bench, DAY, destroyDue, ensureNone, grantOf, type Job, rowsIn } from './job.ts'

export const purge: Job = {
  async start(bench) {
    const { parts } = bench
    parts.advance(31 * DAY)
    await parts.services.secretDeletion.purgeLapsed()
    await parts.services.vaultDeletion.purgeLapsed()
    await destroyDue(bench)
  },
  finish: bench => purge.start(bench),
  async ensureDone(bench) {
    await ensureNone(bench, 'vaults', 'deleted_at IS NOT NULL')
    await ensureNone(bench, 'secret_versions', 'deleted_at IS NOT NULL')
    await ensureNone(bench, 'doomed_keks')
  },
  mayBeGone: ({ vaults, deletedPaths, leaving }, { vault, path }) =>
    [vaults.deleted, leaving.deleted].includes(vault) || (vault === vaults.full && deletedPaths.includes(path)),
}

export const undelete: Job = {
  async start({ parts, facts }) {
    const { secretDeletion, vaultDeletion, vaultFacts } = parts.services
    const vault = await vaultFacts(facts.vaults.full)
    const unlessDone = (error: unknown) => {
      if (!(error instanceof Problem && (error.code === 'resource.conflict' || error.code === 'resource.unknown'))) throw error
    }
    for (const path of facts.deletedPaths)
      await secretDeletion.restore(grantOf(facts, { vault, path, why: {} })).catch(unlessDone)
    const deleted = { id: facts.vaults.deleted, orgId: facts.orgId }
    await vaultDeletion.restore(grantOf(facts, { deleted })).catch(unlessDone)
  },
  finish: bench => undelete.start(bench),
  async ensureDone(bench) {
    await ensureNone(bench, 'vaults', `deleted_at IS NOT NULL AND org_id = '${bench.facts.orgId}'`)
    await ensureNone(bench, 'secret_versions', 'deleted_at IS NOT NULL')
  },
}

/** Ignores `resource.unknown`: a person who runs the command again gets it for everything that is already deleted. */
async function unlessUnknown(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Problem && error.code === 'resource.unknown')) throw error
  })
}

/** `secrets prune --keep 1`. */
export const prune: Job = {
  async start({ parts, facts }) {
    const vault = await parts.services.vaultFacts(facts.vaults.full)
    for (const path of facts.paths) await parts.services.secretDeletion.prune(grantOf(facts, { vault, path, why: {} }), 1)
  },
  finish: bench => prune.start(bench),
  async ensureDone(bench) {
    const { vaults, paths } = bench.facts
    const kept = await rowsIn(
      bench,
      `SELECT s.path, count(*) AS versions FROM secrets s JOIN secret_versions v ON v.secret_id = s.id
        WHERE s.vault_id = '${vaults.full}' GROUP BY s.path`,
    )
    const found = kept.filter(({ path }) => paths.includes(String(path)))
    if (found.length !== paths.length || found.some(({ versions }) => Number(versions) !== 1))
      throw new Error('Other versions are left.')
  },
  mayBeGone: ({ vaults, paths }, { vault, path, version }) => vault === vaults.full && paths.includes(path) && version === 1,
}

/** Deletes a person together with their organisation and its vaults. */
export const erasure: Job = {
  async start(bench) {
    const { services } = bench.parts
    await unlessUnknown(services.adminAccounts.removeUser(grantOf(bench.facts, {}), bench.facts.leaving.userId))
    await destroyDue(bench)
  },
  finish: bench => erasure.start(bench),
  async ensureDone(bench) {
    const { userId, orgId } = bench.facts.leaving
    await ensureNone(bench, 'vaults', `org_id = '${orgId}'`)
    await ensureNone(bench, 'totp_factors', `user_id = '${userId}'`)
    await ensureNone(bench, 'agents', `org_id = '${orgId}' AND is_active = 1`)
    await ensureNone(bench, 'doomed_keks')
    const destroyed = await rowsIn(bench, `SELECT seq FROM audit_events WHERE org_id = '${orgId}' AND action = 'key.destroy'`)
    if (destroyed.length !== bench.facts.leaving.vaults.length) throw new Error(`${destroyed.length} keys were destroyed.`)
  },
  mayBeGone: ({ leaving }, { vault }) => leaving.vaults.includes(vault),
}

/** Deletes expired sessions, links and counters of requests. */
export const forgetting: Job = {
  async start({ parts }) {
    parts.advance(200 * DAY)
    await parts.forget()
  },
  finish: bench => forgetting.start(bench),
  async ensureDone(bench: Bench) {
    for (const table of ['stripe_events', 'usage_events', 'revoked_tokens']) await ensureNone(bench, table)
  },
}
