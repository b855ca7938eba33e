import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fakeWorld } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'
import { makeWorld, type World } from '../support/world.ts'

describe('1claw backup and restore', () => {
  let world: World
  let folder: string
  let file: string
  let identityFile: string
  let recipient: string
  beforeAll(async () => {
    world = await makeWorld('sqlite')
    folder = await mkdtemp(join(tmpdir(), '1claw-cli-backup-'))
    file = join(folder, 'backup.age')
    identityFile = join(folder, 'key.txt')
    const identity = await generateIdentity()
    recipient = await identityToRecipient(identity)
    await writeFile(identityFile, `# created by age-keygen\n${identity}\n`)
    const owner = await world.signUp()
    await world.put(owner, await world.vault(owner), 'a', 'value')
  })
  afterAll(async () => {
    await world?.close()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  const run = (...words: string[]) => runWith(undefined, ...words)

  async function runWith(stdin: string | undefined, ...words: string[]) {
    const { context, ...seen } = fakeWorld(stdin === undefined ? {} : { stdin })
    await runCommand(context, ...words)
    return { code: seen.exitCode(), stdout: seen.stdout(), stderr: seen.stderr() }
  }

  it('back up a running server, prove the backup and restore it elsewhere', async () => {
    const here = ['--data-dir', world.dataDir]
    const made = await run('backup', '-o', file, '--recipient', recipient, '--with-keys', '--json', ...here)
    expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('root.key is included') })
    expect(JSON.parse(made.stdout)).toMatchObject({ file, versions: 1, unreadable: 0, key_files: 'root.key' })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const drilled = await run('restore', 'drill', file, '--identity', `@${identityFile}`, ...here)
    expect(drilled).toMatchObject({ code: 0, stderr: expect.stringContaining('every value is the one that was backed up') })
    const there = ['--data-dir', join(folder, 'new')]
    const tried = await run('restore', file, '--identity', `@${identityFile}`, '--dry-run', ...there)
    expect(tried).toMatchObject({ code: 0, stderr: expect.stringContaining('Nothing was written') })
    await expect(stat(join(folder, 'new'))).rejects.toThrow()
    expect(await run('restore', file, '--identity', `@${identityFile}`, ...there)).toMatchObject({ code: 0 })
    expect((await stat(join(folder, 'new', '1claw.db'))).mode & 0o777).toBe(0o600)
    const again = await run('restore', file, '--identity', `@${identityFile}`, ...there)
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('is not empty') })
  })

  it('report that the keys are left out by default', async () => {
    const made = await run('backup', '-o', join(folder, 'b.age'), '--recipient', recipient, '--data-dir', world.dataDir)
    expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('The keys are not included') })
  })

  // Each opening stretches the passphrase: that takes a second, and several on a busy machine.
  it('take the passphrase from a file or stdin, as every command takes a secret', { timeout: 600_000 }, async () => {
    const sealed = join(folder, 'by-passphrase.age')
    const passphraseFile = join(folder, 'pass.txt')
    await writeFile(passphraseFile, 'correct horse battery\n')
    const here = ['--data-dir', world.dataDir]
    expect(await run('backup', '-o', sealed, '--passphrase', `@${passphraseFile}`, ...here)).toMatchObject({ code: 0 })
    const wrong = await runWith('another horse', 'restore', 'drill', sealed, '--passphrase', '-', ...here)
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('--passphrase @<file>') })
    const byOldFlag = await run('restore', 'drill', sealed, '--passphrase-file', passphraseFile, ...here)
    expect(byOldFlag).toMatchObject({ code: 0 })
  })

  it('still accept the hidden flags that name a file', async () => {
    const sealed = join(folder, 'by-identity.age')
    const here = ['--data-dir', world.dataDir]
    expect(await run('backup', '-o', sealed, '--recipient', recipient, ...here)).toMatchObject({ code: 0 })
    expect(await run('restore', 'drill', sealed, '--identity-file', identityFile, ...here)).toMatchObject({ code: 0 })
  })

  it.each([
    ['is not the data folder of a server: it has no 1claw.db', ''],
    ['does not exist', 'nowhere'],
  ])('report that a folder %s, without its key', async (said, name) => {
    const there = name === '' ? await mkdtemp(join(folder, 'none-')) : join(folder, name)
    const { code, stderr } = await run('backup', '-o', join(folder, 'c.age'), '--recipient', recipient, '--data-dir', there)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`The folder ${there} ${said}.`) })
    expect(stderr).not.toContain('key')
  })

  it.each([
    ['no recipient and no passphrase', ['backup', '-o', 'x.age'], '--recipient'],
    ['what is no recipient', ['backup', '-o', 'x.age', '--recipient', 'somebody'], 'is not an age recipient'],
    ['nothing that opens a backup', ['restore', 'x.age'], '--identity @<file>'],
    ['a backup that is not there', ['restore', 'nowhere.age', '--identity', '@IDENTITY'], 'There is no backup nowhere.age.'],
    ['a passphrase in argv', ['backup', '-o', 'x.age', '--passphrase', 'hunter2hunter2'], 'visible to other users'],
    ['an identity in argv', ['restore', 'x.age', '--identity', 'AGE-SECRET-KEY-1…'], 'visible to other users'],
    ['a passphrase in two ways', ['restore', 'x.age', '--passphrase', '-', '--passphrase-file', 'p.txt'], 'passphrase'],
    [
      'a passphrase and an identity',
      ['restore', 'x.age', '--passphrase', '-', '--identity', '@IDENTITY'],
      'by an identity or by',
    ],
  ])('refuse %s', async (_, words, said) => {
    const named = words.map(word => word.replace('IDENTITY', identityFile))
    expect(await run(...named, '--data-dir', world.dataDir)).toMatchObject({ code: 2, stderr: expect.stringContaining(said) })
  })
})
