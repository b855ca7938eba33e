import { randomUUID } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { keptSession, OWN_PAGE, sessionOf } from '../kept-session.ts'
import { mailbox } from '../mailbox.ts'
import { ok, PASSWORD, type TestUser } from '../world.ts'
import { invited, ruleOf } from './people.ts'
import type { Recipes } from './recipe.ts'
import type { Scene } from './scene.ts'

const address = () => `${randomUUID()}@example.com`

/** Accounts by mail, second factors, organisations, IP rules, administration. */
export const peopleRecipes: Recipes = {
  'auth.options': { good: () => ({}) },
  'auth.google': { good: () => ({ body: { id_token: 'x' } }), never: 'the scene has no issuer' },
  'auth.verify-email': { good: () => ({ body: { token: 'x' } }), never: 'the scene asks nobody to confirm an address' },
  'auth.forgot-password': { good: () => ({ body: { email: address() } }) },
  'auth.reset-password': {
    good: async ({ world }) => {
      const { email } = await world.signUp()
      await ok(world.call('POST', '/v1/auth/forgot-password', { body: { email } }))
      const { token } = await mailbox(world.dataDir).newest('password-reset', email)
      return { body: { token, new_password: 'another staple for the horse 7' } }
    },
  },
  'auth.switch-org': { good: ({ owner }) => ({ token: owner.token, body: { org_id: owner.orgId } }) },

  'console-session.begin': { good: async ({ world }) => ({ token: (await world.signUp()).token, headers: OWN_PAGE }) },
  'console-session.link': { good: async ({ world }) => ({ token: (await world.signUp()).token }) },
  'console-session.open': {
    good: async ({ world }) => {
      const { body } = await ok(world.call('POST', '/v1/auth/console-link', { token: (await world.signUp()).token }))
      return { headers: OWN_PAGE, body: { token: new URL(body.url).hash.slice(1) } }
    },
  },
  'console-session.status': { good: () => ({ headers: OWN_PAGE }) },
  'console-session.token': {
    good: async ({ world }) => ({ headers: { ...OWN_PAGE, cookie: (await keptSession(world)).cookie } }),
  },
  'console-session.end': { good: async ({ world }) => ({ headers: { ...OWN_PAGE, cookie: (await keptSession(world)).cookie } }) },
  'console-session.list': { good: () => ({}) },
  'console-session.revoke': {
    good: async ({ world }) => {
      const { token } = await keptSession(world)
      return { token, params: { session_id: await sessionOf(world, token) } }
    },
  },

  'account.update': { good: () => ({ body: { display_name: 'Somebody', marketing_emails: false } }) },
  'account.delete': {
    good: async ({ world }) => ({ token: (await world.signUp()).token, body: { confirmation: 'DELETE MY ACCOUNT' } }),
  },
  'account.export': { good: () => ({}) },

  'mfa.status': { good: () => ({}) },
  'mfa.setup': { good: async ({ world }) => ({ token: (await world.signUp()).token }) },
  'mfa.verify-setup': {
    good: async scene => {
      const { user, code } = await settingUp(scene)
      return { token: user.token, body: { code: code() } }
    },
  },
  'mfa.verify': {
    good: async scene => {
      const { user, code } = await settingUp(scene)
      const enable = { token: user.token, body: { code: code() } }
      await ok(scene.world.call('POST', '/v1/auth/mfa/verify-setup', enable))
      const { body } = await ok(scene.world.call('POST', '/v1/auth/token', { body: { email: user.email, password: PASSWORD } }))
      return { body: { mfa_token: body.mfa_token, code: code(1) } }
    },
  },
  'mfa.disable': {
    good: async scene => {
      const { user, code } = await settingUp(scene)
      const enable = { token: user.token, body: { code: code() } }
      await ok(scene.world.call('POST', '/v1/auth/mfa/verify-setup', enable))
      return { token: user.token, body: { password: PASSWORD } }
    },
  },

  'mfa.reset': {
    good: async scene => {
      const user = await withFactor(scene)
      await ok(scene.world.call('POST', `/v1/org/members/${user.id}/reset-mfa`, { token: scene.owner.token }))
      return { body: { token: (await mailbox(scene.world.dataDir).newest('mfa-reset', user.email)).token } }
    },
  },
  'org.reset-mfa': { good: async scene => ({ params: { user_id: (await withFactor(scene)).id } }) },

  'org.list': { good: () => ({}) },
  'org.members': { good: () => ({}), anyone: true },
  'org.invite': { good: () => ({ body: { email: address(), role: 'member' } }) },
  'org.invitation-link': { good: async scene => ({ params: { invitation_id: await invited(scene, scene.owner, address()) } }) },
  'org.invitations': { good: () => ({}) },
  'org.revoke-invitation': { good: async scene => ({ params: { invitation_id: await invited(scene, scene.owner, address()) } }) },
  'org.invitation': { good: async scene => ({ params: { token: (await mailed(scene, address())).token } }) },
  'org.accept-invitation': {
    good: async scene => {
      const guest = await scene.world.signUp()
      return { token: guest.token, params: { token: (await mailed(scene, guest.email)).token } }
    },
  },
  'org.set-role': {
    good: async ({ world, owner }) => ({ params: { user_id: (await world.colleague(owner)).id }, body: { role: 'admin' } }),
  },
  'org.member-agent-keys': { good: async ({ world, owner }) => ({ params: { user_id: (await world.colleague(owner)).id } }) },
  'org.remove-member': { good: async ({ world, owner }) => ({ params: { user_id: (await world.colleague(owner)).id } }) },
  'org.settings': { good: () => ({}) },
  'org.change-settings': { good: () => ({ body: { 'agents.can_own_vaults': false } }) },

  'ip-rules.list': { good: () => ({}), anyone: true },
  'ip-rules.add': { good: () => ({ body: { rule_type: 'deny', cidr: '192.0.2.1', label: 'x', applies_to: 'agents' } }) },
  'ip-rules.remove': { good: async scene => ({ params: { rule_id: await ruleOf(scene, scene.owner) } }) },

  'server.status': { good: () => ({}) },
  'admin.settings': { good: () => ({}) },
  'admin.set-setting': { good: () => ({ params: { key: 'battery.flag' }, body: { value: 'on' } }) },
  'admin.remove-setting': {
    good: async ({ world, owner }) => {
      const key = `battery.${randomUUID()}`
      await ok(world.call('PUT', `/v1/admin/settings/${key}`, { token: owner.token, body: { value: 'on' } }))
      return { params: { key } }
    },
  },
  'admin.x402': { good: () => ({}) },
  'admin.set-x402': { good: () => ({ body: { scheme: 'exact', free_tier_limit: 10 } }) },
  'admin.users': { good: () => ({}) },
  'admin.mails': { good: () => ({ query: '?limit=10&offset=0' }) },
  'admin.mail': {
    good: async ({ world, owner }) => {
      const email = `${randomUUID()}@example.com`
      await mailed({ world, owner }, email)
      const { mails } = (await ok(world.call('GET', '/v1/admin/mails', { token: owner.token }))).body
      return { params: { mail_id: mails.find(({ to }: { to: string }) => to === email).id } }
    },
    everywhere: true,
  },
  'admin.delete-user': { good: async ({ world }) => ({ params: { user_id: (await world.signUp()).id } }), everywhere: true },
  'admin.limits': { good: ({ stranger }) => ({ params: { org_id: stranger.orgId } }), everywhere: true },
  'admin.set-limits': {
    good: ({ stranger }) => ({ params: { org_id: stranger.orgId }, body: { free_tier_override: 10, is_sponsored: false } }),
    everywhere: true,
  },
  'admin.set-tier': {
    good: ({ stranger }) => ({ params: { org_id: stranger.orgId }, body: { tier: 'pro', duration_days: 30 } }),
    everywhere: true,
  },
}

async function settingUp({ world }: Scene): Promise<{ user: TestUser; code: (steps?: number) => string }> {
  const user = await world.signUp()
  const { secret } = (await ok(world.call('POST', '/v1/auth/mfa/setup', { token: user.token }))).body
  const code = (steps = 0) => TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: world.now() + steps * 30_000 })
  return { user, code }
}

async function mailed({ world, owner }: Pick<Scene, 'world' | 'owner'>, email: string) {
  await ok(world.call('POST', '/v1/org/invite', { token: owner.token, body: { email } }))
  return mailbox(world.dataDir).newest('invitation', email)
}

/** A member of the owner's organisation who has a second factor. */
async function withFactor({ world, owner }: Scene): Promise<TestUser> {
  const user = await world.colleague(owner)
  const { body } = await ok(world.call('POST', '/v1/auth/mfa/setup', { token: user.token }))
  const code = TOTP.generate({ secret: Secret.fromBase32(body.secret), timestamp: world.now() })
  await ok(world.call('POST', '/v1/auth/mfa/verify-setup', { token: user.token, body: { code } }))
  return user
}
