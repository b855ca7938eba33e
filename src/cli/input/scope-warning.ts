import type { Client } from '../../client/client.ts'
import { matches, pattern } from '../../path-pattern.ts'
import type { Context } from '../context/context.ts'

/**
 * Warns about scopes of a new agent that match no visible secret: a scope meant as a permission, such as `vault.read`, confines the agent
 * to a path of that name. Best effort: it never fails the command.
 */
export async function warnOfEmptyScopes(
  context: Context,
  client: Client,
  {
    scopes = [],
    vault_ids,
  }: { readonly scopes?: readonly string[] | undefined; readonly vault_ids?: readonly string[] | undefined },
): Promise<void> {
  const paths = scopes.filter(scope => !scope.includes(':'))
  if (paths.length === 0) return
  try {
    const ids = vault_ids ?? (await client.call('vaults.list')).vaults.map(({ id }) => id)
    const empty = await Promise.all(paths.map(async scope => ((await matchesAny(client, ids, scope)) ? [] : [scope])))
    for (const scope of empty.flat())
      context.stderr.write(
        `warning: The scope ${scope} matches no secret. The agent can only read paths that its scopes match.\n`,
      )
  } catch {
    // The agent exists already; there is no warning about what cannot be checked.
  }
}

async function matchesAny(client: Client, vaults: readonly string[], scope: string): Promise<boolean> {
  const star = scope.indexOf('*')
  const prefix = star < 0 ? scope : scope.slice(0, star)
  const compiled = pattern(scope)
  for (const vault_id of vaults) {
    // The vault of the agents' keys is in the list, but nobody can list its secrets.
    const { secrets } = await client
      .call('secrets.list', { params: { vault_id }, query: { prefix } })
      .catch(() => ({ secrets: [] }))
    if (secrets.some(({ path }) => matches(compiled, path))) return true
  }
  return false
}
