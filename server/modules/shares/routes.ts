import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import {
  acceptShare,
  createShare,
  declineShare,
  describeShare,
  inboundShares,
  openShare,
  outboundShares,
  revokeShare,
  revokeShareAlias,
} from '../../../src/contract/shares.ts'
import type { Mount } from '../../http/mount.ts'
import { pageReply } from '../../http/paging.ts'
import type { ListedShare } from '../../stores/shares.ts'
import type { Sharing } from './area.ts'

export function shareRoutes(mount: Mount, { create, open, shares, publicUrl, clock }: Sharing): void {
  mount(createShare, async ({ grant, body }) => {
    const row = await create(grant, body)
    return {
      id: row.id,
      share_url: `${publicUrl()}/v1/share/${row.id}`,
      recipient_type: row.recipient_type,
      ...email(row),
      expires_at: instant(row.expires_at),
      ...limit(row),
    }
  })

  mount(openShare, async ({ actor, params, header, visitor }) => {
    const { share, row, value } = await open(params.share_id, actor, header('X-Share-Passphrase'), visitor)
    return {
      id: share.id,
      path: share.path,
      type: row.type,
      value,
      access_count: share.access_count,
      ...limit(share),
      ...(row.cmek_fingerprint !== null && { cmek_encrypted: true }),
    }
  })

  mount(describeShare, async ({ actor, params }) => {
    const share = await shares.describe(params.share_id, actor)
    return {
      id: share.id,
      recipient_type: share.recipient_type,
      ...(share.recipient_type !== 'anyone_with_link' && sharedBy(share)),
      has_passphrase: share.passphrase_hash !== null,
      access_count: share.access_count,
      ...limit(share),
      expires_at: instant(share.expires_at),
      is_expired: share.expires_at <= clock(),
      is_accepted: share.accepted_at !== null,
    }
  })

  mount(outboundShares, async ({ grant, query }) =>
    pageReply('shares', await shares.outbound(grant), query, {
      idOf: ({ id }) => id,
      body: share => ({ ...listedBody(share, clock()), ...recipient(share), ...declined(share) }),
    }),
  )
  mount(inboundShares, async ({ grant, query }) =>
    pageReply('shares', await shares.inbound(grant), query, {
      idOf: ({ id }) => id,
      body: share => ({ ...listedBody(share, clock()), ...sharedBy(share) }),
    }),
  )

  mount(acceptShare, async ({ grant, params }) => void (await shares.accept(grant, params.share_id)))
  mount(declineShare, async ({ grant, params }) => void (await shares.decline(grant, params.share_id)))
  mount(revokeShare, async ({ grant, params }) => void (await shares.revoke(grant, params.share_id)))
  mount(revokeShareAlias, async ({ grant, params }) => void (await shares.revoke(grant, params.share_id)))
}

function listedBody(share: ListedShare, now: number): ReplyOf<typeof outboundShares>['shares'][number] {
  return {
    id: share.id,
    secret_path: share.path,
    recipient_type: share.recipient_type,
    ...email(share),
    access_count: share.access_count,
    ...limit(share),
    expires_at: instant(share.expires_at),
    created_at: instant(share.created_at),
    is_expired: share.expires_at <= now,
    is_accepted: share.accepted_at !== null,
  }
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}

function email({ recipient_email }: { recipient_email: string | null }) {
  return recipient_email !== null && { recipient_email }
}

function recipient({ recipient_id }: ListedShare) {
  return recipient_id !== null && { recipient_id }
}

function declined({ declined_at }: ListedShare) {
  return declined_at !== null && { is_declined: true }
}

/** In the words of its mail. */
function sharedBy({ creator_email, creator_name }: ListedShare) {
  if (creator_email !== null) return { shared_by: creator_email }
  return creator_name !== null && { shared_by: `The agent ${JSON.stringify(creator_name)}` }
}

function limit({ max_access_count }: { max_access_count: number }) {
  return { max_access_count }
}
