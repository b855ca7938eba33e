import { keyMigration, migrateKeys } from '../../../../src/contract/keys/migration.ts'
import type { ReplyOf } from '../../../../src/contract/schema/endpoint.ts'
import type { Mount } from '../../../http/mount.ts'
import type { KeyStore } from '../../../keys/keystores.ts'
import type { KeyMigrations, MigrationView } from './service.ts'

type Body = ReplyOf<typeof keyMigration>

export function keyMigrationRoutes(mount: Mount, migrations: KeyMigrations): void {
  mount(keyMigration, async ({ grant, query }) => bodyOf(await migrations.show(grant, query.to)))
  mount(migrateKeys, async ({ grant, actor, body }) => bodyOf(await migrations.start(grant, actor, body.to)))
}

function bodyOf(view: MigrationView): Body {
  const { to, connected, from, plan, migration } = view
  return {
    to: storeBody(to),
    connected,
    active: view.isActive,
    from: from.map(storeBody),
    vaults: plan.vaults,
    server_keys: plan.serverKeys,
    signing_keys: plan.signingKeys,
    goes: [...plan.goes],
    rotations: plan.rotations,
    old_keys: plan.toDestroy,
    stays: [...plan.stays],
    stays_total: plan.staysTotal,
    settings: settingsOf(view),
    ...(migration && {
      migration: {
        id: migration.id,
        status: migration.status,
        vaults: migration.vaults,
        moved: migration.moved,
        ...(migration.errors && migration.errors.length > 0 && { errors: [...migration.errors] }),
        started_at: new Date(migration.startedAt).toISOString(),
        ...(migration.completedAt !== null && { completed_at: new Date(migration.completedAt).toISOString() }),
      },
    }),
  }
}

/** How to change the settings once nothing is left in the other key store; empty before. */
function settingsOf({ to, from, plan, isActive, isTied, isNext }: MigrationView): string[] {
  const left = plan.vaults + plan.serverKeys + plan.signingKeys + plan.rotations + plan.toDestroy + plan.staysTotal
  if (!isActive || !isTied || from.length === 0 || left > 0) return []
  const remove = 'Remove ONECLAW_NEXT_KEYSTORE and the settings that begin with ONECLAW_NEXT_.'
  if (!isNext) return [remove]
  const { provider } = to.keyring
  return [
    `Set ONECLAW_KEYSTORE=${provider}.`,
    ...(provider === 'pkcs11' ? ['Rename the settings that begin with ONECLAW_NEXT_PKCS11_ to ONECLAW_PKCS11_.'] : []),
    remove,
  ]
}

function storeBody({ name, place, keyring }: KeyStore) {
  const [, fingerprint = ''] = name.split(':')
  return { key_store: `${keyring.provider} ${fingerprint.slice(0, 12)}`, place }
}
