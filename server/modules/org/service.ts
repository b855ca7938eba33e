import { Problem } from '../../../src/problem.ts'
import type { Sessions, TokenReply } from '../../credentials/sessions.ts'
import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import type { UserActor, Visitor } from '../../policy/actor.ts'
import { signedInPerson } from '../../policy/caller.ts'
import { authEvent, grantEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { ConsoleSessionStore } from '../../stores/console-sessions.ts'
import type { OrgStore } from '../../stores/orgs.ts'
import { type OrgSettings, settingsOf } from './settings.ts'

export interface OrgDeps {
  readonly database: Database<{
    orgs: OrgStore
    accounts: AccountStore
    audit: AuditStore
    consoleSessions: ConsoleSessionStore
  }>
  readonly sessions: Sessions
  readonly clock: () => number
}

/** The organisation's settings, and its name. */
type NamedSettings = OrgSettings & { readonly name: string }

export type Orgs = ReturnType<typeof orgService>

/** The organisations of a person, and the settings of an organisation. */
export function orgService({ database, sessions, clock }: OrgDeps) {
  return {
    /** An API key belongs to one organisation, and shows only that one. */
    async ofPerson(actor: UserActor) {
      const all = await database.read(({ orgs }) => orgs.ofUser(actor.id))
      return actor.apiKeyId === undefined ? all : all.filter(({ id }) => id === actor.orgId)
    },

    /** Returns a token for another organisation; it expires when the presented one would have. A console session moves with it. */
    async switchTo(actor: UserActor, orgId: string, { ip }: Visitor): Promise<TokenReply> {
      signedInPerson(actor)
      const member = await database.run(async ({ accounts, audit, consoleSessions }) => {
        const found = await accounts.member(actor.id, orgId)
        if (!found) throw new Problem('resource.unknown', 'You are not a member of an organisation with this id.')
        await accounts.update(actor.id, { org_id: orgId })
        if (actor.sessionId !== undefined) await consoleSessions.moveTo(actor.sessionId, orgId)
        await audit.append([authEvent('auth.switch_org', { ...actor, orgId }, ip, { from: actor.orgId })], clock())
        return found
      })
      const left = Math.floor((actor.token?.exp ?? 0) - clock() / 1000)
      const { sessionId, token } = actor
      const signedInAt = token?.signedInAt === undefined ? undefined : token.signedInAt * 1000
      const session = { userId: actor.id, orgId, generation: member.token_generation, sessionId, signedInAt }
      return sessions.forUser({ ...session, via: token?.via ?? 'switch', ttl: Math.max(1, left) })
    },

    settings: ({ orgId }: Grant<'org.settings'>): Promise<NamedSettings> => database.read(({ orgs }) => chosen(orgs, orgId)),

    async changeSettings(grant: Grant<'org.settings'>, written: string | undefined, changes: Partial<OrgSettings>) {
      const { orgId } = grant
      const name = written?.trim()
      if (name === '') throw invalidField('name', 'must not be empty')
      return database.run(async ({ orgs, audit }) => {
        if (name !== undefined) await orgs.rename(orgId, name)
        for (const [key, value] of Object.entries(changes)) await orgs.setSetting(orgId, key, String(value))
        const details = { ...(name !== undefined && { name }), ...changes }
        const about = { resourceType: 'org', resourceId: orgId, details }
        await audit.append([grantEvent(grant, 'org.settings', about)], clock())
        return chosen(orgs, orgId)
      })
    },
  }

  async function chosen(orgs: OrgStore, orgId: string): Promise<NamedSettings> {
    return { name: (await orgs.byId(orgId))?.name ?? '', ...settingsOf(await orgs.settings(orgId)) }
  }
}
