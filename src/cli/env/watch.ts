import { answerOf } from '../../client/answer.ts'
import type { Reply } from '../../client/call.ts'
import { argumentReference, type Source, vaultOf } from '../references/read.ts'
import { CLI_HINTS } from '../session/hints.ts'
import { isSweep, type Selection } from './collect.ts'

/** Returns a text that changes when the selection does. */
export type Look = () => Promise<string>

/**
 * Checks the selected secrets: paths, versions and whether they are disabled, as far as the caller may read them. It costs no read of
 * values and, while nothing changes in a vault, not even its list.
 */
export function lookAt(source: Source, selection: Selection): Look {
  const vaults = new Map<string, VaultState>()
  return async () => {
    const watched = await selectedIn(source, selection)
    const states = await Promise.all(
      [...watched].map(async ([vaultId, test]) => {
        const state = await vaultState(source, vaultId, vaults.get(vaultId))
        vaults.set(vaultId, state)
        return state.secrets.filter(({ path }) => test(path)).map(secret => `${vaultId}/${secret.path}@${secret.state}`)
      }),
    )
    return states.flat().sort().join('\n')
  }
}

/** The selected paths by vault. */
async function selectedIn(source: Source, selection: Selection): Promise<Map<string, (path: string) => boolean>> {
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
  return watched
}

interface VaultState {
  /** The server's tag for this state; without one the list is requested each time. */
  readonly tag: string | undefined
  readonly secrets: readonly { readonly path: string; readonly state: string }[]
}

async function vaultState({ client }: Source, vault_id: string, known: VaultState | undefined): Promise<VaultState> {
  const path = `/v1/vaults/${vault_id}/secrets`
  const reply = await client.raw({ method: 'GET', path, ...(known?.tag && { headers: { 'if-none-match': known.tag } }) })
  if (known && reply.status === 304) return known
  const first = answerOf(reply, client.baseUrl + path, CLI_HINTS) as Reply<'secrets.list'>
  // The tag is older than the following pages: a change in between is noticed the next time.
  const { secrets } = first.next_cursor === undefined ? first : await client.call('secrets.list', { params: { vault_id } })
  return {
    tag: reply.headers['etag'],
    secrets: secrets.map(({ path, version, is_disabled }) => ({ path, state: `${version}${is_disabled ? ' disabled' : ''}` })),
  }
}

export interface Watch<T> {
  /** The state that the running program has. */
  readonly seen: string
  readonly look: () => Promise<string>
  /** Reads everything again. */
  readonly prepare: () => Promise<T>
  /** `failures`: the number of consecutive failures. */
  readonly pause: (signal: AbortSignal, failures: number) => Promise<void>
  /** Called when a check or a read failed, once for each reason; the program continues with what it has. */
  readonly failed: (error: unknown) => void
  /** It works again after it had failed. */
  readonly recovered: () => void
}

/** Checks repeatedly; each call of the result resolves with the next state's outcome, and rejects when its signal aborts. */
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
