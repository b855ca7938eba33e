import type { View } from '../view.ts'

/** The value of a reference. */
export interface ReadValue {
  readonly reference: string
  readonly path: string
  readonly version: number
  readonly value: string
}

export const READ_VALUE: View<ReadValue> = {
  columns: {
    reference: ({ reference }) => reference,
    value: ({ value }) => value,
    version: ({ version }) => version,
  },
  name: ({ reference }) => reference,
  isSecret: true,
}
