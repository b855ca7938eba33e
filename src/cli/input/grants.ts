import type { Client } from '../../client/client.ts'
import { isReference, parsePlace } from '../references/reference.ts'
import { ensurePattern } from './pattern.ts'
import { vaultIdOf } from './vault.ts'

/**
 * The places of patterns on a command line: in the selected vault, or in the one that `1claw://<vault>/<pattern>` names.
 * @param vaultId of the selected vault; looked up only if needed
 */
export async function grantsOf(client: Client, patterns: readonly string[], vaultId: () => Promise<string>) {
  const grants: { vault_id: string; secret_path_pattern: string }[] = []
  const places = patterns.map(pattern => (isReference(pattern) ? parsePlace(pattern, 'The pattern') : { path: pattern }))
  for (const place of places) ensurePattern(place.path)
  for (const place of places) {
    if ('vault' in place) {
      grants.push({ vault_id: await vaultIdOf(client, place.vault), secret_path_pattern: place.path })
    } else grants.push({ vault_id: await vaultId(), secret_path_pattern: place.path })
  }
  return grants
}
