import { randomUUID } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { passwords } from '../../server/modules/auth/passwords.ts'
import { chance } from './random.ts'
import { ok, PASSWORD, type Reply, type TestUser, type World } from './world.ts'

/** Two requests that a stranger must not be able to distinguish. */
export interface Pair {
  readonly name: string
  readonly a: () => Promise<Reply>
  readonly b: () => Promise<Reply>
}

export interface Verdict {
  readonly name: string
  /** Welch's t of the two sets of times; beyond ±4.5 they can be distinguished. */
  readonly t: number
  /** Milliseconds. */
  readonly means: readonly [number, number]
  /** The replies, status and body, without the id of the request. */
  readonly answers: readonly [readonly string[], readonly string[]]
}

/** Outliers come from the machine, not the server: times above this quantile are left out, of both requests. */
const KEPT = 0.95

/** Times both requests, in an order that the seed decides. */
export async function timePair({ name, a, b }: Pair, samples: number, seed: number): Promise<Verdict> {
  const dice = chance(seed)
  const times: [number[], number[]] = [[], []]
  const answers: [Set<string>, Set<string>] = [new Set(), new Set()]
  const requests = [a, b] as const
  const once = async (which: 0 | 1) => {
    const started = performance.now()
    const reply = await requests[which]()
    times[which].push(performance.now() - started)
    const { request_id: _, email: __, ...body } = reply.body
    answers[which].add(JSON.stringify([reply.status, body]))
  }
  for (let i = 0; i < samples; i++) {
    const first = dice.once(2) ? 1 : 0
    await once(first)
    await once(first === 0 ? 1 : 0)
  }
  const limit = [...times[0], ...times[1]].toSorted((x, y) => x - y)[Math.floor(2 * samples * KEPT)] ?? Number.POSITIVE_INFINITY
  const kept = times.map(set => set.filter(time => time <= limit)) as [number[], number[]]
  return { name, t: welch(...kept), means: [mean(kept[0]), mean(kept[1])], answers: [[...answers[0]], [...answers[1]]] }
}

function mean(times: readonly number[]): number {
  return times.reduce((sum, time) => sum + time, 0) / times.length
}

function welch(x: readonly number[], y: readonly number[]): number {
  const spread = (times: readonly number[], middle: number) =>
    times.reduce((sum, time) => sum + (time - middle) ** 2, 0) / (times.length - 1) / times.length
  const [mx, my] = [mean(x), mean(y)]
  return (mx - my) / Math.sqrt(spread(x, mx) + spread(y, my))
}

/** Requests for one account: a fifth failure would lock it. */
const USES = 4
const WRONG = 'not the password at all'

/**
 * The questions that a stranger could ask about accounts: does it exist, does it have a second factor. Every account is used only a few
 * times, and every request comes from a different address.
 */
export async function strangersQuestions(world: World, samples: number): Promise<Pair[]> {
  const accounts = Math.ceil(samples / USES)
  let lastIp = 0
  const newIp = () => {
    const n = ++lastIp
    return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
  }
  const post = (path: string, body: object) => world.call('POST', `/v1/auth/${path}`, { body, ip: newIp() })
  const enroll = (human_email: string) =>
    world.call('POST', '/v1/agents/enroll', { body: { name: 'bot', human_email }, ip: newIp() })
  const inTurn = (emails: readonly string[]) => {
    let n = 0
    return () => emails[Math.floor(n++ / USES) % emails.length] ?? ''
  }
  const nobody = () => inTurn(Array.from({ length: accounts }, () => `${randomUUID()}@example.com`))
  const known = inTurn((await someAccounts(world, accounts)).map(({ email }) => email))
  const plain = inTurn((await someAccounts(world, accounts)).map(({ email }) => email))
  const enrolled = inTurn((await someAccounts(world, accounts, true)).map(({ email }) => email))
  const forgetful = inTurn((await someAccounts(world, accounts)).map(({ email }) => email))
  // An agent can ask one person once in ten minutes.
  const askable = (await someAccounts(world, samples)).map(({ email }) => email)
  const unknownLogin = nobody()
  const unknownForgot = nobody()
  return [
    {
      name: 'sign in: known or unknown address',
      a: () => post('token', { email: known(), password: WRONG }),
      b: () => post('token', { email: unknownLogin(), password: WRONG }),
    },
    {
      name: 'sign in: with or without a second factor',
      a: () => post('token', { email: enrolled(), password: WRONG }),
      b: () => post('token', { email: plain(), password: WRONG }),
    },
    {
      name: 'forgotten password: known or unknown address',
      a: () => post('forgot-password', { email: forgetful() }),
      b: () => post('forgot-password', { email: unknownForgot() }),
    },
    {
      name: 'enrolment of an agent: known or unknown address',
      a: () => enroll(askable.pop() ?? ''),
      b: () => enroll(`${randomUUID()}@example.com`),
    },
  ]
}

/** Sign-up if addresses must be confirmed: known or unknown. */
export async function signupQuestion(world: World, samples: number): Promise<Pair> {
  const known = await someAccounts(world, Math.ceil(samples / USES))
  let n = 0
  const signUp = (email: string) => world.call('POST', '/v1/auth/signup', { body: { email, password: PASSWORD } })
  return {
    name: 'sign up: known or unknown address',
    a: () => signUp(known[Math.floor(n++ / USES) % known.length]?.email ?? ''),
    b: () => signUp(`${randomUUID()}@example.com`),
  }
}

const PERSON = {
  display_name: null,
  auth_method: 'password',
  email_verified: false,
  marketing_emails: false,
  totp_enabled: false,
  token_generation: 0,
  key_generation: 0,
  created_at: 0,
}

/** Creates many accounts, without the password hashing of a sign-up. */
async function someAccounts(world: World, count: number, mfa = false): Promise<Pick<TestUser, 'email'>[]> {
  const { database, services } = world.server
  const password_hash = await passwords().hash(PASSWORD, '')
  const made: { email: string }[] = []
  for (let i = 0; i < count; i++) {
    const id = randomUUID()
    const orgId = randomUUID()
    const email = `${id}@example.com`
    await database.run(async ({ accounts, audit }) => {
      await accounts.addOrg({ id: orgId, name: email, is_platform: false, created_at: Date.now() })
      await accounts.addUser({ ...PERSON, id, org_id: orgId, email, password_hash })
      await accounts.addMember({ org_id: orgId, user_id: id, role: 'owner', created_at: Date.now() })
      // Like a sign-up: an organisation's first event writes a little more than later ones.
      const event = {
        orgId,
        action: 'auth.signup',
        actorId: id,
        actorType: 'user',
        resourceType: 'user',
        resourceId: id,
        ipAddress: '',
      } as const
      await audit.append([event], Date.now())
    })
    made.push({ email })
    if (!mfa) continue
    const { access_token: token } = await services.sessions.forUser({ userId: id, orgId, generation: 0, signedInAt: Date.now() })
    const { secret } = (await ok(world.call('POST', '/v1/auth/mfa/setup', { token }))).body
    const code = TOTP.generate({ secret: Secret.fromBase32(secret) })
    await ok(world.call('POST', '/v1/auth/mfa/verify-setup', { token, body: { code } }))
  }
  return made
}
