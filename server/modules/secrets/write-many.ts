import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import type { putSecrets } from '../../../src/contract/secrets/all-secrets.ts'
import { invalidField } from '../../http/checks.ts'
import type { Authorize } from '../../policy/authorize.ts'
import type { CanonicalPath, Grant } from '../../policy/grant.ts'
import type { VersionSummary } from '../../stores/secrets.ts'
import type { SecretWriting } from './writing.ts'

export interface ManyDeps {
  readonly authorize: Authorize
  readonly secretWriting: Pick<SecretWriting, 'putAll'>
}

export type WriteMany = ReturnType<typeof writeMany>

/** Writes several secrets of a vault at once; each path is authorised separately. */
export function writeMany({ authorize, secretWriting }: ManyDeps) {
  return async (asked: Grant<'secret.write-many'>, { secrets }: BodyOf<typeof putSecrets>): Promise<VersionSummary[]> => {
    const { actor, ip, resource } = asked
    const seen = new Set<string>()
    const drafts = []
    for (const [index, { path, ...draft }] of secrets.entries()) {
      if (seen.has(path)) throw invalidField(`secrets[${index}].path`, 'already exists')
      seen.add(path)
      // Everything that matches the field's pattern is canonical.
      const target = { vaultId: resource.vault.id, path: path as CanonicalPath }
      drafts.push({ grant: await authorize('secret.write', actor, target, ip), draft })
    }
    return secretWriting.putAll(drafts)
  }
}
