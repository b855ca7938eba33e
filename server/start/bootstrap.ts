import { EMAIL, EMAIL_MAX } from '../../src/contract/schema/fields.ts'
import { Problem } from '../../src/problem.ts'
import { type Config, readConfig } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import { invalidField } from '../http/checks.ts'
import { canonicalEmail } from '../http/lockout.ts'
import { addAccount } from '../modules/auth/new-account.ts'
import { passwords as passwordHashing } from '../modules/auth/passwords.ts'
import { openServerKeys } from '../modules/keys/server/open.ts'
import type { Stores } from '../stores/all.ts'
import type { MacKeys } from '../stores/audit/mac.ts'
import { openServerDatabase } from './database.ts'
import { openKeyStores } from './key-stores.ts'

/** The first administrator, as given on the server's machine. */
export interface FirstAdmin {
  readonly email: string
  readonly password: string
}

export interface Bootstrap {
  /** @throws Problem `request.invalid` for an invalid address or password; `resource.conflict` for an address that has an account. */
  create(admin: FirstAdmin): Promise<{ id: string; email: string; org_id: string }>
  close(): Promise<void>
}

/** The client address in the audit log: the command runs on the machine itself. */
const HERE = '127.0.0.1'

/**
 * Opens the server's database with the settings of `serve`, to create its first administrator without the network. It needs the key
 * provider only if the server has run before. With SQLite the server must not be running.
 * @throws Problem `resource.conflict` if there is an administrator already, who can create others
 */
export async function openBootstrap(flags: { readonly dataDir?: string }): Promise<Bootstrap> {
  const config = readConfig(flags)
  let auditKeys: MacKeys | undefined
  const database = await openServerDatabase(config, () => auditKeys)
  try {
    await ensureNoAdmin(database)
    auditKeys = await installedAuditKeys(config, database)
  } catch (error) {
    await database.close()
    throw error
  }
  return { create: admin => create(database, admin), close: () => database.close() }
}

/** Undefined before the first start of the server, which then signs the events that the audit log already has. */
async function installedAuditKeys(config: Config, database: Database<Stores>): Promise<MacKeys | undefined> {
  const present = await database.read(({ serverKeys }) => serverKeys.all())
  if (!present.some(({ purpose }) => purpose === 'audit')) return undefined
  const keyring = await openKeyStores({ config, database, create: false, log: () => {} })
  try {
    const failed = (error: unknown) => {
      throw error
    }
    return (await openServerKeys({ database, keyring, clock: Date.now, failed }, async () => {})).audit
  } finally {
    await keyring.close()
  }
}

async function ensureNoAdmin(database: Database<Stores>): Promise<void> {
  const taken = await database.read(async ({ orgs }) => {
    const platform = await orgs.platform()
    return platform && (await orgs.members(platform.id)).some(({ role }) => role !== 'member')
  })
  if (!taken) return
  throw new Problem('resource.conflict', 'This server already has an administrator.', {
    hint: 'The administrator can invite others: 1claw org invite <e-mail> --role admin',
  })
}

async function create(database: Database<Stores>, admin: FirstAdmin): Promise<{ id: string; email: string; org_id: string }> {
  const email = canonicalEmail(admin.email)
  if (!EMAIL.test(email) || email.length > EMAIL_MAX) throw invalidField('email', 'must be an e-mail address')
  const passwords = passwordHashing()
  await passwords.ensureStrong(admin.password, { field: 'password', about: [email, ...email.split(/[@.]/)], from: HERE })
  const passwordHash = await passwords.hash(admin.password, HERE)
  return database.run(async stores => {
    const now = Date.now()
    if (await stores.accounts.userByEmail(email)) {
      throw new Problem('resource.conflict', 'There is an account with this e-mail address.')
    }
    const account = { email, name: null, passwordHash, method: 'password', verified: true } as const
    const platform = await stores.orgs.platform()
    const place = await addAccount(stores, { ...account, joins: platform && { orgId: platform.id, role: 'owner' } }, HERE, now)
    if (!platform) await stores.orgs.makePlatform(place.orgId)
    return { id: place.id, email, org_id: place.orgId }
  })
}
