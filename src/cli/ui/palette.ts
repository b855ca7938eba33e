import { rankedPlacesOf } from '../../name-match.ts'
import { type ActionId, actionsAt } from './actions.ts'
import { listIn } from './list-key.ts'
import type { Effect, Over, Place, State } from './state.ts'

type Palette = Extract<Over, { kind: 'palette' }>

/** One line of the palette. */
export interface Entry {
  readonly says: string
  /** The text at its end: the key, or the kind of object. */
  readonly about: string
  readonly does: { readonly action: ActionId } | { readonly opens: Place } | { readonly effect: Effect }
}

/** The entries of the palette: possible actions, and names that were found, the best match first. */
export function entriesOf(state: State, { text, found }: Palette): Entry[] {
  const actions = actionsAt(state)
    .filter(({ id }) => id !== 'palette' && id !== 'open')
    .map(({ id, key, says }): Entry => ({ says, about: key, does: { action: id } }))
  const vaults = (listIn(state, { of: 'vaults' })?.items ?? []).map(
    (vault): Entry => ({ says: vault.name, about: 'vault', does: { opens: { kind: 'folder', vault, folder: '' } } }),
  )
  if (text.trim() === '') return [...actions, ...vaults]
  const known = found.flatMap(({ kind, id, name, vault_id, vault_name }): Entry[] => {
    const vault = { id: vault_id ?? id, name: vault_name ?? name }
    if (kind === 'vault') return [{ says: name, about: 'vault', does: { opens: { kind: 'folder', vault, folder: '' } } }]
    if (kind === 'secret') return [{ says: name, about: vault.name, does: { opens: { kind: 'secret', vault, path: name } } }]
    if (kind === 'policy') return [{ says: name, about: `policy in ${vault.name}`, does: { opens: { kind: 'policies', vault } } }]
    if (kind === 'agent') return [{ says: name, about: 'agent', does: { effect: { type: 'openAgent', id } } }]
    return []
  })
  const names = new Set(known.filter(({ about }) => about === 'vault').map(({ says }) => says))
  const all = [...actions, ...vaults.filter(({ says }) => !names.has(says)), ...known]
  return rankedPlacesOf(
    text,
    all.map(({ says }) => says),
  ).flatMap(at => all[at] ?? [])
}
