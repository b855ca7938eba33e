import { createSigningKey } from '../../../src/contract/intents/signing-keys.ts'
import { listAllSecrets, putSecrets } from '../../../src/contract/secrets/all-secrets.ts'
import { copySecret, moveSecret, updateSecret } from '../../../src/contract/secrets/changes.ts'
import {
  listAllDeletedSecrets,
  listDeletedSecrets,
  pruneSecret,
  restoreSecret,
  rollBackSecret,
} from '../../../src/contract/secrets/deletions.ts'
import {
  deleteSecret,
  disableVersion,
  getSecret,
  getVersion,
  listSecrets,
  listVersions,
  putSecret,
  readSecrets,
  rotateSecret,
} from '../../../src/contract/secrets/secrets.ts'
import { Problem } from '../../../src/problem.ts'
import { NOT_MODIFIED } from '../../http/call/etag.ts'
import type { Mount } from '../../http/mount.ts'
import { pageReply } from '../../http/paging.ts'
import type { SecretsOfAllVaults } from './all-vaults.ts'
import { deletedBody, openedBody, summaryBody, withoutLargeMetadata, writtenBody } from './body.ts'
import type { DeletedOfAllVaults } from './deleted-of-all-vaults.ts'
import type { SecretDeletion } from './deletion.ts'
import type { SecretMetadata } from './metadata.ts'
import type { ProviderKeys } from './provider-keys.ts'
import type { SecretReading } from './reading.ts'
import type { SecretRelocation } from './relocation.ts'
import type { WriteMany } from './write-many.ts'
import type { SecretWriting } from './writing.ts'

interface Parts {
  readonly secretReading: SecretReading
  readonly secretWriting: SecretWriting
  readonly secretDeletion: SecretDeletion
  readonly secretMetadata: SecretMetadata
  readonly secretRelocation: SecretRelocation
  readonly providerKeys: ProviderKeys
  readonly secretsOfAllVaults: SecretsOfAllVaults
  readonly deletedOfAllVaults: DeletedOfAllVaults
  readonly writeMany: WriteMany
}

export function secretRoutes(
  mount: Mount,
  {
    secretReading: reading,
    secretWriting: writing,
    secretDeletion: undo,
    secretRelocation: relocation,
    secretMetadata,
    providerKeys: keys,
    secretsOfAllVaults,
    deletedOfAllVaults,
    writeMany,
  }: Parts,
): void {
  mount(listSecrets, async ({ grant, query, isKnown }) => {
    // The number of reads changes without any other change.
    if (query.include === undefined && isKnown(await reading.state(grant))) return NOT_MODIFIED
    const { rows, ...next } = await reading.list(grant, query.prefix ?? '', query)
    return { secrets: rows.map(row => summaryBody(withoutLargeMetadata(row))), ...next }
  })

  mount(listAllSecrets, ({ grant, query }) => secretsOfAllVaults(grant, query))
  mount(putSecrets, async ({ grant, body }) => ({ secrets: (await writeMany(grant, body)).map(writtenBody) }))

  mount(putSecret, async ({ grant, body }) => writtenBody(await writing.put(grant, body)))

  mount(createSigningKey, async ({ grant }) => {
    const { row, key, provider } = await keys.create(grant)
    return { ...writtenBody(row), address: key.address, public_key: `0x${Buffer.from(key.publicKey).toString('hex')}`, provider }
  })

  mount(getSecret, async ({ grant }) => {
    const { row, value } = await reading.latest(grant)
    return openedBody(row, value)
  })

  mount(readSecrets, async ({ grant, body }) => {
    if (body.paths && body.prefix !== undefined) {
      throw new Problem('request.invalid', 'Send paths or prefix, not both.', {
        fields: { prefix: 'cannot be combined with paths' },
      })
    }
    const opened = await (body.paths ? reading.paths(grant, body.paths) : reading.prefix(grant, body.prefix ?? ''))
    return { secrets: opened.map(({ row, value }) => openedBody(row, value)) }
  })

  mount(deleteSecret, async ({ grant, query }) => {
    if (query.purge === 'true') await undo.purge(grant)
    else await writing.remove(grant)
    return undefined
  })

  mount(updateSecret, async ({ grant, body }) => writtenBody(await secretMetadata.update(grant, body)))

  mount(copySecret, async ({ grant, body }) => writtenBody(await relocation.copy(grant, body)))

  mount(moveSecret, async ({ grant, body }) => writtenBody(await relocation.move(grant, body)))

  mount(listDeletedSecrets, async ({ grant, query }) => {
    const { rows, ...next } = await undo.deleted(grant, query)
    return { secrets: rows.map(deletedBody), ...next }
  })

  mount(listAllDeletedSecrets, ({ grant, query }) => deletedOfAllVaults(grant, query))

  mount(restoreSecret, async ({ grant }) => writtenBody(await undo.restore(grant)))

  mount(rollBackSecret, async ({ grant, params }) => writtenBody(await undo.rollBack(grant, params.version)))

  mount(pruneSecret, async ({ grant, body }) => ({ purged: await undo.prune(grant, body.keep) }))

  mount(listVersions, async ({ grant, query }) =>
    pageReply('versions', (await reading.versions(grant)).map(withoutLargeMetadata), query, {
      idOf: ({ version }) => String(version),
      body: summaryBody,
    }),
  )

  mount(getVersion, async ({ grant, params }) => {
    const { row, value } = await reading.version(grant, params.version)
    return openedBody(row, value)
  })

  mount(disableVersion, async ({ grant, params }) => {
    await writing.disable(grant, params.version)
    return undefined
  })

  mount(rotateSecret, async ({ grant, body }) => writtenBody(await writing.rotate(grant, body)))
}
