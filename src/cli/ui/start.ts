import { Problem } from '../../problem.ts'
import type { Session } from '../session/session.ts'
import type { Message, Place } from './state.ts'

/**
 * The first screen: the vault of this run, if there is one.
 * @throws Problem if the vault that was named for this run does not exist; a vault from a profile or a project file only causes a message
 */
export async function startingPlace({ target, vaultId, client }: Session): Promise<{ places: Place[]; message?: Message }> {
  if (target.vault === undefined) return { places: [] }
  try {
    const { id, name } = await client.call('vaults.get', { params: { vault_id: await vaultId() } })
    return { places: [{ kind: 'folder', vault: { id, name }, folder: '' }] }
  } catch (error) {
    const isOptional = target.vaultFrom === 'profile' || target.vaultFrom === 'project file'
    if (!isOptional || !(error instanceof Problem) || !MISSING.includes(error.code)) throw error
    return { places: [], message: { kind: 'error', text: error.message, hint: error.extras.hint } }
  }
}

const MISSING = ['resource.unknown', 'resource.gone', 'policy.denied']
