import type { Reply } from '../../client/client.ts'
import { moment } from '../output/moment.ts'
import type { View } from '../output/view.ts'

export const USER: View<Reply<'admin.users'>['users'][number]> = {
  columns: {
    email: user => user.email,
    id: user => user.id,
    organisation: user => user.org_name,
    'organisation id': user => user.org_id,
    role: user => user.role,
    tier: user => user.billing_tier,
    created: user => moment(user.created_at),
  },
  name: user => user.id,
}

export const MAIL: View<Reply<'admin.mails'>['mails'][number]> = {
  columns: {
    to: mail => mail.to,
    subject: mail => mail.subject,
    written: mail => moment(mail.written_at),
    attempts: mail => mail.attempts,
    'next attempt': mail => moment(mail.next_attempt_at),
    'last error': mail => mail.last_error,
    file: mail => mail.file,
    id: mail => mail.id,
  },
  name: mail => mail.id,
}

/** The text has a link that grants access. */
export const MAIL_TEXT: View<Reply<'admin.mail'>> = {
  columns: { to: mail => mail.to, subject: mail => mail.subject, text: mail => mail.text },
  name: mail => mail.id,
  isSecret: true,
}

export const SETTING: View<Reply<'admin.set-setting'>> = {
  columns: {
    key: setting => setting.key,
    value: setting => setting.value,
    'changed by': setting => setting.updated_by,
    changed: setting => moment(setting.updated_at),
  },
  name: setting => setting.key,
}

export const LIMITS: View<Reply<'admin.limits'>> = {
  columns: {
    organisation: limits => limits.org_id,
    'free requests': limits => limits.free_tier_override,
    sponsored: limits => limits.is_sponsored,
  },
  name: limits => limits.org_id,
}

export const TIER: View<Reply<'admin.set-tier'>> = {
  columns: { organisation: tier => tier.org_id, tier: tier => tier.tier, until: tier => tier.expires_at },
  name: tier => tier.org_id,
}

export const STATUS_PART: View<Reply<'server.status'>['parts'][number]> = {
  columns: {
    part: part => part.name,
    status: part => part.status,
    detail: part => part.detail,
    'round trip': part => (part.latency_ms === undefined ? undefined : `${part.latency_ms} ms`),
    last: part => moment(part.at),
  },
  name: part => part.name,
}
