import { type ReactNode, useMemo } from 'react'
import { LoadedView } from '../../../ui/data/loaded.tsx'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { useNow } from '../../../ui/use-now.ts'
import type { Summary } from '../secret.ts'
import { ageFindingOf } from './age.ts'
import { AgeFigure } from './age-map.tsx'
import { ofLegend, type Pressed, pressedOf, textOf } from './legend.ts'
import { allSecrets, type Listed } from './listed.ts'
import { useAgeMap } from './use-age-map.tsx'

interface Asked {
  readonly vault: { readonly id: string }
  /** What the list shows without the map, at any depth. */
  readonly secrets: readonly Summary[]
  readonly query: URLSearchParams
  change(entries: Readonly<Record<string, string>>): void
}

interface VaultAges {
  readonly map: ReactNode
  /** The paths that the pressed entries of the legend leave; undefined if none is pressed. */
  readonly only: ReadonlySet<string> | undefined
}

const NONE: readonly Listed[] = []

/** The map of ages for the list of a vault. When its secrets were last read is loaded when a person opens the map. */
export function useVaultAges({ vault, secrets, query, change }: Asked): VaultAges {
  const now = useNow(60_000)
  const text = textOf(pressedOf(query))
  const pressed = useMemo((): Pressed => pressedOf(new URLSearchParams({ map: text })), [text])
  const isShown = pressed !== undefined
  const loaded = useLoaded(
    async client => (isShown ? (await allSecrets(client, vault.id)).secrets : NONE),
    isShown ? vault.id : '',
  )
  const read = loaded.state.at === 'loaded' ? loaded.state.value : NONE
  const matched = useMemo(() => {
    const paths = new Set(secrets.map(({ path }) => path))
    return read.filter(({ path }) => paths.has(path))
  }, [read, secrets])
  const found = useMemo(() => ofLegend(matched, pressed, now), [matched, pressed, now])
  const only = useMemo(
    () => (pressed !== undefined && pressed.length > 0 && read !== NONE ? new Set(found.map(({ path }) => path)) : undefined),
    [found, pressed, read],
  )
  const shown = useAgeMap({ secrets: found, all: matched, now, query, change })
  if (secrets.length === 0) return { map: null, only }
  if (isShown && loaded.state.at === 'loaded') return { map: shown, only }
  const press = (next: Pressed) => change({ map: textOf(next), page: '' })
  const map = (
    <AgeFigure caption={ageFindingOf(secrets, now)} pressed={pressed} onPress={press}>
      <LoadedView of={loaded} what="when they were read">
        {() => null}
      </LoadedView>
    </AgeFigure>
  )
  return { map, only }
}
