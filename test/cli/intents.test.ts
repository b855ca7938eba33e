import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Reply } from '../../src/client/client.ts'
import { Problem, problemOfReply } from '../../src/problem.ts'
import { AGENT_ID, fakeWorld, SERVER, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { simulation, transaction } from '../support/fake-transactions.ts'
import { runCommand } from '../support/run-command.ts'

const TO = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const AS_AGENT = { ONECLAW_API_URL: SERVER, ONECLAW_AGENT_API_KEY: 'ocv_x', ONECLAW_AGENT_ID: AGENT_ID }
const PAY = ['--chain', 'base', '--to', TO, '--value', '0.5']

const reverted: Reply<'intents.simulate'> = {
  ...simulation,
  status: 'reverted',
  error_human_readable: 'It would revert: not today.',
}

describe('intents submit', () => {
  it('sends what the flags say and shows the result', async () => {
    const world = fakeWorld({ env: AS_AGENT, replies: { 'intents.submit': () => transaction } })
    const more = [
      '--nonce',
      '7',
      '--gas-limit',
      '30000',
      '--max-fee',
      '9',
      '--priority-fee',
      '1',
      '--key',
      'keys/hot',
      '--simulate-first',
    ]
    await runCommand(world.context, 'intents', 'submit', ...PAY, '--data', '0xaa', ...more)
    expect(world.asked).toMatchObject([
      {
        id: 'intents.submit',
        input: {
          params: { agent_id: AGENT_ID },
          body: {
            chain: 'base',
            to: TO,
            value: '0.5',
            data: '0xaa',
            nonce: 7,
            gas_limit: 30_000,
            max_fee_per_gas: '9',
            max_priority_fee_per_gas: '1',
            signing_key_path: 'keys/hot',
            simulate_first: true,
          },
        },
      },
    ])
    expect(world.stdout()).toMatch(/what: +Send 0\.5 ETH to 0x7099/)
    expect(world.stdout()).toMatch(/status: +broadcast/)
    expect(world.stdout()).toMatch(/allowance left: +0\.4/)
    expect(world.exitCode()).toBe(0)
  })

  it('shows a person what would change, and asks', async () => {
    const replies = { 'intents.simulate': () => simulation, 'intents.submit': () => transaction }
    const refused = fakeWorld({ env: AS_AGENT, tty: true, answers: [false], replies })
    await runCommand(refused.context, 'intents', 'submit', ...PAY)
    expect(refused.asked.map(({ id }) => id)).toEqual(['intents.simulate'])
    expect(refused.questions).toEqual(['Sign and send it?'])
    expect(refused.exitCode()).toBe(130)
    expect(refused.stderr()).toContain('It would succeed, using 21000 gas.')
    expect(refused.stderr()).toContain('Left of the daily allowance: 0.9')
    expect(refused.stdout()).toBe('')
    const agreed = fakeWorld({ env: AS_AGENT, tty: true, answers: [true], replies })
    await runCommand(agreed.context, 'intents', 'submit', ...PAY)
    expect(agreed.asked.map(({ id }) => id)).toEqual(['intents.simulate', 'intents.submit'])
    const sure = fakeWorld({ env: AS_AGENT, tty: true, replies })
    await runCommand(sure.context, 'intents', 'submit', ...PAY, '--yes')
    expect(sure.asked.map(({ id }) => id)).toEqual(['intents.submit'])
  })

  it('does not prompt if the guardrails refuse, and prompts if the transaction would fail', async () => {
    const guardrails = { allowed: false, reason: 'tx_max_value_eth: too much' }
    const stopped = fakeWorld({
      env: AS_AGENT,
      tty: true,
      replies: { 'intents.simulate': () => ({ ...simulation, guardrails }) },
    })
    await runCommand(stopped.context, 'intents', 'submit', ...PAY)
    expect([stopped.exitCode(), stopped.questions]).toEqual([5, []])
    expect(stopped.stderr()).toMatch(/error:.*Refused by tx_max_value_eth: too much/)
    const failing = fakeWorld({ env: AS_AGENT, tty: true, answers: [false], replies: { 'intents.simulate': () => reverted } })
    await runCommand(failing.context, 'intents', 'submit', ...PAY)
    expect(failing.questions).toEqual(['Sign and send it anyway?'])
  })

  it('exits with 10 when the chain refused it, and with 5 when a guardrail did', async () => {
    const failed = { ...transaction, status: 'failed' as const, error_message: 'The chain refused it: underpriced.' }
    const world = fakeWorld({ env: AS_AGENT, replies: { 'intents.submit': () => failed } })
    await runCommand(world.context, 'intents', 'submit', ...PAY, '--json')
    expect([world.exitCode(), JSON.parse(world.stdout()).status]).toEqual([10, 'failed'])
    const denied = fakeWorld({
      env: AS_AGENT,
      replies: {
        'intents.submit': () => {
          throw new Problem('policy.denied', 'Refused by tx_max_value_eth: …')
        },
      },
    })
    await runCommand(denied.context, 'intents', 'submit', ...PAY)
    expect(denied.exitCode()).toBe(5)
    expect(denied.stderr()).toContain('Refused by tx_max_value_eth')
  })

  it('is not for people, and says so before any prompt', async () => {
    for (const command of ['submit', 'sign']) {
      const token = ['', Buffer.from(JSON.stringify({ sub: `user:${VAULT_ID}` })).toString('base64url'), ''].join('.')
      const world = fakeWorld({ env: { ONECLAW_API_URL: SERVER, ONECLAW_TOKEN: token }, tty: true })
      await runCommand(world.context, 'intents', command, ...PAY, '--agent', AGENT_ID)
      expect([world.exitCode(), world.asked]).toEqual([5, []])
      expect(world.stderr()).toContain('Only an agent can have transactions signed')
    }
  })

  it('creates a contract only with its flag', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'claw-intents-'))
    writeFileSync(join(folder, 'code.hex'), '0x6001\n')
    const world = fakeWorld({ env: AS_AGENT, cwd: folder, replies: { 'intents.submit': () => transaction } })
    await runCommand(world.context, 'intents', 'submit', '--chain', 'base', '--create', '--data', '@code.hex')
    expect(world.asked[0]?.input).toMatchObject({ body: { to: null, value: '0', data: '0x6001' } })
    rmSync(folder, { recursive: true })
    const neither = fakeWorld({ env: AS_AGENT })
    await runCommand(neither.context, 'intents', 'submit', '--chain', 'base')
    expect([neither.exitCode(), neither.stderr()]).toEqual([2, expect.stringContaining('--to')])
  })

  it('understands a refusal that carries the transaction', () => {
    const problem = problemOfReply(422, { error_message: 'It would revert: not today.' })
    expect([problem.exitCode, problem.message]).toEqual([10, 'It would revert: not today.'])
  })
})

describe('intents sign', () => {
  it('prints only the signed transaction on request', async () => {
    const world = fakeWorld({
      env: AS_AGENT,
      replies: { 'intents.sign': () => ({ ...transaction, status: 'sign_only' as const }) },
    })
    await runCommand(world.context, 'intents', 'sign', ...PAY, '--output', 'plain')
    expect(world.stdout()).toBe('0x02aa\n')
  })
})

describe('intents simulate', () => {
  it('works for people, who name the agent', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'intents.simulate': () => simulation } })
    await runCommand(world.context, 'intents', 'simulate', ...PAY, '--agent', AGENT_ID)
    expect(world.stdout()).toContain('+0.5 ETH')
    expect(world.exitCode()).toBe(0)
    // The vault that is selected for secrets does not have to be the one with the key.
    expect(world.asked[0]?.input).toMatchObject({ params: { agent_id: AGENT_ID }, body: { chain: 'base' } })
    expect(world.asked[0]?.input).not.toHaveProperty('body.vault_id')
    const nameless = fakeWorld({ env: SIGNED_IN })
    await runCommand(nameless.context, 'intents', 'simulate', ...PAY)
    expect([nameless.exitCode(), nameless.stderr()]).toEqual([2, expect.stringContaining('--agent')])
  })

  it.each([
    [reverted, 'It would revert: not today.'],
    [{ ...simulation, guardrails: { allowed: false, reason: 'tx_max_value_eth: too much' } }, 'Refused by tx_max_value_eth'],
  ])('exits with 10 when the transaction would fail', async (answer, text) => {
    const world = fakeWorld({ env: AS_AGENT, replies: { 'intents.simulate': () => answer } })
    await runCommand(world.context, 'intents', 'simulate', ...PAY)
    expect([world.exitCode(), world.stderr()]).toEqual([10, expect.stringContaining(text)])
    const json = fakeWorld({ env: AS_AGENT, replies: { 'intents.simulate': () => answer } })
    await runCommand(json.context, 'intents', 'simulate', ...PAY, '--json')
    expect([json.exitCode(), JSON.parse(json.stdout())]).toEqual([10, answer])
  })

  it('accepts a bundle from stdin', async () => {
    const stdin = JSON.stringify([
      { to: TO, data: '0x1234' },
      { to: TO, value: '1', chain: 'mode' },
    ])
    const world = fakeWorld({
      env: AS_AGENT,
      stdin,
      replies: { 'intents.simulate-bundle': () => ({ simulations: [simulation, reverted] }) },
    })
    await runCommand(world.context, 'intents', 'simulate-bundle', '-', '--chain', 'base')
    expect(world.asked[0]?.input).toMatchObject({
      body: {
        transactions: [
          { to: TO, data: '0x1234', value: '0', chain: 'base' },
          { to: TO, value: '1', chain: 'mode' },
        ],
      },
    })
    expect([world.exitCode(), world.stderr()]).toEqual([10, expect.stringContaining('Transaction 2: It would revert')])
    const wrong = fakeWorld({ env: AS_AGENT, stdin: '{"to": 1}' })
    await runCommand(wrong.context, 'intents', 'simulate-bundle', '-')
    expect(wrong.exitCode()).toBe(2)
  })
})
