import type { ListedShare } from './listed-share.ts'

/** The names of members and agents, by id. */
export type Names = ReadonlyMap<string, string>

/** Whom a share is for, by name. */
export function recipientOf(
  { recipient_type: type, recipient_email: email, recipient_id: id }: ListedShare,
  names: Names,
): string {
  if (type === 'anyone_with_link') return 'Anyone with the link'
  if (email !== undefined) return email
  const name = id === undefined ? undefined : names.get(id)
  if (type === 'agent') return `The agent ${name ?? id ?? ''}`
  return name ?? 'A former member'
}
