import { resolve } from 'node:path'

/** When events of the audit log are removed; undefined for never. */
export interface AuditConfig {
  readonly auditRetention: AuditRetention | undefined
}

export interface AuditRetention {
  readonly days: number
  /** The folder for removed events; undefined if they are not archived. */
  readonly archive: string | undefined
}

interface Reader {
  readonly read: (name: string) => string | undefined
  readonly fault: (name: string, message: string) => void
}

const NONE = 'none'

export function auditConfig({ read, fault }: Reader): AuditConfig {
  const days = read('AUDIT_RETENTION_DAYS')
  const archive = read('AUDIT_ARCHIVE')
  if (days === undefined) {
    if (archive !== undefined) fault('AUDIT_ARCHIVE', 'is only used with ONECLAW_AUDIT_RETENTION_DAYS, which is not set')
    return { auditRetention: undefined }
  }
  if (!/^[1-9]\d{0,4}$/.test(days)) fault('AUDIT_RETENTION_DAYS', 'must be a number of days from 1 to 99999')
  if (archive === undefined)
    fault('AUDIT_ARCHIVE', `is needed with a retention: a folder for the removed events, or ${NONE} to keep them nowhere`)
  return {
    auditRetention: { days: Number(days), archive: archive === undefined || archive === NONE ? undefined : resolve(archive) },
  }
}
