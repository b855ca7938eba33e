import type { setX402Settings } from '../../../src/contract/admin.ts'
import type { BodyOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import { grantEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { SettingsStore } from '../../stores/settings.ts'

export interface SettingsDeps {
  readonly database: Database<{ settings: SettingsStore; audit: AuditStore }>
  readonly clock: () => number
}

export type ServerSettings = ReturnType<typeof serverSettings>
type X402 = BodyOf<typeof setX402Settings>

const KEY = /^[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*$/
const X402_PREFIX = 'x402.'

/** The valid form of each x402 setting. */
const X402_FORMS: Readonly<Record<Exclude<keyof X402, 'free_tier_limit'>, readonly [RegExp, string]>> = {
  pay_to: [/^0x[0-9a-fA-F]{40}$/, 'must be an address: 0x and 40 hex digits'],
  network: [/^(?:eip155:[1-9]\d{0,17}|[a-z][a-z0-9-]{1,40})$/, 'must be a network such as base or eip155:8453'],
  scheme: [/^exact$/, 'must be exact'],
  facilitator_url: [
    /^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?=[:/]|$))[^\s@?#]*$/,
    'must be an https URL without credentials; http is for this machine only',
  ],
}

/** Settings of the server that platform administrators can change while it runs. */
export function serverSettings({ database, clock }: SettingsDeps) {
  type Admin = Grant<'platform.admin'>

  return {
    list: (_: Admin) => database.read(({ settings }) => settings.all()),

    async set(grant: Admin, key: string, value: string) {
      ensureKey(key)
      const now = clock()
      await write(grant, now, 'admin.setting', { key }, async settings => settings.set(key, value, grant.actor.id, now))
      return { key, value, updated_by: grant.actor.id, updated_at: now }
    },

    async remove(grant: Admin, key: string): Promise<void> {
      ensureKey(key)
      await write(grant, clock(), 'admin.setting', { key, removed: true }, async settings => {
        if (!(await settings.remove(key))) throw new Problem('resource.unknown', 'This setting has no value.')
      })
    },

    x402: async (_: Admin): Promise<ReplyOf<typeof setX402Settings>> =>
      x402Of(await database.read(({ settings }) => settings.all())),

    async setX402(grant: Admin, body: X402): Promise<ReplyOf<typeof setX402Settings>> {
      const changes = x402Changes(body)
      const now = clock()
      await write(grant, now, 'admin.x402', { fields: changes.map(([name]) => name).join(',') }, async settings => {
        for (const [name, value] of changes) await settings.set(X402_PREFIX + name, value, grant.actor.id, now)
      })
      return x402Of(await database.read(({ settings }) => settings.all()))
    },
  }

  function write(
    grant: Admin,
    now: number,
    action: string,
    details: Record<string, string | boolean>,
    change: (settings: SettingsStore) => Promise<unknown>,
  ): Promise<void> {
    return database.run(async ({ settings, audit }) => {
      await change(settings)
      await audit.append([grantEvent(grant, action, { resourceType: 'setting', resourceId: '', details })], now)
    })
  }
}

function ensureKey(key: string): void {
  if (!KEY.test(key)) throw invalidField('key', 'must be lower-case words joined by dots, underscores or dashes')
  if (key.startsWith(X402_PREFIX)) throw invalidField('key', 'can only be changed with PUT /v1/admin/x402')
}

function x402Changes(body: X402): [string, string][] {
  const changes: [string, string][] = []
  for (const [name, [form, message]] of Object.entries(X402_FORMS)) {
    const value = body[name as keyof typeof X402_FORMS]
    if (value === undefined) continue
    if (!form.test(value)) throw invalidField(name, message)
    changes.push([name, value])
  }
  if (body.free_tier_limit !== undefined) changes.push(['free_tier_limit', String(body.free_tier_limit)])
  return changes
}

function x402Of(stored: readonly { key: string; value: string }[]): ReplyOf<typeof setX402Settings> {
  const own = stored
    .filter(({ key }) => key.startsWith(X402_PREFIX))
    .map(({ key, value }) => [key.slice(X402_PREFIX.length), value])
  const { free_tier_limit: limit, ...rest } = Object.fromEntries(own) as Record<string, string>
  return { ...rest, ...(limit !== undefined && { free_tier_limit: Number(limit) }) }
}
