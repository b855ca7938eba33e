import { PassThrough } from 'node:stream'
import { renderToString } from 'ink'
import { describe, expect, it } from 'vitest'
import { clock, DeviceLogin, showDeviceLogin } from '../../../../src/views/device-login.tsx'

describe('the waiting line', () => {
  it('shows how long the code is still valid', () => {
    const line = renderToString(<DeviceLogin endsAt={600_000} now={() => 1} colour={false} />)
    expect(line).toBe('⠋ Waiting for your approval (10:00)')
  })

  it('is drawn on the given stream and removed at the end', async () => {
    const stream = new PassThrough()
    let drawn = ''
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      drawn += chunk
    })
    const screen = showDeviceLogin({ endsAt: 61_000, now: () => 0, colour: false }, stream)
    screen.close()
    await new Promise(resolve => setImmediate(resolve))
    expect(drawn).toContain('(1:01)')
    expect(drawn.lastIndexOf('\u001b[2K')).toBeGreaterThan(drawn.lastIndexOf('1:01'))
  })

  it.each([
    [600_000, '10:00'],
    [59_001, '1:00'],
    [1, '0:01'],
    [-5, '0:00'],
  ])('shows %i ms as %s', (ms, text) => {
    expect(clock(ms)).toBe(text)
  })
})
