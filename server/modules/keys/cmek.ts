import { randomUUID } from 'node:crypto'
import { type CmekKey, cmekKey, cmekKeyBytes } from '../../../src/crypto/cmek.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isUniqueViolation } from '../../db/violations.ts'
import { invalidField } from '../../http/checks.ts'
import { denied } from '../../policy/denial.ts'
import { type EventDetails, grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { KeyJobRow, KeyJobStore } from '../../stores/keys/key-jobs.ts'
import type { SealedVersionStore } from '../../stores/keys/sealed-versions.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import type { VaultRow, VaultStore } from '../../stores/vaults.ts'
import { type CmekRotationDeps, cmekRotation, type KeyPairOfJob } from './cmek-rotation.ts'
import { HELD_MS } from './job-runner.ts'

type Stores = {
  readonly vaults: VaultStore
  readonly vaultKeys: VaultKeyStore
  readonly keyJobs: KeyJobStore
  readonly sealedVersions: SealedVersionStore
  readonly plans: PlanStore
  readonly audit: AuditStore
}

export interface CmekDeps extends CmekRotationDeps {
  readonly database: Database<Stores>
  /**
   * Called in the unit of work that turns a key on or starts a rotation; what was begun can be completed and turned off on every plan.
   * @throws Problem `resource.limit` if the plan has no customer keys
   */
  readonly ensureCustomerKeys: (stores: { readonly plans: PlanStore }, orgId: string) => Promise<void>
  /** Called for an interrupted rotation; it continues on the next request. */
  readonly failed: (error: unknown) => void
}

export type Cmek = ReturnType<typeof cmek>

const OLD = 'x-cmek-old-key'
const NEW = 'x-cmek-new-key'
const ROTATIONS_LISTED = 20

/** Customers' keys: the server stores their fingerprints, and has the keys themselves only while it rotates them. */
export function cmek(deps: CmekDeps) {
  const { database, ensureCustomerKeys, runner, clock, failed } = deps
  const rotate = cmekRotation(deps)

  /** Call this within a unit of work that locks the vault against other writers. */
  async function change(
    grant: Grant<'vault.cmek'>,
    to: string | null,
    ensure: (now: Locked, stores: Stores) => Promise<void>,
  ): Promise<VaultRow> {
    const { vault } = grant.resource
    return database.run(async stores => {
      const locked = await stores.vaultKeys.lock(vault)
      if (!locked) throw unknownVault()
      await ensure(locked, stores)
      if (await stores.keyJobs.running(vault)) throw busy()
      await stores.vaultKeys.setFingerprint(vault, to)
      const details = to === null ? { change: 'disabled' } : { change: 'enabled', fingerprint: to }
      await stores.audit.append([eventOf(grant, details)], clock())
      const row = await stores.vaults.byId(grant.orgId, vault.id)
      if (!row) throw unknownVault()
      return row
    })
  }

  return {
    enable: (grant: Grant<'vault.cmek'>, fingerprint: string): Promise<VaultRow> =>
      change(grant, fingerprint, async ({ is_system, cmek_fingerprint: present }, stores) => {
        if (is_system) throw denied('server-vault', 'The server itself writes to this vault, so it stays with its own keys.')
        if (present === null) return ensureCustomerKeys(stores, grant.orgId)
        if (present === fingerprint) return
        throw new Problem('resource.conflict', 'This vault uses another customer key.', {
          hint: 'Rotate from that key to the new one: 1claw cmek rotate',
        })
      }),

    disable: (grant: Grant<'vault.cmek'>): Promise<VaultRow> => change(grant, null, async () => {}),

    async rotation(grant: Grant<'vault.cmek'>, jobId: string): Promise<KeyJobRow> {
      const job = await database.read(({ keyJobs }) => keyJobs.byId(grant.resource.vault, jobId))
      if (job?.kind !== 'cmek') throw new Problem('resource.unknown', 'There is no rotation with this id.')
      return job
    },

    /** The newest first. */
    rotations: (grant: Grant<'vault.cmek'>): Promise<KeyJobRow[]> =>
      database.read(({ keyJobs }) => keyJobs.newest('cmek', grant.resource.vault, ROTATIONS_LISTED)),

    /** Starts a rotation, or continues an interrupted one; it keeps running after this resolves. */
    async rotate(grant: Grant<'vault.cmek'>, sent: SentKeys): Promise<KeyJobRow> {
      const keys = { old: await sentKey(OLD, sent.old), new: await sentKey(NEW, sent.new) }
      if (keys.new.fingerprint !== sent.newFingerprint) throw invalidField('new_fingerprint', `does not match the key in ${NEW}`)
      if (keys.new.fingerprint === keys.old.fingerprint) throw invalidField(NEW, 'is the old key')
      const job = await obtain(grant, keys)
      void runner.begin(job, () => rotate(job, keys, grant.ip), failed)
      return job
    },
  }

  async function obtain(grant: Grant<'vault.cmek'>, keys: KeyPairOfJob): Promise<KeyJobRow> {
    try {
      return await database.run(stores => beginOrResume(stores, grant, keys))
    } catch (error) {
      throw isUniqueViolation(error) ? busy() : error
    }
  }

  async function beginOrResume(stores: Stores, grant: Grant<'vault.cmek'>, keys: KeyPairOfJob): Promise<KeyJobRow> {
    const { vault } = grant.resource
    const locked = await stores.vaultKeys.lock(vault)
    if (!locked) throw unknownVault()
    const now = clock()
    const before = await stores.keyJobs.about(vault, keys.old.fingerprint, keys.new.fingerprint)
    const running = await stores.keyJobs.running(vault)
    if (running && (running.id !== before?.id || running.held_until > now)) throw busyWith(running, now)
    const resumable = before && (running || (before.status === 'failed' && locked.cmek_fingerprint === keys.new.fingerprint))
    if (!resumable && locked.cmek_fingerprint !== keys.old.fingerprint) throw invalidField(OLD, 'is not the key of this vault')
    const job = resumable ? before : await add(stores, grant, keys, now)
    if (!(await stores.keyJobs.take(job.id, runner.holder, { now, until: now + HELD_MS }))) throw busy()
    const details = { old_fingerprint: keys.old.fingerprint, new_fingerprint: keys.new.fingerprint, job_id: job.id }
    await stores.audit.append([eventOf(grant, { change: resumable ? 'rotation resumed' : 'rotation started', ...details })], now)
    return { ...job, status: 'running', error: null, started_at: job.started_at ?? now, completed_at: null }
  }

  async function add(stores: Stores, grant: Grant<'vault.cmek'>, keys: KeyPairOfJob, now: number): Promise<KeyJobRow> {
    const { vault } = grant.resource
    const { id: vaultId, orgId } = vault
    await ensureCustomerKeys(stores, orgId)
    await stores.vaultKeys.setFingerprint(vault, keys.new.fingerprint)
    const under = { vaultId, column: 'cmek_fingerprint', keys: [keys.old.fingerprint] } as const
    const job: KeyJobRow = {
      id: randomUUID(),
      kind: 'cmek',
      org_id: orgId,
      vault_id: vaultId,
      old_key: keys.old.fingerprint,
      new_key: keys.new.fingerprint,
      status: 'running',
      total: await stores.sealedVersions.count(under),
      processed: 0,
      error: null,
      created_by: grant.actor.id,
      created_at: now,
      started_at: null,
      completed_at: null,
      holder: null,
      held_until: 0,
    }
    await stores.keyJobs.add(job)
    return job
  }
}

type Locked = NonNullable<Awaited<ReturnType<VaultKeyStore['lock']>>>

/** The keys as they came in the request. */
export interface SentKeys {
  readonly old: string | undefined
  readonly new: string | undefined
  readonly newFingerprint: string
}

async function sentKey(header: string, written: string | undefined): Promise<CmekKey> {
  if (written === undefined) throw invalidField(header, 'is needed')
  const bytes = cmekKeyBytes(written)
  if (!bytes) throw invalidField(header, 'must be 32 bytes as base64')
  try {
    return await cmekKey(bytes)
  } finally {
    bytes.fill(0)
  }
}

function busyWith(job: KeyJobRow, now: number): Problem {
  if (job.held_until > now || job.kind !== 'cmek') return busy()
  return new Problem(
    'resource.conflict',
    'A rotation of this vault was interrupted. Request it again with the same keys to complete it.',
  )
}

function busy(): Problem {
  return new Problem('resource.conflict', 'The keys of this vault are being rotated; wait until that has ended.')
}

function unknownVault(): Problem {
  return new Problem('resource.unknown', 'There is no vault with this id.')
}

function eventOf(grant: Grant<'vault.cmek'>, details: EventDetails): NewEvent {
  const { id } = grant.resource.vault
  return grantEvent(grant, 'vault.cmek', { resourceType: 'vault', resourceId: id, vaultId: id, details })
}
