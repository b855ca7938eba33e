/** Views of shares. */

import type { Reply } from '../../../client/client.ts'
import { moment } from '../moment.ts'
import type { View } from '../view.ts'

type Share = Reply<'shares.inbound'>['shares'][number]

export const SHARE: View<Share> = {
  columns: {
    path: share => share.secret_path,
    id: share => share.id,
    for: share => share.recipient_email ?? share.recipient_type,
    state: share => (share.is_expired ? 'expired' : share.is_accepted ? 'accepted' : 'open'),
    opened: share => (share.max_access_count ? `${share.access_count} of ${share.max_access_count}` : share.access_count),
    expires: share => moment(share.expires_at),
    created: share => moment(share.created_at),
  },
  name: share => share.id,
}

export const SHARE_MADE: View<Reply<'shares.create'>> = {
  columns: {
    link: share => share.share_url,
    id: share => share.id,
    for: share => share.recipient_email ?? share.recipient_type,
    expires: share => moment(share.expires_at),
    'opens at most': share => share.max_access_count,
  },
  name: share => share.id,
}

export const OPENED_SHARE: View<Reply<'shares.open'>> = {
  columns: {
    path: share => share.path,
    value: share => share.value,
    type: share => share.type,
    opened: share => (share.max_access_count ? `${share.access_count} of ${share.max_access_count}` : share.access_count),
  },
  name: share => share.path,
  isSecret: true,
}
