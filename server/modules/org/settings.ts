import type { Database } from '../../db/database.ts'
import { liveCache } from '../../db/live-cache.ts'
import type { OrgStore } from '../../stores/orgs.ts'

/** The settings of an organisation, with their defaults. */
export interface OrgSettings {
  /** Whether agents may create vaults. */
  readonly 'agents.can_own_vaults': boolean
  /** The minimum number of days to keep events of the audit log, if the operator allows their removal; 0 leaves it to the operator. */
  readonly 'audit.retention_days': number
}

const DEFAULTS: OrgSettings = { 'agents.can_own_vaults': false, 'audit.retention_days': 0 }
const MAX_CACHED = 10_000

export type LiveOrgSettings = (orgId: string) => OrgSettings | Promise<OrgSettings>

export function settingsOf(stored: ReadonlyMap<string, string>): OrgSettings {
  const canOwn = stored.get('agents.can_own_vaults')
  return {
    'agents.can_own_vaults': canOwn === undefined ? DEFAULTS['agents.can_own_vaults'] : canOwn === 'true',
    'audit.retention_days': Number(stored.get('audit.retention_days') ?? DEFAULTS['audit.retention_days']),
  }
}

/** The current settings; every change drops them from the cache. */
export function liveOrgSettings(database: Database<{ orgs: OrgStore }>): LiveOrgSettings {
  const cache = liveCache<string, OrgSettings>({
    database,
    topic: orgId => `org:${orgId}`,
    max: MAX_CACHED,
    load: orgId => database.read(async ({ orgs }) => settingsOf(await orgs.settings(orgId))),
  })
  return orgId => cache.get(orgId)
}
