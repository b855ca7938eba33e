import { CompiledQuery } from 'kysely'
import type { Engine, Handle } from '../../db/database.ts'

/** A difference between a secret and a part of the audit log. */
export interface OlderSecret {
  readonly id: string
  readonly vaultId: string
  readonly path: string
  /** Its newest version. */
  readonly newest: number
  /** The newest version that an event names; 0 if there is none. */
  readonly recorded: number
  /** An event says that the secret was purged or moved away. */
  readonly isGone: boolean
  /** It exists, although the last event of this part about its existence is its deletion: this event. */
  readonly deletedBy: number | undefined
}

/** PostgreSQL gives large numbers as text. */
interface Row {
  readonly id: string
  readonly vault_id: string
  readonly path: string
  readonly latest_version: number
  readonly recorded: number | string | null
  readonly gone: number
  readonly deleted: number | string | null
}

export type RolledBackStore = ReturnType<typeof rolledBackStore>

/** After these events a secret exists, whatever its state before. */
export const REVIVED: readonly string[] = ['secret.write', 'secret.restore', 'key.create']
export const DELETED = 'secret.delete'

/** The version in an event's details. They are canonical JSON with one level; quotes within texts have a backslash. */
const VERSION: Readonly<Record<Engine, string>> = {
  sqlite: `CASE WHEN json_valid(details) THEN CAST(details ->> '$.version' AS INTEGER) END`,
  postgres: `CAST(substring(split_part(details, '"version":', 2) FROM '^[0-9]{1,15}') AS BIGINT)`,
}

/** The few secrets of a part are looked up one by one: PostgreSQL would rather scan all of them. */
const SECRETS_SAID: Readonly<Record<Engine, string>> = {
  sqlite: 'secrets WHERE secrets.id = said.resource_id',
  postgres: 'LATERAL (SELECT * FROM secrets WHERE secrets.id = said.resource_id LIMIT 1) AS secrets',
}

/**
 * A version number never decreases, so each event alone gives a lower bound for its secret, and nothing is carried from one part to the
 * next. An event is written in the transaction that it records, and one statement sees one snapshot of both. A failed attempt has an
 * outcome.
 */
const OLDER = (engine: Engine) => {
  const [org, after, to] = engine === 'sqlite' ? ['?1', '?2', '?3'] : ['$1', '$2::bigint', '$3::bigint']
  return `
    WITH said AS MATERIALIZED (
      SELECT resource_id, MAX(CASE WHEN details LIKE '%"version":%' THEN ${VERSION[engine]} END) AS recorded,
        MAX(CASE WHEN details LIKE '%"gone":true%' THEN 1 ELSE 0 END) AS gone,
        MAX(CASE WHEN action = '${DELETED}' THEN seq END) AS deleted,
        MAX(CASE WHEN action IN (${REVIVED.map(action => `'${action}'`).join(', ')}) THEN seq ELSE 0 END) AS revived
      FROM audit_events
      WHERE org_id = ${org} AND seq > ${after} AND seq <= ${to} AND resource_type = 'secret'
        AND NOT (details LIKE '%"outcome":%')
      GROUP BY resource_id),
    found AS (
      SELECT secrets.id, secrets.vault_id, secrets.path, secrets.latest_version, said.recorded, said.gone,
        CASE WHEN said.deleted > said.revived AND (
          SELECT newest.deleted_at IS NULL FROM secret_versions AS newest
          WHERE newest.secret_id = secrets.id AND newest.version = secrets.latest_version
        ) THEN said.deleted END AS deleted
      FROM said CROSS JOIN ${SECRETS_SAID[engine]})
    SELECT * FROM found WHERE (recorded > latest_version OR gone = 1 OR deleted IS NOT NULL)
      AND (SELECT org_id FROM vaults WHERE vaults.id = found.vault_id) = ${org} ORDER BY id`
}

/** Compares secrets with the audit log. */
export function rolledBackStore({ execute, engine }: Handle) {
  const older = OLDER(engine)
  return {
    /** The secrets of an organisation that are older than its events say, for the events after a number, up to another. */
    older: async (orgId: string, after: number, to: number): Promise<OlderSecret[]> => {
      const { rows } = await execute(CompiledQuery.raw(older, [orgId, after, to]))
      return (rows as Row[]).map(({ id, vault_id, path, latest_version, recorded, gone, deleted }) => ({
        id,
        vaultId: vault_id,
        path,
        newest: latest_version,
        recorded: Number(recorded ?? 0),
        isGone: gone === 1,
        deletedBy: deleted === null ? undefined : Number(deleted),
      }))
    },
  }
}
