import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import type { updateSecret } from '../../../src/contract/secrets/changes.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { endMs, keptObject } from '../../http/checks.ts'
import { denied } from '../../policy/denial.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { BesideValue, SecretChangeStore } from '../../stores/keys/secret-changes.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import type { SecretStore, VersionSummary } from '../../stores/secrets.ts'
import { secretEvent } from './events.ts'
import { unknownVault } from './keys.ts'
import { unknownSecret } from './usable.ts'

export interface SecretMetadataDeps {
  readonly database: Database<{
    secrets: SecretStore
    secretChanges: SecretChangeStore
    vaultKeys: VaultKeyStore
    audit: AuditStore
  }>
  readonly clock: () => number
}

type Changes = BodyOf<typeof updateSecret>

export type SecretMetadata = ReturnType<typeof secretMetadata>

/** Changes the fields of the newest version other than its value. */
export function secretMetadata({ database, clock }: SecretMetadataDeps) {
  return {
    async update(grant: Grant<'secret.write'>, changes: Changes): Promise<VersionSummary> {
      const { vault, path } = grant.resource
      return database.run(async ({ secrets, secretChanges, vaultKeys, audit }) => {
        if (!(await vaultKeys.hold(vault))) throw unknownVault()
        const row = await secrets.latest(vault, path)
        if (!row) throw unknownSecret()
        const fields = fieldsOf(changes, clock(), row.expires_at)
        if (grant.actor.type === 'agent') ensureTighter(row, fields)
        const changed = Object.keys(fields)
        if (changed.length > 0 && !(await secretChanges.update(vault, row.id, row.version, fields))) throw gone()
        if (row.deleted_at !== null || row.is_disabled) throw gone()
        await audit.append([secretEvent(grant, 'secret.write', row, { change: changed.join(',') || 'nothing' })], clock())
        return { ...row, ...fields }
      })
    },
  }
}

function fieldsOf({ metadata, expires_at, max_access_count }: Changes, now: number, present: number | null): BesideValue {
  return {
    ...(metadata !== undefined && { metadata: JSON.stringify(keptObject('metadata', metadata)) }),
    ...(expires_at !== undefined && { expires_at: endMs(expires_at, now, present) }),
    ...(max_access_count !== undefined && { max_access_count }),
  }
}

/**
 * Otherwise a caller with a limited number of reads and the right to write could read without limit.
 * @throws Problem `policy.denied`
 */
function ensureTighter(row: VersionSummary, { expires_at, max_access_count }: BesideValue): void {
  const longer = expires_at !== undefined && row.expires_at !== null && (expires_at === null || expires_at > row.expires_at)
  const [before, after] = [row.max_access_count, max_access_count ?? row.max_access_count]
  const more = before > 0 && (after === 0 || after > before)
  if (longer || more) throw denied('only-stricter', 'An agent can only shorten the expiry and lower the access limit.')
}

function gone(): Problem {
  return new Problem('resource.gone', 'This secret was deleted, or its newest version was disabled.')
}
