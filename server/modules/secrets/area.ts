import { type DeletionDeps, secretDeletion } from './deletion.ts'
import { type SharedSecretsDeps, sharedSecrets } from './for-shares.ts'
import { type SecretMetadataDeps, secretMetadata } from './metadata.ts'
import { type VersionMakerDeps, versionMaker } from './next-version.ts'
import { type ProviderKeyDeps, providerKeys } from './provider-keys.ts'
import { type ReadingDeps, secretReading } from './reading.ts'
import { type SigningKeyDeps, signingKeys } from './signing-keys.ts'
import { secretWriting, type WritingDeps } from './writing.ts'

/** Secrets: reading, writing, keys in the provider, and what sharing and intents use of them. */
export function secretArea(
  deps: ReadingDeps &
    Omit<WritingDeps, 'versions'> &
    VersionMakerDeps &
    SharedSecretsDeps &
    SigningKeyDeps &
    SecretMetadataDeps &
    Omit<DeletionDeps, 'writing'> &
    Pick<ProviderKeyDeps, 'failed'>,
) {
  const versions = versionMaker(deps)
  const writing = secretWriting({ ...deps, versions })
  return {
    versions,
    secretReading: secretReading(deps),
    secretWriting: writing,
    secretMetadata: secretMetadata(deps),
    secretDeletion: secretDeletion({ ...deps, writing }),
    providerKeys: providerKeys({ ...deps, writing }),
    sharedSecrets: sharedSecrets(deps),
    signingKeys: signingKeys(deps),
  }
}
