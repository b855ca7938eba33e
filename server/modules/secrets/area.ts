import { type BesideValuesDeps, besideValues } from './beside-values.ts'
import { type VersionMakerDeps, versionMaker } from './next-version.ts'
import { type ProviderKeyDeps, providerKeys } from './provider-keys.ts'
import { type ReadingDeps, secretReading } from './reading.ts'
import { type SharedSecretsDeps, sharedSecrets } from './shared.ts'
import { type SigningKeyDeps, signingKeys } from './signing-keys.ts'
import { secretUndo, type UndoDeps } from './undo.ts'
import { secretWriting, type WritingDeps } from './writing.ts'

/** Secrets: reading, writing, keys in the provider, and what sharing and intents use of them. */
export function secretArea(
  deps: ReadingDeps &
    Omit<WritingDeps, 'versions'> &
    VersionMakerDeps &
    SharedSecretsDeps &
    SigningKeyDeps &
    BesideValuesDeps &
    Omit<UndoDeps, 'writing'> &
    Pick<ProviderKeyDeps, 'failed'>,
) {
  const versions = versionMaker(deps)
  const writing = secretWriting({ ...deps, versions })
  return {
    versions,
    secretReading: secretReading(deps),
    secretWriting: writing,
    besideValues: besideValues(deps),
    secretUndo: secretUndo({ ...deps, writing }),
    providerKeys: providerKeys({ ...deps, writing }),
    sharedSecrets: sharedSecrets(deps),
    signingKeys: signingKeys(deps),
  }
}
