import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AGENT_ID, fakeWorld, SERVER } from '../../support/fake-context.ts'
import { runCommand } from '../../support/run-command.ts'
import { permitOf } from '../../support/typed-data.ts'

const AS_AGENT = { ONECLAW_API_URL: SERVER, ONECLAW_AGENT_API_KEY: 'ocv_x', ONECLAW_AGENT_ID: AGENT_ID }
const FROM = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const signed = {
  intent_type: 'personal_sign' as const,
  chain: 'base',
  from: FROM,
  signature: `0x${'1'.repeat(130)}`,
  message_hash: `0x${'2'.repeat(64)}`,
  summary: { text: 'Sign the text "hello".' },
}
const replies = { 'intents.sign-message': () => signed }

describe('intents sign-message', () => {
  it('prints what was signed, and only the signature on request', async () => {
    const world = fakeWorld({ env: AS_AGENT, replies })
    await runCommand(world.context, 'intents', 'sign-message', 'hello', '--chain', 'base', '--key', 'keys/hot')
    expect(world.asked).toMatchObject([
      {
        id: 'intents.sign-message',
        input: {
          params: { agent_id: AGENT_ID },
          body: { intent_type: 'personal_sign', chain: 'base', message: 'hello', signing_key_path: 'keys/hot' },
        },
      },
    ])
    expect(world.stdout()).toContain('Sign the text "hello".')
    const plain = fakeWorld({ env: AS_AGENT, replies })
    await runCommand(plain.context, 'intents', 'sign-message', 'hello', '--chain', 'base', '--output', 'plain')
    expect(plain.stdout()).toBe(`${signed.signature}\n`)
  })

  it('shows a person the message and asks', async () => {
    const world = fakeWorld({ env: AS_AGENT, tty: true, answers: [false], replies })
    await runCommand(world.context, 'intents', 'sign-message', 'hello\u001b[2J', '--chain', 'base')
    expect(world.questions).toEqual(['Sign it?'])
    expect(world.stderr()).toContain('message: hello?[2J')
    expect([world.asked, world.exitCode()]).toEqual([[], 130])
  })

  it('is for agents', async () => {
    const token = ['', Buffer.from(JSON.stringify({ sub: `user:${AGENT_ID}` })).toString('base64url'), ''].join('.')
    const world = fakeWorld({ env: { ONECLAW_API_URL: SERVER, ONECLAW_TOKEN: token }, replies })
    await runCommand(world.context, 'intents', 'sign-message', 'hello', '--chain', 'base')
    expect([world.asked, world.exitCode()]).toEqual([[], 5])
  })
})

describe('intents sign-typed-data', () => {
  it('sends the file, and shows every field first', async () => {
    const folder = mkdtempSync(join(tmpdir(), '1claw-typed-'))
    try {
      const file = join(folder, 'permit.json')
      const data = permitOf({ chainId: 1, token: FROM }, { owner: FROM, spender: FROM, value: '5' })
      writeFileSync(file, JSON.stringify(data))
      const world = fakeWorld({ env: AS_AGENT, tty: true, answers: [true], replies })
      await runCommand(world.context, 'intents', 'sign-typed-data', file, '--chain', 'ethereum')
      expect(world.stderr()).toContain('Sign Permit on ethereum')
      expect(world.stderr()).toContain(`spender: ${FROM}`)
      expect(world.asked).toMatchObject([{ input: { body: { intent_type: 'typed_data', typed_data: data } } }])
      writeFileSync(file, '[]')
      const wrong = fakeWorld({ env: AS_AGENT, replies })
      await runCommand(wrong.context, 'intents', 'sign-typed-data', file, '--chain', 'ethereum')
      expect([wrong.asked, wrong.exitCode()]).toEqual([[], 2])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
