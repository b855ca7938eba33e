/** A row as the domain sees it: flags are booleans, JSON columns are decoded values; null stays null. */
export type Decoded<Row, Flag extends keyof Row, Json extends Partial<Record<keyof Row, unknown>>> = Omit<
  Row,
  Flag | keyof Json
> & { [F in Flag]: boolean } & { [J in keyof Json & keyof Row]: null extends Row[J] ? Json[J] | null : Json[J] }

type Columns = Record<PropertyKey, unknown>

/** Turns rows into values and back: flags into booleans, JSON text into values. */
export interface Codec<Row, Value> {
  /** Decodes the row in place, because copies would make lists slower; there is no other reference to it. */
  decode(row: Row): Value
  /** The reverse, also for only some of the columns. */
  encode<Some extends Partial<Value>>(value: Some): Pick<Row, keyof Some & keyof Row>
}

/**
 * The one place where a row of the database turns into a domain value, and back. `flags` are columns of 0 and 1, `json` columns of JSON
 * text. A column that is missing stays missing.
 *
 * ```ts
 * const { decode, encode } = codec<Selectable<Schema['api_keys']>>()<{ scopes: string[] }, 'is_active'>({ flags: ['is_active'], json: ['scopes'] })
 * ```
 */
export function codec<Row extends object>() {
  return <
    Json extends Partial<Record<keyof Row, unknown>> = Record<never, never>,
    const Flag extends keyof Row = never,
  >(columns: {
    readonly flags: readonly Flag[]
    readonly json: readonly (keyof NoInfer<Json> & keyof Row)[]
  }): Codec<Row, Decoded<Row, Flag, Json>> => {
    return {
      decode(row) {
        const decoded = row as Columns
        for (const name of columns.flags) if (name in decoded) decoded[name] = Number(decoded[name]) === 1
        for (const name of columns.json) {
          const text = decoded[name]
          if (typeof text === 'string') decoded[name] = JSON.parse(text)
        }
        return decoded as Decoded<Row, Flag, Json>
      },
      encode(value) {
        const encoded = { ...value } as Columns
        for (const name of columns.flags) if (typeof encoded[name] === 'boolean') encoded[name] = flag(encoded[name])
        for (const name of columns.json) {
          const held = encoded[name]
          if (held !== null && held !== undefined) encoded[name] = JSON.stringify(held)
        }
        return encoded as Pick<Row, keyof typeof value & keyof Row>
      },
    }
  }
}

/** 0 or 1, the stored form of a flag. */
export function flag(value: boolean): number {
  return value ? 1 : 0
}

/** Decodes an optional row. */
export function orUndefined<Row, Value>(row: Row | undefined, decode: (row: Row) => Value): Value | undefined {
  return row === undefined ? undefined : decode(row)
}
