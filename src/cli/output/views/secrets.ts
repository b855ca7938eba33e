import type { Reply } from '../../../client/client.ts'
import { moment } from '../moment.ts'
import type { View } from '../view.ts'

/** A secret of any vault, with how old its value is and who reads it. */
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
