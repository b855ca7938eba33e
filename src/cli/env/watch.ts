import { argumentReference, type Source, vaultOf } from '../references/read.ts'
import { isSweep, type Selection } from './collect.ts'

/**
 * A text that is the same as long as the selected secrets are: paths, versions and whether they are disabled, of what the caller may
 * read. Costs no reading of values.
 */
export async function fingerprint(source: Source, selection: Selection): Promise<string> {
  const watched = new Map<string, (path: string) => boolean>()
  const also = (vaultId: string, test: (path: string) => boolean) => {
    const before = watched.get(vaultId)
    watched.set(vaultId, path => test(path) || before?.(path) === true)
  }
  const { prefix = '', paths, entries } = selection
  if (isSweep(selection)) also(await source.vaultId(), path => path.startsWith(prefix))
  const references = await Promise.all(paths.map(argumentReference))
  for (const entry of entries) if ('reference' in entry) references.push(entry.reference)
  for (const reference of references) also(await vaultOf(source, reference), path => path === reference.path)
  const states = await Promise.all([...watched].map(([vaultId, test]) => vaultState(source, vaultId, test)))
  return states.flat().sort().join('\n')
}

async function vaultState({ client }: Source, vault_id: string, test: (path: string) => boolean): Promise<string[]> {
  const { secrets } = await client.call('secrets.list', { params: { vault_id } })
  return secrets
    .filter(({ path }) => test(path))
    .map(({ path, version, is_disabled }) => `${vault_id}/${path}@${version}${is_disabled ? ' disabled' : ''}`)
}

export interface Watch<T> {
  /** The state that the running program was given. */
  readonly seen: string
  readonly look: () => Promise<string>
  /** Reads everything anew. */
  readonly prepare: () => Promise<T>
  /** `failures`: how often looking has failed since it last worked. */
  readonly pause: (signal: AbortSignal, failures: number) => Promise<void>
  /** Told when looking or reading failed, once for each reason; the program runs on with what it has. */
  readonly failed: (error: unknown) => void
  /** It works again after it had failed. */
  readonly recovered: () => void
}

/** Looks again and again; each call of the result resolves with the next state's outcome, and rejects when its signal aborts. */
export function watching<T>({
  seen: first,
  look,
  prepare,
  pause,
  failed,
  recovered,
}: Watch<T>): (signal: AbortSignal) => Promise<T> {
  let seen = first
  let failures = 0
  let reason = ''
  return async signal => {
    for (;;) {
      await pause(signal, failures)
      try {
        const now = await look()
        signal.throwIfAborted()
        if (failures > 0) recovered()
        failures = 0
        reason = ''
        if (now === seen) continue
        const prepared = await prepare()
        seen = now
        return prepared
      } catch (error) {
        signal.throwIfAborted()
        failures++
        const why = error instanceof Error ? error.message : ''
        if (why !== reason) failed(error)
        reason = why
      }
    }
  }
}
