import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AGENT_ID, fakeWorld, NOW, type Replies, SERVER, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const SHARE_ID = '55555555-5555-4555-8555-555555555555'
const SECRET_ID = '66666666-6666-4666-8666-666666666666'
const LINK = `${SERVER}/v1/share/${SHARE_ID}`
const AT = '2026-03-01T12:00:00.000Z'

const replies = (hasPassphrase = false, cmek_enabled = false): Replies => ({
  'vaults.get': () => ({ id: VAULT_ID, name: 'prod', created_at: AT, cmek_enabled }),
  'secrets.versions': ({ params }) => ({
    versions: [{ id: SECRET_ID, path: params.path, type: 'generic', version: 1, created_at: AT }],
  }),
  'shares.create': ({ body }) => ({
    id: SHARE_ID,
    share_url: LINK,
    recipient_type: body.recipient_type,
    expires_at: body.expires_at,
  }),
  'shares.describe': () => ({
    id: SHARE_ID,
    recipient_type: 'anyone_with_link',
    has_passphrase: hasPassphrase,
    access_count: 0,
    expires_at: AT,
    is_expired: false,
    is_accepted: false,
  }),
  'shares.open': () => ({
    id: SHARE_ID,
    path: 'prod/db',
    type: 'generic',
    value: 'shared\n',
    access_count: 1,
    max_access_count: 1,
  }),
  'shares.accept': () => undefined,
  'shares.revoke': () => undefined,
})

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-shares-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function run(words: readonly string[], options: Parameters<typeof fakeWorld>[0] = {}) {
  const world = fakeWorld({ env: SIGNED_IN, replies: replies(), ...options })
  await runCommand(world.context, 'shares', ...words)
  return world
}

/** The input of the request for the share. */
const created = ({ asked }: Awaited<ReturnType<typeof run>>) => asked.find(({ id }) => id === 'shares.create')?.input

describe('shares create', () => {
  it('says that the recipient needs the customer key of the vault, where it has one', async () => {
    const said = async (hasKey: boolean) =>
      (await run(['create', 'prod/db', '--link'], { replies: replies(false, hasKey) })).stderr()
    expect(await said(true)).toContain('the recipient needs it, too (`1claw shares open --cmek-key-file <file>`)')
    expect(await said(false)).not.toContain('customer key')
  })

  it('prints only the link on stdout, and a QR code on stderr', async () => {
    const world = await run(['create', 'prod/db', '--link', '--max-opens', '1', '--ip', '10.0.0.0/8,::1', '--qr'])
    expect(world.stdout()).toBe(`${LINK}\n`)
    expect(world.stderr()).toMatch(/[█▀▄]{10}/)
    expect(created(world)).toMatchObject({
      params: { secret_id: SECRET_ID },
      body: {
        recipient_type: 'anyone_with_link',
        max_access_count: 1,
        ip_allowlist: ['10.0.0.0/8', '::1'],
        expires_at: new Date(NOW + 7 * 24 * 3_600_000).toISOString(),
      },
    })
    expect(JSON.parse((await run(['create', 'prod/db', '--link', '--json'])).stdout())).toMatchObject({ share_url: LINK })
  })

  it.each([
    [['--email', 'a@b.test'], { recipient_type: 'external_email', email: 'a@b.test' }],
    [['--user', VAULT_ID], { recipient_type: 'user', recipient_id: VAULT_ID }],
    [['--agent', AGENT_ID], { recipient_type: 'agent', recipient_id: AGENT_ID }],
    [['--creator'], { recipient_type: 'creator' }],
  ])('names the recipient: %j', async (words, recipient) => {
    expect(created(await run(['create', 'prod/db', ...words]))).toMatchObject({ body: recipient })
  })

  it.each([[[]], [['--link', '--creator']], [['--user', 'me']]])(
    'sends no request when the recipient is unclear: %j',
    async words => {
      const world = await run(['create', 'prod/db', ...words])
      expect([world.exitCode(), world.asked]).toEqual([2, []])
    },
  )

  it('reads a passphrase from a file or stdin, never from an argument', async () => {
    writeFileSync(join(folder, 'p'), 'sesame\n')
    const fromFile = await run(['create', 'prod/db', '--link', '--passphrase', `@${join(folder, 'p')}`])
    expect(created(fromFile)).toMatchObject({ body: { passphrase: 'sesame' } })
    const word = await run(['create', 'prod/db', '--link', '--passphrase', 'sesame'])
    expect([word.exitCode(), word.asked]).toEqual([2, []])
  })
})

describe('shares open', () => {
  it.each([[SHARE_ID], [LINK], [`${SERVER}/api/v1/share/${SHARE_ID}`]])('prints the value unchanged: %s', async share => {
    const world = await run(['open', share])
    expect(world.stdout()).toBe('shared\n')
    expect(world.asked.map(({ id }) => id)).toEqual(['shares.describe', 'shares.open'])
  })

  it('masks the value in GitHub Actions before it is printed', async () => {
    const world = await run(['open', SHARE_ID], { env: { ...SIGNED_IN, GITHUB_ACTIONS: 'true' } })
    expect([world.stderr(), world.stdout()]).toEqual(['::add-mask::shared%0A\n::add-mask::shared\n', 'shared\n'])
  })

  it('prints the value for --out-file -', async () => {
    expect((await run(['open', SHARE_ID, '--out-file', '-'])).stdout()).toBe('shared\n')
  })

  it('needs no account, and prompts for a passphrase when one is required', async () => {
    const world = await run(['open', LINK], {
      env: { ONECLAW_API_URL: SERVER },
      replies: replies(true),
      tty: true,
      answers: ['sesame'],
    })
    expect([world.stdout(), world.questions]).toEqual(['shared\n', ['Passphrase of the share']])
    expect(world.asked.every(({ credential }) => credential === undefined)).toBe(true)
  })

  it('writes a file that only its owner can read', async () => {
    const file = join(folder, 'value')
    expect((await run(['open', SHARE_ID, '--out-file', file])).stdout()).toBe('')
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['shared\n', 0o600])
    const lost = await run(['open', SHARE_ID, '--out-file', join(folder, 'no', 'such', 'folder')])
    expect(lost.stdout()).toBe('shared\n')
    expect(lost.exitCode()).not.toBe(0)
  })

  it.each([['https://elsewhere.example.com/v1/share/x'], [LINK.replace(SERVER, 'https://elsewhere.example.com')], ['nonsense']])(
    'sends no credential to another server: %s',
    async word => {
      const world = await run(['open', word])
      expect([world.exitCode(), world.asked]).toEqual([2, []])
    },
  )
})

it('shares accept needs no confirmation, and shares revoke does', async () => {
  expect((await run(['accept', LINK])).asked).toMatchObject([{ id: 'shares.accept', input: { params: { share_id: SHARE_ID } } }])
  const asked = await run(['revoke', SHARE_ID])
  expect([asked.exitCode(), asked.asked]).toEqual([2, []])
  expect((await run(['revoke', SHARE_ID, '--yes'])).asked).toMatchObject([{ id: 'shares.revoke' }])
})
