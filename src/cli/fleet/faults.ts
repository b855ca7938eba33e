import { Problem } from '../../problem.ts'
import type { FleetDocument, Path } from './document.ts'

/** All faults of a file, so a person can correct them together. */
export interface Faults {
  add(path: Path, message: string): void
  /** @throws Problem `config.invalid` if there are any. */
  check(): void
}

const SHOWN = 20

export function faultsOf(document: FleetDocument): Faults {
  const fields: Record<string, string> = {}
  let count = 0
  return {
    add(path, message) {
      if (++count <= SHOWN) fields[document.place(path)] = message
    },
    check() {
      if (count === 0) return
      const more = count > SHOWN ? `; the first ${SHOWN}` : ''
      throw new Problem('config.invalid', `The file is not valid: ${count === 1 ? 'one fault' : `${count} faults${more}`}.`, {
        fields,
      })
    },
  }
}
