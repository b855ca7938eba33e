import { describe, expect, it } from 'vitest'
import { fakeWorld, type Replies, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const AT = '2026-03-01T12:00:00Z'
const OTHER = '99999999-9999-4999-8999-999999999999'
const secret = (path: string, version = 1) => ({ id: OTHER, path, type: 'generic', version, created_at: AT })
const vault = (name: string) => ({ id: VAULT_ID, name, created_at: AT, cmek_enabled: false })
const deleted = { id: OTHER, name: 'staging', deleted_at: AT, purge_at: AT }

async function run(words: readonly string[], replies: Replies, options: object = {}) {
  const world = fakeWorld({ env: SIGNED_IN, replies, ...options })
  await runCommand(world.context, ...words)
  return {
    code: world.exitCode(),
    stdout: world.stdout(),
    stderr: world.stderr(),
    asked: world.asked,
    questions: world.questions,
  }
}

describe('secrets', () => {
  it('that were deleted are listed with until when they can be restored', async () => {
    const gone = { id: OTHER, path: 'a', type: 'generic', version: 2, deleted_at: AT, deleted_by: 'user:1', purge_at: AT }
    const replies: Replies = { 'secrets.deleted': () => ({ secrets: [gone] }) }
    const { stdout } = await run(['secrets', 'deleted'], replies)
    expect(stdout.split('\n')[0]).toMatch(/^PATH +VERSION +DELETED +BY +RESTORABLE UNTIL$/)
    expect(stdout).toContain('a')
  })

  it('under a prefix are listed before they are deleted', async () => {
    const replies: Replies = {
      'secrets.list': () => ({ secrets: [secret('old/a'), secret('old/b')] }),
      'secrets.delete': () => undefined,
    }
    const words = ['secrets', 'delete', '--prefix', 'old/']
    const no = await run(words, replies, { tty: true, answers: [false] })
    expect(no.stderr).toContain('old/a\nold/b')
    expect(no.questions.join()).toContain('these 2 secrets')
    expect(no.asked.map(({ id }) => id)).toEqual(['secrets.list'])
    const yes = await run([...words, '--yes', '--json'], replies)
    expect(yes.asked.filter(({ id }) => id === 'secrets.delete')).toHaveLength(2)
    expect(JSON.parse(yes.stdout)).toEqual([{ path: 'old/a' }, { path: 'old/b' }])
    const told = await run([...words, '--yes'], replies)
    expect([told.stdout, told.stderr]).toEqual([
      'PATH\nold/a\nold/b\n',
      'Deleted 2 secrets.\nUndo each with: 1claw secrets restore <path>\n',
    ])
    expect((await run(words, replies)).stderr).toContain('This needs confirmation')
    expect((await run(words, { 'secrets.list': () => ({ secrets: [] }) })).code).toBe(3)
  })

  it.each([
    [['secrets', 'delete']],
    [['secrets', 'delete', 'a', '--prefix', 'b']],
    [['secrets', 'delete', '--prefix', '']],
    [['secrets', 'update', 'a']],
    [['secrets', 'move', 'a', '1claw://other/a']],
    [['secrets', 'copy', 'a', '1claw://other/a']],
  ])('are refused before any request: %j', async words => {
    expect(await run(words, {})).toMatchObject({ code: 2, asked: [] })
  })

  it('are deleted with a hint how to undo it, and without one if permanently', async () => {
    const replies: Replies = { 'secrets.delete': () => undefined }
    const soft = await run(['secrets', 'delete', 'a', '--yes'], replies)
    expect(soft.stderr).toContain('1claw secrets restore a')
    const elsewhere = await run(['secrets', 'delete', 'a', '--yes', '--profile', 'work', '--vault', OTHER], replies)
    expect(elsewhere.stderr).toContain(`1claw secrets restore a --vault ${OTHER} --profile work\n`)
    const purged = await run(['secrets', 'delete', 'a', '--purge', '--yes'], replies)
    expect(purged.asked[0]?.input).toMatchObject({ query: { purge: 'true' } })
    expect(purged.stderr).not.toContain('restore')
  })

  it('are restored, rolled back, pruned, moved, copied and updated', async () => {
    const replies: Replies = {
      'vaults.list': () => ({ vaults: [{ ...vault('staging'), id: OTHER }] }),
      'secrets.restore': () => secret('a', 3),
      'secrets.rollback': () => secret('a', 4),
      'secrets.prune': () => ({ purged: 2 }),
      'secrets.move': () => secret('b'),
      'secrets.copy': () => secret('b'),
      'secrets.update': () => secret('a'),
    }
    const asked = async (...words: string[]) => {
      const { code, asked, stderr } = await run(words, replies)
      expect(code, stderr).toBe(0)
      return asked.at(-1)?.input
    }
    expect(await asked('secrets', 'restore', 'a')).toMatchObject({ params: { path: 'a' } })
    expect(await asked('secrets', 'rollback', 'a', '--version', '2')).toMatchObject({ params: { path: 'a', version: 2 } })
    expect(await asked('secrets', 'prune', 'a', '--keep', '5', '--yes')).toMatchObject({ body: { keep: 5 } })
    expect(await asked('secrets', 'move', 'a', 'b')).toMatchObject({ params: { path: 'a' }, body: { to: 'b' } })
    expect(await asked('secrets', 'copy', 'a', 'b', '--to-vault', 'staging')).toMatchObject({
      body: { to: 'b', to_vault_id: OTHER },
    })
    expect(await asked('secrets', 'update', 'a', '--no-expiry', '--metadata', 'k=v', '--max-access-count', '0')).toMatchObject({
      body: { expires_at: null, metadata: { k: 'v' }, max_access_count: 0 },
    })
  })
})

describe('vaults', () => {
  const replies: Replies = {
    'vaults.deleted': () => ({ vaults: [deleted] }),
    'vaults.list': () => ({ vaults: [vault('production')] }),
    'vaults.get': () => vault('production'),
    'vaults.delete': () => undefined,
    'vaults.purge': () => undefined,
    'vaults.restore': () => vault('staging'),
  }

  it('that are deleted are listed, and restored by name', async () => {
    expect((await run(['vaults', 'restore', '--output', 'name'], replies)).stdout).toBe('staging\n')
    const restored = await run(['vaults', 'restore', 'staging', '--name', 'back'], replies)
    expect(restored.asked.at(-1)?.input).toMatchObject({ params: { vault_id: OTHER }, body: { name: 'back' } })
    expect((await run(['vaults', 'restore', 'nowhere'], replies)).code).toBe(3)
  })

  it('are purged whether or not they were deleted before', async () => {
    const before = await run(['vaults', 'delete', 'staging', '--purge', '--yes'], replies)
    expect(before.asked.at(-1)).toMatchObject({ id: 'vaults.purge', input: { params: { vault_id: OTHER } } })
    const purged = await run(['vaults', 'delete', 'production', '--purge', '--yes'], replies)
    expect(purged.asked.at(-1)).toMatchObject({ id: 'vaults.delete', input: { query: { purge: 'true' } } })
    const soft = await run(['vaults', 'delete', 'production', '--yes'], replies)
    expect(soft.stderr).toContain('1claw vaults restore production\n')
    const named = { ...replies, 'vaults.get': () => vault('$(touch ran)') }
    const quoted = await run(['vaults', 'delete', 'production', '--yes'], named)
    expect(quoted.stderr).toContain("Undo with: 1claw vaults restore '$(touch ran)'\n")
  })
})
