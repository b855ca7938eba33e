import type { Reply } from '../../client/client.ts'
import type { View } from '../output/view.ts'

export const ACCOUNT: View<Reply<'account.me'>> = {
  columns: {
    email: me => me.email,
    name: me => me.display_name,
    role: me => me.role,
    id: me => me.id,
    organisation: me => me.org_id,
    'signs in by': me => me.auth_method,
    'e-mail verified': me => me.email_verified,
    'second factor': me => me.totp_enabled,
    created: me => me.created_at,
  },
  name: me => me.email,
}
