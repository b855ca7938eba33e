/** A row as the domain sees it: flags are booleans, JSON columns are the values they hold; null stays null. */
export type Decoded<Row, Flag extends keyof Row, Json extends Partial<Record<keyof Row, unknown>>> = Omit<
  Row,
  Flag | keyof Json
> & { [F in Flag]: boolean } & { [J in keyof Json & keyof Row]: null extends Row[J] ? Json[J] | null : Json[J] }

/**
 * The one place where a row of the database turns into a domain value. `flags` are columns of 0 and 1, `json` columns of JSON text.
 *
 * ```ts
 * const decode = decoder<Selectable<Schema['api_keys']>>()<{ scopes: string[] }, 'is_active'>({ flags: ['is_active'], json: ['scopes'] })
 * ```
 */
export function decoder<Row extends object>() {
  return <
    Json extends Partial<Record<keyof Row, unknown>> = Record<never, never>,
    const Flag extends keyof Row = never,
  >(columns: {
    readonly flags: readonly Flag[]
    readonly json: readonly (keyof NoInfer<Json> & keyof Row)[]
  }): ((row: Row) => Decoded<Row, Flag, Json>) => {
    return row => {
      const decoded = { ...row } as Record<keyof Row, unknown>
      for (const name of columns.flags) decoded[name] = row[name] === 1
      for (const name of columns.json) {
        const text = row[name]
        if (typeof text === 'string') decoded[name] = JSON.parse(text)
      }
      return decoded as Decoded<Row, Flag, Json>
    }
  }
}

/** 0 or 1, as the tables keep a flag. */
export function flag(value: boolean): number {
  return value ? 1 : 0
}

/** Decodes what may be missing. */
export function orUndefined<Row, Value>(row: Row | undefined, decode: (row: Row) => Value): Value | undefined {
  return row === undefined ? undefined : decode(row)
}
