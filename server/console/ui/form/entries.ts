/** Why a form was not accepted: a sentence above the form, or one at each wrong field. */
export interface Failure {
  readonly message?: string
  /** By the name of the field. */
  readonly fields?: Readonly<Record<string, string | undefined>>
}

/** Reads a field of the form by its name; a field that is not there is empty. */
export type Entries = (name: string) => string
