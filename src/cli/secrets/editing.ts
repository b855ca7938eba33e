import type { Client, Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'

interface Editing {
  readonly client: Client
  readonly vaultId: string
  readonly path: string
  /** Shows the value in an editor, and gives back what was saved. */
  edit(value: string): Promise<string>
  /** Asks whether it is to be written; `conflict` tells of a version that came in between. Throws `cancelled` for a no. */
  agree(conflict: string | undefined): Promise<void>
}

/**
 * Lets a person edit the value of a secret, and writes it as a new version. Undefined when nothing was changed.
 * @throws Problem `usage` for an empty value.
 */
export async function editedSecret({ client, vaultId, path, edit, agree }: Editing): Promise<Reply<'secrets.put'> | undefined> {
  const params = { vault_id: vaultId, path }
  const before = await client.call('secrets.get', { params })
  const value = withoutAddedLine(await edit(before.value), before.value)
  if (value === before.value) return undefined
  if (value === '') throw new Problem('usage', 'The value is empty.', { hint: 'Nothing was changed.' })
  const { versions } = await client.call('secrets.versions', { params, query: { limit: 1 } })
  const newest = versions[0]?.version ?? before.version
  await agree(
    newest === before.version
      ? undefined
      : `${path} now has version ${newest}, and you edited version ${before.version}. Save yours as the newest?`,
  )
  return client.call('secrets.put', { params, body: { value } })
}

/** Editors end the last line themselves; a line break that was not there before was not typed. */
function withoutAddedLine(value: string, before: string): string {
  return before.endsWith('\n') ? value : value.replace(/\r?\n$/, '')
}
