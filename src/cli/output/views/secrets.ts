import type { Reply } from '../../../client/client.ts'
import { moment } from '../moment.ts'
import type { View } from '../view.ts'

/** A secret of any vault, with the age of its value and its readers. */
export const SECRET_ANYWHERE: View<Reply<'secrets.list-all'>['secrets'][number]> = {
  columns: {
    vault: secret => secret.vault_name,
    path: secret => secret.path,
    type: secret => secret.type,
    version: secret => secret.version,
    written: secret => moment(secret.created_at),
    expires: secret => moment(secret.expires_at),
    'last read': secret => moment(secret.last_read_at),
    readers: secret => secret.readers,
  },
  name: secret => `1claw://${encodeURIComponent(secret.vault_name)}/${secret.path}`,
}

interface FolderAccess {
  readonly name: string
  readonly principal_type: string
  readonly folder: string
  /** The number of secrets in the folder for which the principal has the permission, and of all secrets in it. */
  readonly can: number
  readonly of: number
}

export const FOLDER_ACCESS: View<FolderAccess> = {
  columns: {
    who: row => row.name,
    type: row => row.principal_type,
    folder: row => row.folder || '-',
    secrets: row => row.can,
    of: row => row.of,
  },
  name: row => row.name,
}

export const DELETED_SECRET: View<Reply<'secrets.deleted'>['secrets'][number]> = {
  columns: {
    path: secret => secret.path,
    version: secret => secret.version,
    deleted: secret => moment(secret.deleted_at),
    by: secret => secret.deleted_by,
    'restorable until': secret => moment(secret.purge_at),
  },
  name: secret => secret.path,
}

/** The same for any vault. */
export const DELETED_ANYWHERE: View<Reply<'secrets.deleted-all'>['secrets'][number]> = {
  columns: { vault: secret => secret.vault_name, ...DELETED_SECRET.columns },
  name: secret => `1claw://${encodeURIComponent(secret.vault_name)}/${secret.path}`,
}
