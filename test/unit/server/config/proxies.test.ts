import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../../server/config/config.ts'

const proxiesOf = (env: Record<string, string>) => readConfig({}, { XDG_DATA_HOME: '/data', ...env }).proxies

describe('proxies of the server', () => {
  it('are read from the common variables, in upper or lower case', () => {
    expect(proxiesOf({})).toBeUndefined()
    expect(proxiesOf({ NO_PROXY: 'x' })).toBeUndefined()
    expect(proxiesOf({ HTTPS_PROXY: 'http://p:1', no_proxy: '.internal' })).toEqual({
      http: undefined,
      https: 'http://p:1',
      exceptFor: '.internal',
    })
    expect(proxiesOf({ ALL_PROXY: 'http://a:1', http_proxy: 'http://b:2' })).toEqual({
      http: 'http://b:2',
      https: 'http://a:1',
      exceptFor: undefined,
    })
  })

  it('are refused with the name of the variable', () => {
    expect(() => proxiesOf({ ALL_PROXY: 'socks5://p:1' })).toThrow('ALL_PROXY must be the URL of an http or https proxy')
    expect(() => proxiesOf({ https_proxy: 'p:1' })).toThrow('HTTPS_PROXY must')
  })
})
