import { createHash, randomBytes } from 'node:crypto'
import type { deviceCode, deviceStatus, deviceToken } from '../../../src/contract/requests/device.ts'
import type { BodyOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import { type Sessions, TTL } from '../../credentials/sessions.ts'
import type { Database } from '../../db/database.ts'
import { canonicalEmail, ipIdentity, type Lockout } from '../../http/lockout.ts'
import type { UserActor, Visitor } from '../../policy/actor.ts'
import { denied } from '../../policy/denial.ts'
import { authEvent, NO_ORG } from '../../policy/event.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { EnsureRoom, ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { ConsoleSessionStore } from '../../stores/console-sessions.ts'
import type { DeviceCodeRow, DeviceStore } from '../../stores/requests/device.ts'
import type { AuthStore } from '../../stores/sign-in.ts'
import { renewal } from './renewal.ts'
import { canonicalUserCode, newUserCode } from './user-code.ts'

const EXPIRES_IN = 600
const INTERVAL = 5
/** Clients measure the interval with their own clock: a request that is slightly early is not too fast. */
const INTERVAL_SLACK_MS = 500
const GRANT_TYPES = ['urn:ietf:params:oauth:grant-type:device_code', 'device_code']

interface DeviceStores {
  readonly devices: DeviceStore
  readonly accounts: AccountStore
  readonly audit: AuditStore
  readonly auth: AuthStore
  readonly consoleSessions: ConsoleSessionStore
  readonly plans: PlanStore
  readonly resourceCounts: ResourceCountStore
}

export interface DeviceDeps {
  readonly database: Database<DeviceStores>
  readonly sessions: Sessions
  readonly lockout: Lockout
  readonly ensureRoom: EnsureRoom
  /** Proves a person by a recent sign-in or the password. Returns when that was, in epoch milliseconds. */
  readonly confirmPerson: (actor: UserActor, password: string | undefined, ip: string) => Promise<number>
  /** Base of the pages, without a trailing slash. */
  readonly publicUrl: () => string
  readonly clock: () => number
}

export type DeviceLogin = ReturnType<typeof deviceLogin>

/** Device authorization (RFC 8628): a person with a browser approves a client without one. */
export function deviceLogin({ database, sessions, lockout, ensureRoom, confirmPerson, publicUrl, clock }: DeviceDeps) {
  return {
    async begin({ client_id, email }: BodyOf<typeof deviceCode>, { ip }: Visitor): Promise<ReplyOf<typeof deviceCode>> {
      const code = randomBytes(32).toString('base64url')
      const userCode = newUserCode()
      const now = clock()
      await database.run(async stores => {
        await ensureRoom(stores, NO_ORG, 'deviceLogins')
        await stores.devices.add({
          device_code_hash: digest(code),
          user_code: userCode,
          client_id,
          email: email === undefined ? null : canonicalEmail(email),
          status: 'pending',
          user_id: null,
          org_id: null,
          ip_address: ip,
          created_at: now,
          expires_at: now + EXPIRES_IN * 1000,
          last_polled_at: null,
          generation: null,
          session_id: null,
          approver_jti: null,
          signed_in_at: null,
        })
      })
      const page = `${publicUrl()}/cli/verify`
      return {
        device_code: code,
        user_code: userCode,
        verification_uri: page,
        verification_uri_complete: `${page}?code=${userCode}`,
        expires_in: EXPIRES_IN,
        interval: INTERVAL,
      }
    },

    /** The states of RFC 8628 §3.5, as bodies: clients of this API expect 200. */
    async poll({ device_code, grant_type }: BodyOf<typeof deviceToken>, { ip }: Visitor): Promise<ReplyOf<typeof deviceToken>> {
      if (!GRANT_TYPES.includes(grant_type)) {
        throw new Problem('request.invalid', `grant_type must be ${GRANT_TYPES[0]}.`, {
          fields: { grant_type: `must be ${GRANT_TYPES[0]}` },
        })
      }
      const hash = digest(device_code)
      const now = clock()
      const row = await database.read(({ devices }) => devices.byDeviceCode(hash))
      if (!row || row.expires_at <= now || row.status === 'consumed') return { error: 'expired_token' }
      if (row.status === 'denied') return { error: 'access_denied' }
      if (row.status === 'approved') return redeem(row, ip)
      await database.run(({ devices }) => devices.polled(hash, now))
      const tooFast = row.last_polled_at !== null && now - row.last_polled_at < INTERVAL * 1000 - INTERVAL_SLACK_MS
      return { error: tooFast ? 'slow_down' : 'authorization_pending' }
    },

    async status(typed: string, viewer: UserActor | undefined, { ip }: Visitor): Promise<ReplyOf<typeof deviceStatus>> {
      const identities = [ipIdentity(ip)]
      const row = await find(typed, identities)
      // Concurrent guesses must not get more answers than guesses made one after the other. Looking at a valid code does not reset the
      // count.
      await lockout.ensureOpen('user-code', identities)
      return {
        status: statusOf(row),
        ...(viewer && {
          client_id: row.client_id,
          requested_from: row.ip_address,
          requested_at: new Date(row.created_at).toISOString(),
        }),
      }
    },

    async decide(
      typed: string,
      status: 'approved' | 'denied',
      actor: UserActor,
      { ip }: Visitor,
      password?: string,
    ): Promise<{ status: 'approved' | 'denied' }> {
      if (actor.apiKeyId !== undefined) throw denied('signed-in-person', 'A signed-in person must decide; an API key cannot.')
      // Otherwise one copied token could create others forever.
      if (status === 'approved' && actor.token?.via === 'device') {
        throw denied('browser-sign-in', 'A device login cannot approve another; approve it in a browser that is signed in.')
      }
      const identities = [ipIdentity(ip), `user:${actor.id}`]
      const row = await find(typed, identities)
      await lockout.succeeded('user-code', identities)
      if (row.email !== null && row.email !== actor.email)
        throw denied('other-account', 'This login was started for another account.')
      const signedInAt = status === 'approved' ? await confirmPerson(actor, password, ip) : undefined
      await database.run(async ({ devices, audit }) => {
        const now = clock()
        const settled = await devices.decide(row.user_code, { status, by: actor, signedInAt, now })
        if (!settled)
          throw new Problem(
            'request.invalid',
            `This login is already ${statusOf((await devices.byUserCode(row.user_code)) ?? row)}.`,
          )
        const action = status === 'approved' ? 'auth.device_approve' : 'auth.device_deny'
        await audit.append([authEvent(action, actor, ip, { client_id: row.client_id, requested_from: row.ip_address })], now)
      })
      return { status }
    },

    renew: renewal({ database, sessions, clock }),
  }

  /** Finds the login of a typed code; guessing locks it. */
  async function find(typed: string, identities: readonly string[]): Promise<DeviceCodeRow> {
    await lockout.ensureOpen('user-code', identities)
    const row = await database.read(({ devices }) => devices.byUserCode(canonicalUserCode(typed)))
    if (!row) {
      await lockout.failed('user-code', identities)
      throw new Problem('resource.unknown', 'There is no login with this code.')
    }
    return row
  }

  async function redeem(row: DeviceCodeRow, ip: string): Promise<ReplyOf<typeof deviceToken>> {
    const [userId, orgId] = [row.user_id ?? '', row.org_id ?? NO_ORG]
    const member = await database.run(async ({ devices, accounts, audit, ...stores }) => {
      const now = clock()
      const found = await accounts.member(userId, orgId)
      if (!found || !(await stands(row, found, stores)) || !(await devices.consume(row.device_code_hash, now))) return undefined
      await audit.append(
        [authEvent('auth.success', { type: 'user', id: userId, orgId }, ip, { method: 'device', client_id: row.client_id })],
        now,
      )
      return found
    })
    if (!member) return { error: 'expired_token' }
    const signedInAt = row.signed_in_at ?? undefined
    const session = { userId, orgId, generation: member.token_generation, signedInAt, via: 'device', ttl: TTL.device } as const
    return { ...(await sessions.forUser(session)), email: member.email, user_id: userId, org_id: orgId }
  }

  /** An approval is worth no more than the sign-in behind it: it ends with that token, session and password. */
  async function stands(
    { generation, session_id: sessionId, approver_jti: jti }: DeviceCodeRow,
    member: { readonly token_generation: number },
    { auth, consoleSessions }: Pick<DeviceStores, 'auth' | 'consoleSessions'>,
  ): Promise<boolean> {
    if (generation !== member.token_generation || jti === null || (await auth.isRevoked(jti))) return false
    return sessionId === null || consoleSessions.exists(sessionId)
  }

  function statusOf(row: DeviceCodeRow): 'pending' | 'approved' | 'denied' | 'expired' {
    if (row.status === 'denied') return 'denied'
    if (row.status !== 'pending') return 'approved'
    return row.expires_at <= clock() ? 'expired' : 'pending'
  }
}

function digest(code: string): string {
  return createHash('sha256').update(code).digest('hex')
}
