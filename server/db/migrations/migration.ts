/** Column types that the engines spell differently. */
export interface ColumnTypes {
  readonly bytes: string
  /** 64-bit integer. */
  readonly int: string
}

/** One forward-only step. Its statements must never change after a release: their checksum is stored. */
export interface Migration {
  /** `NNNN-name`, applied in order. */
  readonly id: string
  statements(types: ColumnTypes): readonly string[]
  /** Indexes of possibly large tables. They are made after the statements, on PostgreSQL while other servers keep writing. */
  readonly indexes?: readonly Index[]
}

export interface Index {
  readonly name: string
  /** The text after `ON`: the table, its columns, and the condition of a partial index. */
  readonly on: string
}
