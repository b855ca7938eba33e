import type { Selectable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { prepared } from '../../db/prepared.ts'
import type { Schema } from '../../db/schema/schema.ts'
import { inLockstep } from '../../db/together.ts'
import { codec } from '../codec.ts'

/** A signing key, and the policy by which it is used. */
export interface KeyUse {
  readonly orgId: string
  readonly vaultId: string
  readonly secretId: string
  /** Undefined for a key in a vault of the agent's own. */
  readonly policyId: string | undefined
}

type Version = Selectable<Schema['secret_versions']>
type Policy = Selectable<Schema['policies']>
interface KeyStateRow extends Pick<Version, 'version' | 'is_disabled' | 'deleted_at' | 'expires_at'> {
  readonly org_id: string
  readonly vault_id: string
  readonly secret_id: string
  readonly policy_id: string | null
  readonly permissions: Policy['permissions'] | null
  readonly conditions: Policy['conditions']
  readonly policy_expires_at: Policy['expires_at']
}

const { decode } = codec<KeyStateRow>()<
  { permissions: readonly string[]; conditions: Readonly<Record<string, unknown>> },
  'is_disabled'
>({ flags: ['is_disabled'], json: ['permissions', 'conditions'] })

/** The newest version of a key in a vault that is not deleted, and the policy, if it still exists. */
export interface KeyState extends ReturnType<typeof decode> {}

export type KeyUseStore = ReturnType<typeof keyUseStore>

/** What permits the use of signing keys, as it is now. */
export function keyUseStore(handle: Handle) {
  const all = () =>
    handle.db
      .selectFrom('secrets as s')
      .innerJoin('vaults as w', join => join.onRef('w.id', '=', 's.vault_id').on('w.deleted_at', 'is', null))
      .innerJoin('secret_versions as v', join =>
        join.onRef('v.secret_id', '=', 's.id').onRef('v.version', '=', 's.latest_version'),
      )
  const COLUMNS = [
    'w.org_id',
    's.vault_id',
    's.id as secret_id',
    'v.version',
    'v.is_disabled',
    'v.deleted_at',
    'v.expires_at',
    'p.id as policy_id',
    'p.permissions',
    'p.conditions',
    'p.expires_at as policy_expires_at',
  ] as const
  const single = prepared(handle, (_, use: { secretId: string; policyId: string }) =>
    all()
      .leftJoin('policies as p', join => join.onRef('p.vault_id', '=', 's.vault_id').on('p.id', '=', use.policyId))
      .where('s.id', '=', use.secretId)
      .select(COLUMNS),
  )
  const several = (uses: readonly KeyUse[]) =>
    all()
      .leftJoin('policies as p', join =>
        join.onRef('p.vault_id', '=', 's.vault_id').on(
          'p.id',
          'in',
          uses.map(({ policyId = '' }) => policyId),
        ),
      )
      .where(
        's.id',
        'in',
        uses.map(({ secretId }) => secretId),
      )
      .select(COLUMNS)
      .execute()

  /** Undefined if the key or its vault is deleted; without the policy if that is. */
  const stateOf = ({ orgId, vaultId, secretId, policyId }: KeyUse, states: readonly KeyState[]): KeyState | undefined => {
    const own = states.filter(row => row.secret_id === secretId && row.vault_id === vaultId && row.org_id === orgId)
    const [first] = own
    return own.find(row => row.policy_id === policyId) ?? (first && { ...first, policy_id: null })
  }

  return {
    state: async (use: KeyUse): Promise<KeyState | undefined> => {
      const { secretId, policyId = '' } = use
      return stateOf(use, (await single({ secretId, policyId })).rows.map(decode))
    },

    /** `state` for parts of the current unit of work that ask side by side: those that wait at the same time share a statement. */
    together() {
      const state = inLockstep<KeyUse, KeyState | undefined>(async uses => {
        const states = (await several(uses)).map(decode)
        return uses.map(use => stateOf(use, states))
      })
      return { state }
    },
  }
}
