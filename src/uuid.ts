/** The syntax of an id, for use in a larger expression; in lower case, as this server writes it. */
export const UUID_FORM = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

const UUID = new RegExp(`^${UUID_FORM}$`, 'i')

/** Whether a text is an id, in either case. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}
