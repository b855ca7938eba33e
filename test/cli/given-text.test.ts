import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { OperationId as Id, Reply } from '../../src/client/client.ts'
import { AGENT_ID, fakeWorld, SERVER, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, { flags: Record<string, { helpValue?: string }> }>
}
const AS_AGENT = { ONECLAW_API_URL: SERVER, ONECLAW_AGENT_API_KEY: 'ocv_x', ONECLAW_AGENT_ID: AGENT_ID }
const TEXT = 'as it was agreed\n'
const REQUEST_ID = '5f0c8f4e-8c9e-4f57-9d0e-2f6f3f1b7a10'
const ASKED: Reply<'access-requests.get'> = {
  id: REQUEST_ID,
  vault_id: VAULT_ID,
  vault_name: 'production',
  secret_path_pattern: 'a/b',
  permissions: ['read'],
  requester_type: 'agent',
  requester_id: AGENT_ID,
  requester_name: 'deployer',
  reason: 'an incident',
  duration_seconds: 3600,
  status: 'pending',
  created_at: '2026-01-01T00:00:00.000Z',
  expires_at: '2026-01-08T00:00:00.000Z',
  can_decide: true,
}
const WORDS = TEXT.trim()

/** The sent text for a word that replaces `%`; white space at the ends is kept only in messages to sign. */
const CASES: readonly [Id, readonly string[], object][] = [
  ['intents.sign-message', ['intents', 'sign-message', '%', '--chain', 'base'], { message: TEXT }],
  ['intents.simulate', ['intents', 'simulate', '--chain', 'base', '--to', '0x1', '--data', '%'], { data: WORDS }],
  ['access-requests.create', ['access', 'request', 'a/b', '--for', '1h', '--reason', '%'], { reason: WORDS }],
  ['access-requests.approve', ['access', 'approve', REQUEST_ID, '--yes', '--note', '%'], { note: WORDS }],
  ['access-requests.decline', ['access', 'decline', REQUEST_ID, '--note', '%'], { note: WORDS }],
  ['agents.enroll', ['agents', 'enroll', '--name', 'deployer', '--description', '%'], { description: WORDS }],
  ['agents.register', ['agents', 'create', 'deployer', '--description', '%'], { description: WORDS }],
  ['vaults.create', ['vaults', 'create', 'production', '--description', '%'], { description: WORDS }],
  ['ip-rules.add', ['ip-rules', 'add', 'allow', '10.0.0.1', '--label', '%'], { label: WORDS }],
  ['admin.set-setting', ['admin', 'settings', 'set', 'a.b', '%'], { value: WORDS }],
]

describe('text that a command takes', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), '1claw-given-'))
    writeFileSync(join(folder, 'text'), TEXT)
    writeFileSync(join(folder, 'bytes'), Buffer.from([0xff, 0x00]))
    writeFileSync(join(folder, 'digits'), '0xdeadbeef')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  async function sent(id: Id, words: readonly string[], word: string, stdin = '') {
    const env = id.startsWith('intents') ? AS_AGENT : { ...SIGNED_IN, ONECLAW_VAULT: VAULT_ID }
    const world = fakeWorld({ env, stdin, cwd: folder, replies: { 'access-requests.get': () => ASKED, [id]: () => ({}) } })
    await runCommand(world.context, ...words.map(each => (each === '%' ? word : each)))
    const asked = world.asked.find(each => each.id === id)?.input
    return { asked, err: world.stderr(), code: world.exitCode() }
  }

  it.each(CASES)('is read from a file and from stdin: %s', async (id, words, expected) => {
    expect((await sent(id, words, '@text')).asked).toMatchObject({ body: expected })
    expect((await sent(id, words, '-', TEXT)).asked).toMatchObject({ body: expected })
    const missing = await sent(id, words, '@no-such-file')
    expect([missing.asked, missing.code, missing.err]).toEqual([undefined, 2, expect.stringContaining('there is no such file')])
  })

  it('is signed byte for byte', async () => {
    const [id, words] = CASES[0] as (typeof CASES)[number]
    expect((await sent(id, words, '@bytes')).asked).toMatchObject({ body: { message: '0xff00' } })
    expect((await sent(id, words, '@digits')).asked).toMatchObject({
      body: { message: `0x${Buffer.from('0xdeadbeef').toString('hex')}` },
    })
    expect((await sent(id, words, '0xdeadbeef')).asked).toMatchObject({ body: { message: '0xdeadbeef' } })
    expect((await sent(id, words, '-', '')).code).toBe(2)
  })

  it('can come from a file for every flag that takes text, except names and the like', () => {
    const literal = /prefix|display-name|idempotency-key|^secrets:delete /
    const flags = Object.entries(manifest.commands).flatMap(([command, { flags: all }]) =>
      Object.entries(all).flatMap(([name, { helpValue }]) => (helpValue === '<text>' ? [`${command} ${name}`] : [])),
    )
    expect(flags.filter(each => !literal.test(each))).toEqual([])
  })
})
