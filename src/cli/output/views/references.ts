import type { Checked } from '../../references/check.ts'
import type { View } from '../view.ts'

export const CHECKED_REFERENCE: View<Checked> = {
  columns: {
    place: ({ file, line }) => `${file}:${line}`,
    reference: ({ text }) => text,
    ok: ({ ok }) => ok,
    detail: ({ detail }) => detail,
  },
  name: ({ text }) => text,
}
