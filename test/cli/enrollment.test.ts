import { expect, it } from 'vitest'
import { AGENT_ID, fakeWorld, type Replies, SERVER, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const TOKEN = 'k'.repeat(43)
const LINK = `${SERVER}/enroll/${TOKEN}`
const AT = '2026-03-01T12:00:00.000Z'
const NIL = '00000000-0000-0000-0000-000000000000'

const agent = {
  id: AGENT_ID,
  name: 'bot',
  auth_method: 'api_key' as const,
  is_active: true,
  intents_api_enabled: false,
  shroud_enabled: false,
  created_at: AT,
}

const replies = (status = 'pending'): Replies => ({
  'agents.enroll': ({ body }) => ({
    agent_id: NIL,
    message: 'Asked.',
    ...(body.human_email === undefined && { approval_url: LINK }),
  }),
  'agents.enrollment': () => ({ name: 'bot', requested_from: '203.0.113.5', requested_at: AT, expires_at: AT, status }),
  'agents.approve': () => ({ agent, api_key: 'ocv_new' }),
  'agents.deny': () => ({ status: 'denied' }),
  'agents.rotate-identity-keys': () => ({ ...agent, ssh_public_key: 'c3No', ecdh_public_key: 'ZWNkaA==' }),
  'auth.agent-token': () => ({ access_token: 't', token_type: 'Bearer', expires_in: 3600, agent_id: AGENT_ID }),
})

async function run(words: readonly string[], options: Parameters<typeof fakeWorld>[0] = {}) {
  const world = fakeWorld({ env: SIGNED_IN, replies: replies(), ...options })
  await runCommand(world.context, 'agents', ...words)
  return world
}

it('enroll prints the link, and needs no account', async () => {
  const world = await run(['enroll', '--name', 'bot', '--description', 'reads'], { env: { ONECLAW_API_URL: SERVER } })
  expect([world.stdout(), world.stderr()]).toEqual([`${LINK}\n`, 'Asked.\n'])
  expect(world.asked).toMatchObject([{ input: { body: { name: 'bot', description: 'reads' } }, credential: undefined }])
  const mailed = await run(['enroll', '--name', 'bot', '--email', 'a@b.test'])
  expect([mailed.stdout(), mailed.asked[0]?.input]).toEqual(['', { body: { name: 'bot', human_email: 'a@b.test' } }])
})

it('enroll --wait signs in with the key that a person enters, and does not prompt without a terminal', async () => {
  const world = await run(['enroll', '--name', 'bot', '--wait'], { tty: true, answers: ['ocv_pasted'], keychain: 'works' })
  expect(world.questions).toEqual(['Key of the agent, from the page of the approval'])
  expect([...world.stores.keychain.values()].map(kept => JSON.parse(kept))).toEqual([
    { kind: 'agent-key', apiKey: 'ocv_pasted', agentId: AGENT_ID },
  ])
  const alone = await run(['enroll', '--name', 'bot', '--wait'])
  expect([alone.exitCode(), alone.asked]).toEqual([2, []])
})

it('approve shows who asks, grants in the same step, and prints the key', async () => {
  const asked = await run(['approve', LINK, '--path', 'prod/**'], { tty: true, answers: [true] })
  expect(asked.questions).toEqual(['Allow the agent "bot", which asked from 203.0.113.5?'])
  expect(asked.asked.at(-1)).toMatchObject({
    id: 'agents.approve',
    input: {
      params: { token: TOKEN },
      body: { grant: { vault_id: VAULT_ID, secret_path_pattern: 'prod/**', permissions: ['read'] } },
    },
  })
  expect((await run(['approve', LINK, '--yes'])).stdout()).toBe('ocv_new\n')
})

it.each([
  ['denied', 6, 'This link was already used: the agent was denied.\n'],
  ['expired', 3, 'This link is older than 7 days; the agent must enroll again.\n'],
])('approve and deny do not prompt for a link that is %s', async (status, code, words) => {
  for (const verb of ['approve', 'deny']) {
    const over = await run([verb, LINK], { replies: replies(status), tty: true })
    expect([over.exitCode(), over.asked.map(({ id }) => id), over.questions]).toEqual([code, ['agents.enrollment'], []])
    expect(over.stderr()).toContain(words)
  }
})

it.each([['https://elsewhere.example.com/enroll/kkkkkkkkkkkkkkkkkkkkkkkkkkk'], ['nonsense'], [SERVER]])(
  'approve and deny send nothing to another server: %s',
  async word => {
    for (const verb of ['approve', 'deny']) {
      const world = await run([verb, word, '--yes'])
      expect([world.exitCode(), world.asked]).toEqual([2, []])
    }
  },
)

it('deny and rotate-identity ask for confirmation', async () => {
  expect((await run(['deny', LINK])).exitCode()).toBe(2)
  expect((await run(['deny', LINK, '--yes'])).asked.at(-1)).toMatchObject({
    id: 'agents.deny',
    input: { params: { token: TOKEN } },
  })
  expect((await run(['rotate-identity', AGENT_ID])).exitCode()).toBe(2)
  expect((await run(['rotate-identity', AGENT_ID, '--yes'])).stdout()).toContain('c3No')
})
