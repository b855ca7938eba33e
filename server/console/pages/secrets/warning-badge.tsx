import { Badge } from '../../ui/data/badge.tsx'
import { useNow } from '../../ui/use-now.ts'
import { type Summary, troubleOf } from './secret.ts'

/** Shows that a version cannot be read any more, or soon will not be; nothing otherwise. */
export function WarningBadge({ of }: { of: Summary }) {
  const trouble = troubleOf(of, useNow(15_000))
  return trouble && <Badge tone={trouble === 'Expires soon' ? 'warn' : 'bad'}>{trouble}</Badge>
}
