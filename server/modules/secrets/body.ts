import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { listDeletedSecrets } from '../../../src/contract/secrets/deletions.ts'
import type { getSecret, listSecrets, putSecret } from '../../../src/contract/secrets/secrets.ts'
import { objectIn, type VersionSummary } from '../../stores/secrets.ts'

type Written = ReplyOf<typeof putSecret>
type Summary = ReplyOf<typeof listSecrets>['secrets'][number]
type Deleted = ReplyOf<typeof listDeletedSecrets>['secrets'][number]
type Opened = ReplyOf<typeof getSecret>

/** A version without its value, without empty fields. */
export function writtenBody(row: VersionSummary): Written {
  return {
    id: row.id,
    path: row.path,
    type: row.type,
    version: row.version,
    metadata: objectIn(row.metadata),
    created_at: new Date(row.created_at).toISOString(),
    ...(row.expires_at !== null && { expires_at: new Date(row.expires_at).toISOString() }),
  }
}

/** Metadata that is longer, in characters of JSON, is only in the reply for the secret itself, not in lists. */
const LISTED_METADATA = 4096

/** A row in the form that lists have. */
export function withoutLargeMetadata(row: VersionSummary): VersionSummary {
  return row.metadata === null || row.metadata.length <= LISTED_METADATA ? row : { ...row, metadata: null }
}

export function summaryBody(row: VersionSummary): Summary {
  return {
    ...writtenBody(row),
    created_by: row.created_by,
    ...(row.is_disabled && { is_disabled: true }),
    ...(row.signing_key_id !== null && { held_by_provider: true }),
    ...(row.max_access_count > 0 && { max_access_count: row.max_access_count, access_count: row.access_count }),
    ...(row.rotation_policy !== null && { rotation_policy: objectIn(row.rotation_policy) }),
  }
}

/** Every read of a secret ends here, so the body is built directly, without copies of other objects. */
export function openedBody(row: VersionSummary, value: string): Opened {
  const body: { -readonly [Field in keyof Opened]: Opened[Field] } = {
    id: row.id,
    path: row.path,
    type: row.type,
    value,
    version: row.version,
    metadata: objectIn(row.metadata),
    created_by: row.created_by,
    created_at: new Date(row.created_at).toISOString(),
  }
  if (row.expires_at !== null) body.expires_at = new Date(row.expires_at).toISOString()
  if (row.cmek_fingerprint !== null) body.cmek_encrypted = true
  if (row.max_access_count > 0) body.max_access_count = row.max_access_count
  return body
}

interface DeletedRow extends Pick<VersionSummary, 'id' | 'path' | 'type' | 'version'> {
  readonly deleted_at: number
  readonly deleted_by: string | null
  readonly purge_at: number
}

export function deletedBody({ id, path, type, version, deleted_at, deleted_by, purge_at }: DeletedRow): Deleted {
  const by = deleted_by !== null && { deleted_by }
  const [deletedAt, purgeAt] = [new Date(Number(deleted_at)).toISOString(), new Date(Number(purge_at)).toISOString()]
  return { id, path, type, version, deleted_at: deletedAt, ...by, purge_at: purgeAt }
}
