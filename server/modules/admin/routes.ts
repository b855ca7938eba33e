import {
  deleteUser,
  listSettings,
  listUsers,
  listWaitingMails,
  orgLimits,
  removeSetting,
  setBillingTier,
  setOrgLimits,
  setSetting,
  setX402Settings,
  showMail,
  x402Settings,
} from '../../../src/contract/admin.ts'
import type { Mount } from '../../http/mount.ts'
import type { Org } from '../../stores/orgs.ts'
import type { AdminAccounts } from './accounts.ts'
import type { WaitingMail, WaitingMails } from './mails.ts'
import type { ServerSettings } from './settings.ts'

interface AdminServices {
  readonly serverSettings: ServerSettings
  readonly adminAccounts: AdminAccounts
  readonly waitingMails: WaitingMails
  readonly clock: () => number
}

export function adminRoutes(
  mount: Mount,
  { serverSettings: settings, adminAccounts: accounts, waitingMails: mails, clock }: AdminServices,
): void {
  mount(listSettings, async ({ grant }) => ({ settings: (await settings.list(grant)).map(settingBody) }))
  mount(setSetting, async ({ grant, params, body }) => settingBody(await settings.set(grant, params.key, body.value)))
  mount(removeSetting, async ({ grant, params }) => {
    await settings.remove(grant, params.key)
    return undefined
  })
  mount(x402Settings, async ({ grant }) => settings.x402(grant))
  mount(setX402Settings, async ({ grant, body }) => settings.setX402(grant, body))

  mount(listUsers, async ({ grant, query }) => {
    const { rows, total } = await accounts.users(grant, query)
    return { users: rows.map(row => userBody(row, clock())), total }
  })
  mount(deleteUser, async ({ grant, params }) => {
    await accounts.removeUser(grant, params.user_id)
    return undefined
  })

  mount(listWaitingMails, async ({ grant, query }) => {
    const { smtp, mails: found, total } = await mails.list(grant, query)
    return { delivery: smtp ? ('smtp' as const) : ('files' as const), mails: found.map(mailBody), total }
  })
  mount(showMail, async ({ grant, params }) => {
    const mail = await mails.show(grant, params.mail_id)
    return { ...mailBody(mail), text: mail.text }
  })

  mount(orgLimits, async ({ grant, params }) => limitsBody(await accounts.org(grant, params.org_id)))
  mount(setOrgLimits, async ({ grant, params, body }) => limitsBody(await accounts.setLimits(grant, params.org_id, body)))
  mount(setBillingTier, async ({ grant, params, body }) => tierBody(await accounts.setTier(grant, params.org_id, body)))
}

function settingBody(row: { key: string; value: string; updated_by: string; updated_at: number }) {
  return { key: row.key, value: row.value, updated_by: row.updated_by, updated_at: new Date(row.updated_at).toISOString() }
}

function mailBody({ id, kind, to, subject, writtenAt, sending, file }: WaitingMail) {
  return {
    id,
    kind,
    to,
    subject,
    written_at: new Date(writtenAt).toISOString(),
    ...(file !== undefined && { file: `outbox/${file}` }),
    ...(sending && {
      attempts: sending.attempts,
      next_attempt_at: new Date(sending.nextAt).toISOString(),
      ...(sending.lastError !== null && { last_error: sending.lastError }),
    }),
  }
}

type UserRow = Awaited<ReturnType<AdminAccounts['users']>>['rows'][number]

function userBody(row: UserRow, now: number) {
  return {
    id: row.id,
    email: row.email,
    ...(row.display_name !== null && { display_name: row.display_name }),
    ...(row.role !== null && { role: row.role }),
    auth_method: row.auth_method,
    org_id: row.org_id,
    org_name: row.org_name,
    billing_tier: row.tier_expires_at !== null && row.tier_expires_at <= now ? 'free' : row.billing_tier,
    created_at: new Date(row.created_at).toISOString(),
    ...(row.free_tier_override !== null && { free_tier_override: row.free_tier_override }),
    is_sponsored: row.is_sponsored,
    current_month_requests: row.requests ?? 0,
  }
}

function limitsBody(row: Org) {
  return {
    org_id: row.id,
    ...(row.free_tier_override !== null && { free_tier_override: row.free_tier_override }),
    is_sponsored: row.is_sponsored,
  }
}

function tierBody(row: Org) {
  const ends = row.tier_expires_at !== null && { expires_at: new Date(row.tier_expires_at).toISOString() }
  return { org_id: row.id, tier: row.billing_tier, ...ends }
}
