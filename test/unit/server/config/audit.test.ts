import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../../server/config/config.ts'

const of = (env: Record<string, string>) => readConfig({}, { XDG_DATA_HOME: '/data', ...env }).auditRetention

describe('settings for old events of the audit log', () => {
  it('keep everything by default', () => {
    expect(of({})).toBeUndefined()
  })

  it('set how long events are kept, and whether and where removed ones are archived', () => {
    const days = { ONECLAW_AUDIT_RETENTION_DAYS: '365' }
    expect(of({ ...days, ONECLAW_AUDIT_ARCHIVE: 'kept' })).toEqual({ days: 365, archive: resolve('kept') })
    expect(of({ ...days, ONECLAW_AUDIT_ARCHIVE: 'none' })).toEqual({ days: 365, archive: undefined })
  })

  it.each([
    [{ ONECLAW_AUDIT_RETENTION_DAYS: '365' }, 'ONECLAW_AUDIT_ARCHIVE is needed'],
    [{ ONECLAW_AUDIT_ARCHIVE: '/a' }, 'ONECLAW_AUDIT_ARCHIVE is only used with'],
    [{ ONECLAW_AUDIT_RETENTION_DAYS: '0', ONECLAW_AUDIT_ARCHIVE: '/a' }, 'ONECLAW_AUDIT_RETENTION_DAYS must'],
    [{ ONECLAW_AUDIT_RETENTION_DAYS: '1y', ONECLAW_AUDIT_ARCHIVE: '/a' }, 'ONECLAW_AUDIT_RETENTION_DAYS must'],
  ])('are refused when they are incomplete: %j', (env, message) => {
    expect(() => of(env)).toThrow(message)
  })
})
