import type { exportData, updateMe } from '../../../src/contract/account.ts'
import type { BodyOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import type { PageQuery } from '../../http/paging.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { UserActor, Visitor } from '../../policy/actor.ts'
import { recentSignIn } from '../../policy/caller.ts'
import { authEvent, type NewEvent } from '../../policy/event.ts'
import type { User } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { OutboxStore } from '../../stores/outbox.ts'
import type { SecretStore } from '../../stores/secrets.ts'
import { exported } from './export.ts'
import { type Belonging, belongings, type RemovalStores, removeAccount } from './removal.ts'

export interface AccountDeps {
  readonly database: Database<RemovalStores & { audit: AuditStore; outbox: OutboxStore; secrets: SecretStore }>
  /** Has the key provider destroy the keys of vaults that are gone. */
  readonly destroyDueKeks: () => Promise<number>
  /** Called with the keys that could not be destroyed at once; a job destroys them later. */
  readonly failed: (error: unknown) => void
  readonly templates: MailTemplates
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

export type Accounts = ReturnType<typeof accountService>

const CONFIRMATION = 'DELETE MY ACCOUNT'

/** A person's own account. */
export function accountService({ database, destroyDueKeks, templates, record, failed, clock }: AccountDeps) {
  return {
    me,

    async update(actor: UserActor, body: BodyOf<typeof updateMe>, { ip }: Visitor): Promise<User> {
      const { display_name: name, marketing_emails: marketing } = body
      const fields = {
        ...(name !== undefined && { display_name: name.trim() || null }),
        ...(marketing !== undefined && { marketing_emails: marketing }),
      }
      if (Object.keys(fields).length === 0) return me(actor)
      return database.run(async ({ accounts, audit }) => {
        const user = await accounts.update(actor.id, fields)
        if (!user) throw gone()
        await audit.append([authEvent('account.update', actor, ip, { fields: Object.keys(fields).join(',') })], clock())
        return user
      })
    },

    async remove(actor: UserActor, confirmation: string | undefined, { ip }: Visitor): Promise<void> {
      recentSignIn(actor, clock())
      if (confirmation !== CONFIRMATION) throw invalidField('confirmation', `must be ${CONFIRMATION}`)
      await database.run(async stores => {
        const places = await belongings(stores, actor.id)
        refuseToLeave(places)
        await stores.audit.append([authEvent('account.delete', actor, ip)], clock())
        await stores.outbox.add(templates.accountDeleted(actor.email))
        await removeAccount(stores, actor.id, places, clock())
      })
      await destroyDueKeks().catch(failed)
    },

    async exportData(actor: UserActor, query: PageQuery, { ip }: Visitor): Promise<ReplyOf<typeof exportData>> {
      const user = await me(actor)
      await record([authEvent('account.export', actor, ip)])
      return {
        export_version: '1',
        exported_at: new Date(clock()).toISOString(),
        user: {
          id: user.id,
          email: user.email,
          display_name: user.display_name ?? '',
          auth_method: user.auth_method,
          created_at: new Date(user.created_at).toISOString(),
        },
        ...(await database.read(stores => exported(stores, actor, query))),
      }
    },
  }

  async function me(actor: UserActor): Promise<User> {
    const user = await database.read(({ accounts }) => accounts.userById(actor.id))
    if (!user) throw gone()
    return user
  }
}

/** The last owner must first make another member an owner. */
function refuseToLeave(places: readonly Belonging[]): void {
  const platform = places.find(({ isPlatform, alone, lastOwner }) => isPlatform && (alone || lastOwner))
  if (platform) throw new Problem('request.invalid', 'You are the last owner of the platform; make somebody else an owner first.')
  const orphan = places.find(({ lastOwner }) => lastOwner)
  if (!orphan) return
  throw new Problem(
    'request.invalid',
    `You are the last owner of ${JSON.stringify(orphan.name)}; make another member an owner first.`,
  )
}

function gone(): Problem {
  return new Problem('auth.required', 'A valid token is needed.')
}
