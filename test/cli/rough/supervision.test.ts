import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newPerson, signUp } from '../../support/console.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { openShell, type Shell } from '../../support/shell.ts'

let server: TestServer
let shell: Shell
let token = ''

beforeAll(async () => {
  server = await startServer()
  token = await signUp(server.url, newPerson())
  shell = await openShell({ ONECLAW_API_URL: server.url, ONECLAW_TOKEN: token, ONECLAW_VAULT_ID: 'main' })
  await shell.type('1claw vaults create main')
  await shell.type('printf %s s3cret-value | 1claw secrets set key')
})
afterAll(async () => {
  await shell.close()
  await server.close()
})

describe('a program under --mask', () => {
  it.each([
    ['opens its output by name', `sh -c 'echo "$KEY" > /dev/stdout; echo "$KEY" > /dev/stderr'`, '*****\n', '*****\n'],
    ['gets pipes, as from a shell', `sh -c '[ -p /dev/stdout ] && [ -p /dev/stderr ] && echo pipes'`, 'pipes\n', ''],
    ['sees its own name', `./own/script`, './own/script\n', ''],
  ])('%s', async (_, program, stdout, stderr) => {
    await shell.type('mkdir -p own && printf "#!/bin/sh\\necho \\$0\\n" > own/script && chmod +x own/script')
    expect(await shell.type(`1claw run --mask -- ${program}`)).toEqual({ code: 0, stdout, stderr })
  })

  it('ends when its main process ends, whatever it left in the background', async () => {
    const line = `1claw run --mask -- sh -c 'sleep 300 & echo $! >&2; head -c 300000 /dev/zero | tr "\\0" x' | wc -c`
    const outcome = await shell.type(line)
    process.kill(Number(outcome.stderr), 'SIGKILL')
    expect(outcome).toMatchObject({ code: 0, stdout: '300000\n' })
  })

  it.each(['--mask', '--watch'])('cannot read our key from its parent (%s)', async flag => {
    const outcome = await shell.type(`1claw run ${flag} -- sh -c 'tr "\\0" "\\n" < /proc/$PPID/environ; env' | cat`)
    expect(outcome.stdout).toContain('ONECLAW_API_URL=')
    expect(outcome.stdout).not.toContain(token)
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    // Other tests have such folders for a moment, or with an editor's file in them.
    const left = String.raw`find /dev/shm/1claw-* -maxdepth 0 ! -exec test -e {}/value \; -print 2>/dev/null`
    await expect.poll(async () => (await shell.type(left)).stdout).toBe('')
  })

  it('can be the first process of a container, with orphans reaped and signals passed on', async () => {
    const script = `(sleep 0.1 &) ; sleep 0.5; grep -l "^State:.Z" /proc/[0-9]*/status; trap "exit 9" TERM; kill -TERM 1; sleep 20 & wait`
    const { code, stdout } = await shell.type(`unshare -fp --mount-proc 1claw run --mask -- sh -c '${script}'`)
    expect([code, stdout]).toEqual([9, ''])
  })
})
