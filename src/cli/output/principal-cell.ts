/** A principal in a table: its id for programs, its name for a person at a terminal. */
export interface Who {
  readonly kind: string
  readonly id: string
  /** The value for programs. */
  readonly text: string
}

/** Names by id. */
export type Names = ReadonlyMap<string, string>

export function who(kind: string, id: string): Who {
  return { kind, id, text: `${kind} ${id}` }
}

/** `user:5f0c…`, as the API writes it. */
export function whoOf(text: string | undefined): Who | undefined {
  const [kind = '', id = ''] = (text ?? '').split(':')
  return text === undefined ? undefined : { kind, id, text }
}

export function isWho(cell: unknown): cell is Who {
  return typeof cell === 'object' && cell !== null && 'kind' in cell
}
