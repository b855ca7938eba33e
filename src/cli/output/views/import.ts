import type { Difference } from '../../import/difference.ts'
import type { View } from '../view.ts'

interface Fated {
  readonly path: string
  readonly origin: string
  readonly fate: string
}

const FATES: Readonly<Record<string, string>> = {
  create: 'create',
  unchanged: 'unchanged',
  differs: 'exists with another value',
  exists: 'exists, cannot be compared',
}

/** Only names: a plan is shown on screens and in logs. */
export const PLANNED: View<Fated> = {
  columns: { path: ({ path }) => path, 'from the file': ({ origin }) => origin, plan: ({ fate }) => FATES[fate] ?? fate },
  name: ({ path }) => path,
}

export const WRITTEN: View<{ readonly path: string; readonly version: number }> = {
  columns: { path: ({ path }) => path, version: ({ version }) => version },
  name: ({ path }) => path,
}

export const DIFFERENCE: View<Difference> = {
  columns: {
    path: ({ path }) => path,
    state: ({ state }) => state,
    left: ({ left }) => left,
    right: ({ right }) => right,
  },
  name: ({ path }) => path,
}
