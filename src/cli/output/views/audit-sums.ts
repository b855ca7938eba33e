import type { Reply } from '../../../client/client.ts'
import type { View } from '../view.ts'

type AuditSum = Reply<'audit.summary'>['sums'][number]

const SUMMED: View<AuditSum>['columns'] = {
  of: sum => sum.key,
  events: sum => sum.total,
  denied: sum => sum.denied,
  failed: sum => sum.failed,
}

export const AUDIT_SUM: View<AuditSum> = { columns: { day: sum => sum.day, ...SUMMED }, name: sum => sum.day }

/** `2026-03-01 14:00`, UTC. */
const hourOf = ({ day, hour = 0 }: AuditSum) => `${day} ${String(hour).padStart(2, '0')}:00`

export const AUDIT_SUM_BY_HOUR: View<AuditSum> = { columns: { hour: hourOf, ...SUMMED }, name: hourOf }
