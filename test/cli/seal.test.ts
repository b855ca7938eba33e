import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRoot, readRoot } from '../../server/keys/software/root-file.ts'
import { sealOf } from '../../server/keys/software/root-format.ts'
import { shareIn } from '../../server/keys/software/shares.ts'
import { fakeWorld, type Replies, SERVER, SIGNED_IN } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const PASSPHRASE = 'seven brown canaries sing'
const OTHER = 'eight grey canaries sleep'

let folder = ''
let file = ''
let root: Buffer
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), '1claw-seal-'))
  file = join(folder, 'root.key')
  await createRoot({ file })
  root = (await readRoot({ file })) ?? Buffer.alloc(0)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function seal(options: Parameters<typeof fakeWorld>[0], ...flags: string[]) {
  const world = fakeWorld(options)
  await runCommand(world.context, 'keys', 'seal', '--data-dir', folder, ...flags)
  return world
}

const kind = async () => sealOf(await readFile(file), file).kind
const written = async (name: string, text: string) => {
  const path = join(folder, name)
  await writeFile(path, text)
  return `@${path}`
}

describe('1claw keys seal', () => {
  it('prompts for a passphrase twice, and seals the root key with it', async () => {
    const differ = await seal({ tty: true, answers: [PASSPHRASE, OTHER] })
    expect([differ.exitCode(), await kind()]).toEqual([2, 'none'])
    const world = await seal({ tty: true, answers: [PASSPHRASE, PASSPHRASE] })
    expect([world.exitCode(), await kind()]).toEqual([0, 'passphrase'])
    expect(world.stderr()).toContain(`${file} is sealed with a passphrase.`)
    expect(world.stderr() + world.stdout()).not.toContain('canaries')
    expect(await readRoot({ file, passphrase: PASSPHRASE })).toEqual(root)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('refuses a weak passphrase and one in argv, and changes nothing', async () => {
    for (const [options, word] of [
      [{ stdin: 'hunter2\n' }, '-'],
      [{ stdin: '\n' }, '-'],
      [{}, PASSPHRASE],
    ] as const) {
      expect((await seal(options, '--passphrase', word)).exitCode()).toBe(2)
      expect(await kind()).toBe('none')
    }
  })

  it('changes a passphrase only on request, and removes the seal', async () => {
    await seal({ stdin: `${PASSPHRASE}\n` }, '--passphrase', '-')
    const again = await seal({ stdin: OTHER }, '--passphrase', '-')
    expect([again.exitCode(), again.stderr()]).toEqual([6, expect.stringContaining('--change')])
    const current = await written('current', `${PASSPHRASE}\n`)
    const wrong = await seal({ stdin: OTHER }, '--change', '--passphrase', '-', '--current', await written('wrong', OTHER))
    expect(wrong.exitCode()).not.toBe(0)
    expect(wrong.stderr()).toContain('does not open')
    expect((await seal({ stdin: OTHER }, '--change', '--passphrase', '-', '--current', current)).exitCode()).toBe(0)
    expect(await readRoot({ file, passphrase: OTHER })).toEqual(root)
    expect((await seal({ stdin: OTHER }, '--remove', '--current', '-')).exitCode()).toBe(0)
    expect([await kind(), await readRoot({ file })]).toEqual(['none', root])
  })

  it('prints shares once, before it seals anything, and any sufficient number of them opens it', async () => {
    const no = await seal({ tty: true, answers: [false] }, '--shares', '3', '--threshold', '2')
    expect([no.exitCode(), await kind()]).toEqual([130, 'none'])
    const world = await seal({ tty: true, answers: [true] }, '--shares', '3', '--threshold', '2')
    const shares = world.stdout().trim().split('\n')
    expect(shares).toHaveLength(3)
    expect(world.stderr()).toContain('2 of 3 shares')
    for (const some of [
      [0, 1],
      [2, 0],
      [1, 2],
    ]) {
      expect(await readRoot({ file, shares: some.map(index => shareIn(shares[index] ?? '')) })).toEqual(root)
    }
  })

  it('writes each share to its own private file, only in an empty folder', async () => {
    const out = join(folder, 'shares')
    const world = await seal({}, '--shares', '2', '--threshold', '2', '--out-dir', out)
    expect([world.exitCode(), world.stdout()]).toEqual([0, ''])
    const names = await readdir(out)
    expect(names.sort()).toEqual(['share-1.txt', 'share-2.txt'])
    for (const name of names) expect((await stat(join(out, name))).mode & 0o777).toBe(0o600)
    const texts = await Promise.all(names.map(name => readFile(join(out, name), 'utf8')))
    const current = await written('current', texts.join(''))
    const full = await seal({}, '--change', '--current', current, '--shares', '2', '--threshold', '2', '--out-dir', out)
    expect([full.exitCode(), full.stderr()]).toEqual([2, expect.stringContaining('is not empty')])
    const json = await seal({}, '--change', '--current', current, '--shares', '4', '--threshold', '3', '--json')
    const made = JSON.parse(json.stdout())
    expect(made).toMatchObject({ kind: 'shares', shares: 4, threshold: 3 })
    expect(await readRoot({ file, shares: made.share_texts.slice(1).map(shareIn) })).toEqual(root)
  })

  it('reports why nothing can be sealed', async () => {
    await rm(file)
    expect((await seal({ stdin: PASSPHRASE }, '--passphrase', '-')).stderr()).toContain('There is no root key file')
    expect((await seal({}, '--remove', '--shares', '2')).exitCode()).toBe(2)
  })

  it('seals the running server with --now, after a confirmation', async () => {
    const replies: Replies = { 'seal.seal': () => ({ sealed: true, kind: 'passphrase' }) }
    const no = fakeWorld({ env: SIGNED_IN, replies, tty: true, answers: [false] })
    await runCommand(no.context, 'keys', 'seal', '--now')
    expect([no.exitCode(), no.asked]).toEqual([130, []])
    const yes = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(yes.context, 'keys', 'seal', '--now', '--yes')
    expect([yes.exitCode(), yes.stderr()]).toEqual([0, expect.stringContaining(`${SERVER} is sealed.`)])
  })
})

describe('1claw keys unseal', () => {
  const env = { ONECLAW_API_URL: SERVER }
  const sealed = (kind: 'passphrase' | 'shares', given = 0): Replies => ({
    'seal.status': () => ({ sealed: true, kind, ...(kind === 'shares' && { given, threshold: 3 }) }),
    'seal.unseal': ({ body }) =>
      body?.share && given < 2 ? { sealed: true, kind, given: ++given, threshold: 3 } : { sealed: false },
  })
  const bodies = ({ asked }: ReturnType<typeof fakeWorld>) =>
    asked.filter(({ id }) => id === 'seal.unseal').map(({ input }) => (input as { body: object }).body)

  it('prompts for the passphrase, or reads it from a file without its line break, and sends no credential', async () => {
    const asked = fakeWorld({ env, replies: sealed('passphrase'), tty: true, answers: [PASSPHRASE] })
    await runCommand(asked.context, 'keys', 'unseal')
    const read = fakeWorld({ env, replies: sealed('passphrase'), stdin: `${PASSPHRASE}\n` })
    await runCommand(read.context, 'keys', 'unseal', '--passphrase', '-')
    for (const world of [asked, read]) {
      expect([world.exitCode(), bodies(world)]).toEqual([0, [{ passphrase: PASSPHRASE }]])
      expect(world.asked.map(({ credential }) => credential)).toEqual([undefined, undefined])
      expect(world.stderr()).toContain(`${SERVER} is unsealed.`)
    }
  })

  it('accepts shares one by one, and reports how many were given', async () => {
    const one = fakeWorld({ env, replies: sealed('shares'), tty: true, answers: ['1claw-share-a'] })
    await runCommand(one.context, 'keys', 'unseal')
    expect([one.exitCode(), one.stderr()]).toEqual([0, expect.stringContaining('1 of 3 shares are given.')])
    const all = fakeWorld({ env, replies: sealed('shares'), stdin: 'a\nb\n\nc\nd\n' })
    await runCommand(all.context, 'keys', 'unseal', '--share', '-', '--json')
    expect(bodies(all)).toEqual([{ share: 'a' }, { share: 'b' }, { share: 'c' }])
    expect(JSON.parse(all.stdout())).toEqual({ sealed: false })
  })

  it('does not prompt when the server is not sealed, and refuses the wrong kind of secret', async () => {
    const open = fakeWorld({ env, replies: { 'seal.status': () => ({ sealed: false }) } })
    await runCommand(open.context, 'keys', 'unseal')
    expect([open.exitCode(), open.stderr()]).toEqual([0, expect.stringContaining('is not sealed')])
    const empty = fakeWorld({ env, replies: sealed('shares'), stdin: '' })
    await runCommand(empty.context, 'keys', 'unseal')
    expect([empty.exitCode(), empty.stderr()]).toEqual([2, expect.stringContaining('error: The share is empty.')])
    const other = fakeWorld({ env, replies: sealed('shares'), stdin: 'x' })
    await runCommand(other.context, 'keys', 'unseal', '--passphrase', '-')
    expect([other.exitCode(), other.stderr()]).toEqual([2, expect.stringContaining('Use --share.')])
  })

  it('sends nothing over plain http to another machine', async () => {
    const world = fakeWorld({ env: { ONECLAW_API_URL: 'http://claw.example.com' }, stdin: PASSPHRASE })
    await runCommand(world.context, 'keys', 'unseal', '--passphrase', '-')
    expect([world.exitCode(), world.asked]).toEqual([2, []])
  })
})
