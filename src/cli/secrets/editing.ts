import type { Client, Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import { isPassing } from '../session/passing.ts'

interface Editing {
  readonly client: Client
  readonly vaultId: string
  readonly path: string
  /** Shows the value in an editor, and returns what was saved. */
  edit(value: string): Promise<string>
  /** Asks whether to write it; `conflict` mentions a version that was written in between. Throws `cancelled` for a no. */
  agree(conflict: string | undefined): Promise<void>
  /** Asks whether to retry after a temporary failure, so that the typed text is not lost. */
  again(failure: Problem): Promise<boolean>
}

/**
 * Lets a person edit the value of a secret, and writes it as a new version. Undefined when nothing was changed.
 * @throws Problem `usage` for an empty value.
 */
export async function editedSecret({
  client,
  vaultId,
  path,
  edit,
  agree,
  again,
}: Editing): Promise<Reply<'secrets.put'> | undefined> {
  const params = { vault_id: vaultId, path }
  const before = await client.call('secrets.get', { params })
  const value = withoutAddedLine(await edit(before.value), before.value)
  if (value === before.value) return undefined
  if (value === '') throw new Problem('usage', 'The value is empty.', { hint: 'Nothing was changed.' })
  const { versions } = await persistently(() => client.call('secrets.versions', { params, query: { limit: 1 } }), again)
  const newest = versions[0]?.version ?? before.version
  await agree(
    newest === before.version
      ? undefined
      : `${path} now has version ${newest}, and you edited version ${before.version}. Save yours as the newest?`,
  )
  return persistently(() => client.call('secrets.put', { params, body: { value } }), again)
}

async function persistently<T>(work: () => Promise<T>, again: Editing['again']): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error) || !(await again(error))) throw error
    }
  }
}

/** Removes the line break that editors add at the end, unless the value had one before. */
function withoutAddedLine(value: string, before: string): string {
  return before.endsWith('\n') ? value : value.replace(/\r?\n$/, '')
}
