import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../../server/config/config.ts'

const metricsOf = (env: Record<string, string>) => readConfig({}, { XDG_DATA_HOME: '/data', ...env }).metrics
const TOKEN = 'sixteen-or-more-of-them'

describe('settings of the metrics', () => {
  it('turn them on with an address, a token or both', () => {
    expect(metricsOf({})).toBeUndefined()
    expect(metricsOf({ ONECLAW_METRICS_TOKEN: TOKEN })).toEqual({ address: undefined, token: TOKEN })
    expect(metricsOf({ ONECLAW_METRICS_ADDRESS: '0.0.0.0:9271' })).toEqual({
      address: { host: '0.0.0.0', port: 9271 },
      token: undefined,
    })
    expect(metricsOf({ ONECLAW_METRICS_ADDRESS: '[::1]:1', ONECLAW_METRICS_TOKEN: TOKEN })).toEqual({
      address: { host: '::1', port: 1 },
      token: TOKEN,
    })
  })

  it.each([
    ['ONECLAW_METRICS_ADDRESS', '9271'],
    ['ONECLAW_METRICS_ADDRESS', 'host:99999'],
    ['ONECLAW_METRICS_ADDRESS', '::1:9271'],
    ['ONECLAW_METRICS_TOKEN', 'short'],
    ['ONECLAW_METRICS_TOKEN', 'a token with blanks in it'],
  ])('are refused with their name: %s=%s', (name, value) => {
    expect(() => metricsOf({ [name]: value })).toThrow(`${name} must`)
  })
})
