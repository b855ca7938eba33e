import { describe, expect, it } from 'vitest'
import { ensureUnreadable } from '../../../../../src/cli/session/plain-http.ts'

describe('credentials over plain http', () => {
  it.each([
    'http://claw.example.com',
    'http://192.168.1.7:8271',
    'http://claw',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
  ])('are not sent to %s unless a person confirms', url => {
    expect(() => ensureUnreadable(url, {})).toThrow('not encrypted')
    expect(() => ensureUnreadable(url, { ONECLAW_ALLOW_HTTP: '0' })).toThrow('not encrypted')
    expect(() => ensureUnreadable(url, { ONECLAW_ALLOW_HTTP: '1' })).not.toThrow()
  })

  it.each(['https://claw.example.com', 'http://127.0.0.1:8271', 'http://localhost', 'http://[::1]:1', 'http://claw.localhost'])(
    'are sent to %s',
    url => {
      expect(() => ensureUnreadable(url, {})).not.toThrow()
    },
  )
})
