import { onEngines, testsOn } from '../fixtures.ts'
import { mailbox } from '../mailbox.ts'
import { ok, PASSWORD, type TestUser } from '../world.ts'

/** For `describe.each`: the tests of organisations on each engine. */
export const engines = () =>
  onEngines(engine =>
    testsOn(engine)
      .extend('mail', { scope: 'file', auto: true }, ({ world }) => mailbox(world.dataDir))
      .extend('calls', ({ world }) => {
        const invite = (by: { token: string }, email: string, role?: string) =>
          world.call('POST', '/v1/org/invite', { token: by.token, body: { email, ...(role && { role }) } })
        const accept = (who: { token: string }, token: string) =>
          world.call('POST', `/v1/org/invitations/${token}/accept`, { token: who.token })
        const setRole = (by: { token: string }, id: string, role: string) =>
          world.call('PATCH', `/v1/org/members/${id}`, { token: by.token, body: { role } })
        const remove = (by: { token: string }, id: string) => world.call('DELETE', `/v1/org/members/${id}`, { token: by.token })
        const signUpInvited = (email: string, invite_token: string) =>
          world.call('POST', '/v1/auth/signup', { body: { email, password: PASSWORD, invite_token } })
        const alive = async ({ token }: { token: string }) => (await world.call('GET', '/v1/auth/me', { token })).status === 200
        const tokenOf = async (user: TestUser) =>
          (await ok(world.call('POST', '/v1/auth/token', { body: { email: user.email, password: PASSWORD } }))).body.access_token
        return { invite, accept, setRole, remove, signUpInvited, alive, tokenOf }
      }),
  )
