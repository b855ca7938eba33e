import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newPerson, signUp } from '../../support/console.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { openShell, type Shell } from '../../support/shell.ts'

/** The places in which containers, jobs and careless scripts start the program. */
let server: TestServer
let shell: Shell
let token = ''
let folder = ''

beforeAll(async () => {
  server = await startServer()
  token = await signUp(server.url, newPerson())
  shell = await openShell({ ONECLAW_API_URL: server.url, ONECLAW_TOKEN: token })
  folder = mkdtempSync(join(tmpdir(), 'claw-places-'))
  chmodSync(folder, 0o777)
  // Another user must be able to reach the program in it.
  await shell.type('chmod 711 "$HOME"')
  await shell.type('1claw vaults create main')
  await shell.type('printf %s value | 1claw secrets set app/key --vault main')
})
afterAll(async () => {
  await shell.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The complete environment. */
const bare = (home: string) =>
  `env -i PATH="$PATH" ${home} ONECLAW_TOKEN=${token} ONECLAW_API_URL=${server.url} ONECLAW_VAULT_ID=main`
/** A user without an entry in the system. */
const NOBODY = 'setpriv --reuid 12345 --regid 12345 --clear-groups'

describe.each([
  ['a relative home', 'HOME=h'],
  ['no home', ''],
  ['an empty home', 'HOME='],
])('a user without an entry in the passwd file, with %s', (_, home) => {
  it.each([
    ['1claw secrets list', 0, /app\/key/, /^$/],
    ['1claw secrets get app/key', 0, /^value$/, /^$/],
    ['1claw run -- sh -c \'printf %s "$KEY"\'', 0, /^value$/, /^$/],
    ['1claw --help', 0, /USAGE/, /^$/],
    ['1claw secrets --help', 0, /secrets get/, /^$/],
    ['1claw config set vault main', 2, /^$/, /ONECLAW_CONFIG_DIR/],
    ['1claw doctor', 0, /server/, /^/],
  ])('%s', async (line, code, stdout, stderr) => {
    const outcome = await shell.type(`cd ${folder} && ${bare(home)} ${NOBODY} ${line}`)
    expect(outcome).toEqual({
      code,
      stdout: expect.stringMatching(stdout),
      stderr: expect.stringMatching(stderr),
    })
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a folder that has been deleted', () => {
  const within = (line: string) => `mkdir -p gone && cd gone && rmdir ../gone && ${line}`

  it.each([
    ['1claw secrets get app/key --vault main', 0, /^value$/],
    ['1claw run --vault main -- sh -c \'printf %s "$KEY"\'', 0, /^value$/],
    ['1claw secrets list --vault main', 0, /app\/key/],
    ['1claw run --vault main -- ./program', 127, /^$/],
  ])('%s', async (line, code, stdout) => {
    const outcome = await shell.type(within(line))
    expect([outcome.code, outcome.stdout], outcome.stderr).toEqual([code, expect.stringMatching(stdout)])
    expect(outcome.stderr).not.toMatch(/\bat .*:\d+:\d+|uv_cwd/)
  })
})

describe('files that were saved in another encoding', () => {
  it('ignore a byte order mark', async () => {
    const file = join(folder, 'bom.env')
    writeFileSync(file, '\ufeffPLAIN=1\nKEY=1claw://main/app/key\n')
    const { stdout } = await shell.type(`1claw run --env-file ${file} -- sh -c 'echo "$PLAIN $KEY"'`)
    expect(stdout).toBe('1 value\n')
    const project = join(folder, 'bom')
    mkdirSync(project)
    writeFileSync(join(project, '.1claw.json'), '\ufeff{"vault": "main"}')
    expect((await shell.type(`cd ${project} && 1claw secrets get app/key`)).stdout).toBe('value')
  })

  it.each([
    ['UTF-16', Buffer.from('\ufeffA=1\n', 'utf16le'), 'not UTF-8 text, but UTF-16'],
    ['Latin-1', Buffer.from('A=\u00fc\n', 'latin1'), 'not UTF-8 text.'],
  ])('refuses %s', async (_, bytes, said) => {
    writeFileSync(join(folder, 'odd.env'), bytes)
    const outcome = await shell.type(`1claw run --env-file ${join(folder, 'odd.env')} -- true`)
    expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(said) })
    const project = join(folder, `odd-${bytes.length}`)
    mkdirSync(project)
    writeFileSync(join(project, '.1claw.json'), bytes)
    expect(await shell.type(`cd ${project} && 1claw secrets list`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(said),
    })
  })

  it('a missing env file is reported by 1claw, also with -e', async () => {
    const outcome = await shell.type(`1claw run -e ${join(folder, 'nowhere.env')} -- true`)
    expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('nowhere.env') })
  })

  it('invisible characters are shown escaped', async () => {
    const project = join(folder, 'unseen')
    mkdirSync(project)
    writeFileSync(join(project, '.1claw.json'), '{"vault\u200b": "main"}')
    const { code, stderr } = await shell.type(`cd ${project} && 1claw secrets list`)
    expect([code, stderr]).toEqual([2, expect.stringContaining('vault\\u200b')])
  })

  it.each(['{"profiles": null}', '{"current": null}', '{}'])('%s counts as settings without a profile', async text => {
    const config = mkdtempSync(join(folder, 'config-'))
    writeFileSync(join(config, 'config.json'), text)
    const { code, stdout } = await shell.type(`ONECLAW_CONFIG_DIR=${config} 1claw secrets get app/key --vault main`)
    expect([code, stdout]).toEqual([0, 'value'])
  })

  it.each(['[]', '"x"', '{"profiles": []}', '{"profiles": {"a": 1}}', '{"current": 5}'])(
    '%s is refused as settings',
    async text => {
      const config = mkdtempSync(join(folder, 'config-'))
      writeFileSync(join(config, 'config.json'), text)
      const { code, stderr } = await shell.type(`ONECLAW_CONFIG_DIR=${config} 1claw secrets list --vault main`)
      expect([code, stderr]).toEqual([2, expect.stringContaining('config.json')])
    },
  )
})

describe('the .1claw.json of someone else', () => {
  it('does not select the vault unless its folder is trusted', async () => {
    const project = join(folder, 'shared')
    mkdirSync(join(project, 'below'), { recursive: true })
    const file = join(project, '.1claw.json')
    writeFileSync(file, '{"vault": "main"}')
    chownSync(file, 12345, 12345)
    const refused = await shell.type(`cd ${project}/below && 1claw secrets get app/key`)
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(`${file} belongs to another user (uid 12345)`),
    })
    const trusted = await shell.type(`cd ${project}/below && ONECLAW_TRUSTED_FOLDERS=/x:${project} 1claw secrets get app/key`)
    expect(trusted).toMatchObject({ code: 0, stdout: 'value' })
    chownSync(file, 0, 0)
    expect(await shell.type(`cd ${project}/below && 1claw secrets get app/key`)).toMatchObject({ code: 0, stdout: 'value' })
  })

  it('is named when it selects the vault to write to', async () => {
    const project = join(folder, 'writing')
    mkdirSync(project)
    writeFileSync(join(project, '.1claw.json'), '{"vault": "main"}')
    const written = await shell.type(`cd ${project} && printf x | 1claw secrets set app/other`)
    expect(written).toMatchObject({ code: 0, stderr: expect.stringContaining(`${project}/.1claw.json`) })
    const read = await shell.type(`cd ${project} && 1claw secrets get app/other`)
    expect(read).toEqual({ code: 0, stdout: 'x', stderr: '' })
  })
})
