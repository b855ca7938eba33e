import { Flags } from '@oclif/core'
import type { Client } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import { vaultIdOf } from './vault.ts'

export const toVaultFlag = Flags.string({ helpValue: '<name or id>', description: 'The other vault (default: the same).' })

/**
 * The target of a move or copy.
 * @throws Problem `resource.unknown` for a vault without access, `usage` for a reference
 */
export async function destinationOf(client: Client, to: string, vault: string | undefined) {
  if (to.startsWith('1claw://')) {
    throw new Problem('usage', 'The destination is a path, not a reference.', { hint: 'Name the other vault with --to-vault.' })
  }
  return vault === undefined ? { to } : { to, to_vault_id: await vaultIdOf(client, vault) }
}
