import type { Client } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import { isUuid } from '../../uuid.ts'

/** The id of a vault that is given by id or by name; names are unique in an organisation. Throws `resource.unknown`. */
export async function vaultIdOf(client: Client, vault: string): Promise<string> {
  if (isUuid(vault)) return vault
  const { vaults } = await client.call('vaults.list')
  const found = vaults.find(({ name }) => name === vault) ?? onlyOne(vaults.filter(({ name }) => isSameName(name, vault)))
  if (found) return found.id
  const names = vaults.map(({ name }) => name)
  // Loaded only after a typing mistake, because every read runs this code.
  const { nearest } = await import('./suggest.ts')
  const close = nearest(vault, names)
  throw new Problem('resource.unknown', `You have no access to a vault named ${JSON.stringify(vault)}.`, {
    hint: close
      ? `Did you mean ${close}?`
      : names.length > 0
        ? `Your vaults: ${names.slice(0, 5).join(', ')}.`
        : 'Create one with `1claw vaults create <name>`.',
  })
}

function onlyOne<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined
}

/** Case and surrounding spaces are not part of a name. Older vaults may differ only in case. */
function isSameName(one: string, other: string): boolean {
  const [a, b] = [one, other].map(name => name.trim().normalize('NFC').toLowerCase())
  return a === b
}

/** The id of an agent that is given by id or by name. Throws `resource.unknown`, and `resource.conflict` when a name is not unique. */
export async function agentIdOf(client: Client, agent: string): Promise<string> {
  if (isUuid(agent)) return agent
  const { agents } = await client.call('agents.list')
  const named = agents.filter(({ name }) => name === agent)
  const active = named.filter(({ is_active }) => is_active)
  // A deactivated agent leaves its name to the next one.
  const found = active.length > 0 ? active : named
  const [first, second] = found
  if (second) {
    const ids = found.map(({ id }) => id).join(', ')
    throw new Problem('resource.conflict', `${found.length} agents are named ${JSON.stringify(agent)}.`, {
      hint: `Use an id: ${ids}.`,
    })
  }
  if (first) return first.id
  const { didYouMean } = await import('./suggest.ts')
  throw new Problem('resource.unknown', `There is no agent named ${JSON.stringify(agent)}.`, {
    hint: didYouMean(
      agent,
      agents.map(({ name }) => name),
      'See `1claw agents list`.',
    ),
  })
}
