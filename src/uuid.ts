/** How an id is written, to be part of a larger expression; in small letters, as this server writes them. */
export const UUID_FORM = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

const UUID = new RegExp(`^${UUID_FORM}$`, 'i')

/** Whether a text is an id, in letters of either case. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}
