import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../../server/config/config.ts'

const read = (env: Record<string, string>) => readConfig({ dataDir: '/nowhere' }, env)

describe('the settings for sign-in', () => {
  it('are strict by default', () => {
    expect(read({})).toMatchObject({
      signup: 'open',
      emailVerification: false,
      oidc: undefined,
      mail: { smtpUrl: undefined, from: '1claw <1claw@localhost>' },
    })
  })

  it('are read from the environment', () => {
    const env = {
      ONECLAW_SIGNUP: 'invite',
      ONECLAW_EMAIL_VERIFICATION: 'on',
      ONECLAW_SMTP_URL: 'smtps://user:secret@mail.example.com',
      ONECLAW_EMAIL_FROM: 'Claw <no-reply@example.com>',
      ONECLAW_OIDC_ISSUER: 'https://accounts.example.com',
      ONECLAW_OIDC_CLIENT_ID: 'client',
    }
    expect(read(env)).toMatchObject({
      signup: 'invite',
      emailVerification: true,
      mail: { smtpUrl: 'smtps://user:secret@mail.example.com', from: 'Claw <no-reply@example.com>' },
      oidc: { issuer: 'https://accounts.example.com', clientId: 'client', jwksUri: undefined },
    })
  })

  it('require confirmed addresses if mail can be sent, unless the operator says otherwise', () => {
    const smtp = { ONECLAW_SMTP_URL: 'smtp://mail', ONECLAW_EMAIL_FROM: 'a@b.c' }
    expect(read(smtp).emailVerification).toBe(true)
    expect(read({ ...smtp, ONECLAW_EMAIL_VERIFICATION: 'off' }).emailVerification).toBe(false)
  })

  it('do not require a confirmed address in development', () => {
    const env = { ONECLAW_EMAIL_VERIFICATION: 'on' }
    expect(readConfig({ dataDir: '/nowhere', dev: true }, env).emailVerification).toBe(false)
  })

  it.each([
    [{ ONECLAW_SIGNUP: 'friends' }, 'ONECLAW_SIGNUP'],
    [{ ONECLAW_EMAIL_VERIFICATION: 'maybe' }, 'ONECLAW_EMAIL_VERIFICATION'],
    [{ ONECLAW_SMTP_URL: 'http://mail', ONECLAW_EMAIL_FROM: 'a@b.c' }, 'ONECLAW_SMTP_URL'],
    [{ ONECLAW_SMTP_URL: 'smtp://mail' }, 'ONECLAW_EMAIL_FROM'],
    [{ ONECLAW_EMAIL_FROM: 'nobody' }, 'ONECLAW_EMAIL_FROM'],
    [{ ONECLAW_EMAIL_FROM: 'a@b.c\r\nBcc: x@y.z' }, 'ONECLAW_EMAIL_FROM'],
    [{ ONECLAW_OIDC_ISSUER: 'https://a.example' }, 'ONECLAW_OIDC_CLIENT_ID'],
    [{ ONECLAW_OIDC_CLIENT_ID: 'c' }, 'ONECLAW_OIDC_ISSUER'],
    [{ ONECLAW_OIDC_ISSUER: 'ftp://a', ONECLAW_OIDC_CLIENT_ID: 'c' }, 'ONECLAW_OIDC_ISSUER'],
    [{ ONECLAW_OIDC_JWKS_URI: 'x', ONECLAW_OIDC_ISSUER: 'https://a', ONECLAW_OIDC_CLIENT_ID: 'c' }, 'ONECLAW_OIDC_JWKS_URI'],
  ])('that make no sense are refused: %j', (env, name) => {
    expect(() => read(env as Record<string, string>)).toThrow(name)
  })
})
