import { describe, expect, it } from 'vitest'
import { auditCommands } from '../support/audit-command.ts'
import type { Replies } from '../support/fake-context.ts'

const { cli } = auditCommands()

const counts = { key: '', total: 3, denied: 1, failed: 0 }
const serverWith = (...sums: { day: string; hour?: number }[]): Replies => ({
  'audit.summary': () => ({ from: '', to: '', total: 3, denied: 1, failed: 0, sums: sums.map(sum => ({ ...sum, ...counts })) }),
})

const cells = (text: string) => text.split('\n').map(line => line.split(/ {2,}/))

describe('audit summary', () => {
  it('shows days, or hours on request', async () => {
    const days = await cli(serverWith({ day: '2026-02-01' }), 'summary')
    expect(cells(days.out)).toEqual([['DAY', 'OF', 'EVENTS', 'DENIED', 'FAILED'], ['2026-02-01', '-', '3', '1', '0'], ['']])
    const hours = await cli(serverWith({ day: '2026-02-01', hour: 9 }), 'summary', '--hours', '24')
    expect(cells(hours.out)).toEqual([
      ['HOUR', 'OF', 'EVENTS', 'DENIED', 'FAILED'],
      ['2026-02-01 09:00', '-', '3', '1', '0'],
      [''],
    ])
    expect(hours.asked[0]?.input).toEqual({ query: { hours: 24 } })
  })

  it('names each hour for scripts', async () => {
    const { out } = await cli(
      serverWith({ day: '2026-02-01', hour: 9 }, { day: '2026-02-01', hour: 10 }),
      'summary',
      '--hours',
      '24',
      '-o',
      'name',
    )
    expect(out).toBe('2026-02-01 09:00\n2026-02-01 10:00\n')
  })

  it('says that nothing happened', async () => {
    expect((await cli(serverWith(), 'summary', '--hours', '24')).err).toBe('There were no events in these hours.\n')
  })
})
