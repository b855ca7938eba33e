import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExternalSecret, SecretStore } from '@kubernetes-models/external-secrets/external-secrets.io/v1'
import { DockerfileParser } from 'dockerfile-ast'
import { Deployment } from 'kubernetes-models/apps/v1'
import { ConfigMap } from 'kubernetes-models/v1'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { type CiScene, ciScene, type Ended } from '../support/ci-job.ts'
import { ROOT } from '../support/house/files.ts'

let scene: CiScene
beforeAll(async () => {
  scene = await ciScene()
}, 60_000)
afterAll(() => scene?.close())

const source = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const lines = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '')

describe('the action of GitHub', { timeout: 60_000 }, () => {
  interface Step {
    readonly name: string
    readonly if?: string
    readonly run: string
    readonly env: Record<string, string>
  }
  const action = parse(source('action.yml')) as { inputs: Record<string, { default?: string }>; runs: { steps: Step[] } }

  /** Runs the steps as the runner does: each in a new shell, with the files of the job. Stops at the first failure. */
  async function job(inputs: Record<string, string>, env: Record<string, string>): Promise<Ended & { place: string }> {
    const place = mkdtempSync(join(scene.folder, 'job-'))
    const temp = join(place, 'temp')
    mkdirSync(temp)
    const files = { GITHUB_ENV: join(place, 'env'), GITHUB_PATH: join(place, 'path'), GITHUB_OUTPUT: join(place, 'output') }
    const given = {
      ...Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? ''])),
      ...inputs,
    }
    const known: Record<string, string> = {
      ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`inputs.${name}`, value])),
      'github.action_path': ROOT,
      'github.action_repository': '1claw/1claw',
      'github.server_url': 'https://github.com',
      'runner.temp': temp,
    }
    const filled = (text: string) =>
      text.replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, name) => known[name] ?? expect.fail(`There is no ${name}.`))
    let ended: Ended = { code: 0, stdout: '', log: '' }
    for (const step of action.runs.steps) {
      if (ended.code !== 0 || (step.if === "inputs.export == 'true'" && given['export'] !== 'true')) continue
      const own = Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, filled(value)]))
      const set = Object.fromEntries(
        lines(files.GITHUB_ENV)
          .split('\n')
          .map(line => line.split('='))
          .filter(([name]) => /^ONECLAW_\w+$/.test(name ?? '')),
      )
      const path = lines(files.GITHUB_PATH).replace(/\n/g, ':')
      const words = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run]
      const next = await scene.run(words, { RUNNER_TEMP: temp, ...files, ...env, ...set, ...own }, place, path)
      ended = { code: next.code, stdout: ended.stdout + next.stdout, log: ended.log + next.log }
    }
    return { ...ended, place }
  }

  const inputs = () => ({ package: scene.packed, 'api-url': scene.url, vault: 'shop' })

  it('is valid for GitHub, and a mistake in it would be found', async () => {
    const lint = (file: string) => scene.run([process.execPath, join(ROOT, 'test/support/lint-action.js'), file])
    expect(JSON.parse((await lint(join(ROOT, 'action.yml'))).stdout)).toEqual([])
    // Its name shows that it is an action.
    const wrong = join(mkdtempSync(join(scene.folder, 'wrong-')), 'action.yml')
    writeFileSync(wrong, source('action.yml').replace('shell: bash', 'shel: bash'))
    expect(JSON.parse((await lint(wrong)).stdout)).toContainEqual(expect.stringContaining("Unexpected value 'shel'"))
  })

  it('puts no expression into a script, where a value could become a command', () => {
    for (const { run } of action.runs.steps) expect(run).not.toContain('${{')
  })

  it('installs, signs in without a key, and sets masked variables for the next steps', async () => {
    const sha256 = createHash('sha256').update(readFileSync(scene.packed)).digest('hex')
    const more = { sha256, 'agent-id': scene.agent, prefix: 'prod/' }
    const { code, log, place } = await job({ ...inputs(), ...more }, scene.github.env)
    expect({ code, log: code === 0 ? '' : log }).toEqual({ code: 0, log: '' })
    const set = lines(join(place, 'env'))
    expect(set).toMatch(/^DB_URL<<(\S+)\nit's "p\$HOME"\n\1$/m)
    expect(set).toMatch(/^PEM<<(\S+)\nfirst\nsecond line\n\1$/m)
    for (const masked of [`it's "p$HOME"`, 'first', 'second line']) expect(log).toContain(`::add-mask::${masked}\n`)
    expect(log.replaceAll(/^::add-mask::.*$/gm, '')).not.toMatch(/p\$HOME|second line/)
    expect(existsSync(join(place, 'temp/1claw/bin/1claw'))).toBe(true)
    expect(lines(join(place, 'path'))).toBe(`${join(place, 'temp/1claw/bin')}\n`)
  })

  it('accepts one path a line, or a key instead of a token, and sets nothing if told so', async () => {
    const key = { ONECLAW_AGENT_API_KEY: scene.key, GITHUB_ACTIONS: 'true' }
    const paths = 'prod/pem\n1claw://shop/dev%2Fdb-url\n'
    const set = lines(join((await job({ ...inputs(), paths, name: 'last' }, key)).place, 'env'))
    expect(set).toContain('dev$HOME')
    expect(set).toContain('second line')
    expect(set).not.toContain('p$HOME')
    const { code, place } = await job({ ...inputs(), export: 'false' }, key)
    expect([code, lines(join(place, 'env')).match(/^\w+/gm)]).toEqual([
      0,
      ['ONECLAW_API_URL', 'ONECLAW_VAULT_ID', 'ONECLAW_CONFIG_DIR'],
    ])
  })

  it('installs nothing that has another hash, and does not let an input become another variable', async () => {
    const refused = await job({ ...inputs(), sha256: '0'.repeat(64) }, {})
    expect(refused).toMatchObject({ code: 1, log: expect.stringContaining('Nothing was installed.') })
    expect(existsSync(join(refused.place, 'temp/1claw/bin'))).toBe(false)
    const odd = await job({ ...inputs(), vault: 'shop\nPATH=/tmp' }, {})
    expect(odd).toMatchObject({ code: 1, log: expect.stringContaining('ONECLAW_VAULT_ID has a control character.') })
    expect(lines(join(odd.place, 'env'))).not.toContain('PATH')
  })

  it('is used by the example, which is a valid workflow', () => {
    const { jobs } = parse(source('examples/ci/github.yml'))
    const step = jobs.deploy.steps.find(({ uses }: { uses?: string }) => uses?.startsWith('1claw/'))
    expect(Object.keys(step.with).filter(name => !(name in action.inputs))).toEqual([])
  })
})

describe('the component of GitLab', { timeout: 60_000 }, () => {
  interface Job {
    readonly stage: string
    readonly id_tokens: Record<string, { aud: string }>
    readonly variables: Record<string, string>
    readonly script: readonly string[]
  }

  /** The job of the example, as a GitLab pipeline: checked by its schema, with the inputs filled in. */
  async function jobOf(change = (text: string) => text): Promise<{ ended: Ended; job: Job; place: string }> {
    const place = mkdtempSync(join(scene.folder, 'gitlab-'))
    mkdirSync(join(place, 'templates'))
    writeFileSync(join(place, 'templates/run.yml'), source('templates/run.yml'))
    writeFileSync(join(place, '.gitlab-ci.yml'), change(source('examples/ci/gitlab.yml')))
    const user = '-c user.name=a -c user.email=a@b.c'
    const git = `git init -q && git remote add origin git@gitlab.com:you/shop.git && git add -A && git ${user} commit -qm a`
    await scene.run(['sh', '-c', git], {}, place)
    const runner = join(ROOT, 'node_modules/gitlab-ci-local/dist/index.js')
    const ended = await scene.run([process.execPath, runner, '--home', place, '--preview'], {}, place, '')
    return { ended, job: ended.code === 0 ? parse(ended.stdout).deploy : undefined, place }
  }

  it('is valid, and accepts the inputs of the example', async () => {
    const { job } = await jobOf()
    expect(job).toMatchObject({ stage: 'deploy', id_tokens: { ONECLAW_ID_TOKEN: { aud: 'https://claw.example.com' } } })
    // Not expanded: two dollar signs mean one.
    expect(job.variables['CLAW_COMMAND']).toBe('./deploy.sh "$$DB_URL"')
    expect((await jobOf(text => text.replace('      vault: production\n', ''))).ended.code).not.toBe(0)
    expect((await jobOf(text => text.replace('stages: [deploy]', 'stages: 7'))).ended.code).not.toBe(0)
  })

  it('runs the command with the secrets of the prefix, masked', async () => {
    const { job, place } = await jobOf(text =>
      text
        .replace('https://claw.example.com', scene.url)
        .replace(/agent-id: .*/, `agent-id: ${scene.agent}`)
        .replace('vault: production', 'vault: shop')
        .replace(/package: .*/, `package: ${scene.packed}`),
    )
    writeFileSync(join(place, 'deploy.sh'), '#!/bin/sh\necho "deployed with $1"\nenv\n', { mode: 0o755 })
    const variables = Object.entries(job.variables).map(([name, value]) => [name, value.replaceAll('$$', '$')])
    const env = { ...Object.fromEntries(variables), ONECLAW_ID_TOKEN: await scene.token(), GITLAB_CI: 'true' }
    const { code, log } = await scene.run(['bash', '-eo', 'pipefail', '-c', job.script.join('\n')], env, place, '')
    expect({ code, log }).toMatchObject({ code: 0, log: expect.stringMatching(/deployed with \*+\n/) })
    expect(log).not.toMatch(/p\$HOME|ONECLAW_ID_TOKEN=/)
  })
})

describe('the examples', () => {
  const env = () => ({ ONECLAW_API_URL: scene.url, ONECLAW_VAULT_ID: scene.vault, ONECLAW_AGENT_API_KEY: scene.key })

  it('.envrc sets variables exactly, and fails where it cannot', async () => {
    const place = scene.copied('project')
    const words = ['direnv', 'exec', place, 'sh', '-c', 'printf %s "$DB_URL/$secrets"']
    const state = { XDG_DATA_HOME: place, XDG_CONFIG_HOME: place, DIRENV_LOG_FORMAT: '' }
    expect((await scene.run(words, { ...env(), ...state }, place)).log).toContain('is blocked')
    await scene.run(['direnv', 'allow', place], state, place)
    expect(await scene.run(words, { ...env(), ...state }, place)).toMatchObject({ code: 0, stdout: 'dev$HOME/' })
    const refused = await scene.run(words, { ...env(), ...state, ONECLAW_AGENT_API_KEY: 'ocv_wrong' }, place)
    expect(refused).toMatchObject({ code: 1, log: expect.stringContaining('error: The key was not accepted.') })
  })

  it('the Makefile gives each recipe its own secrets', async () => {
    const place = scene.copied('project')
    expect(await scene.run(['make', 'migrate'], env(), place)).toMatchObject({ code: 0, stdout: 'migrated\n' })
    expect((await scene.run(['make', 'deploy'], env(), place)).stdout).toMatch(/^deployed with \*+\n$/)
  })

  it('the tasks of VS Code run', async () => {
    const place = scene.copied('project')
    writeFileSync(join(place, 'package.json'), JSON.stringify({ scripts: { start: 'test -n "$DB_URL" && echo started' } }))
    const { tasks } = JSON.parse(source('examples/project/.vscode/tasks.json'))
    for (const { command, args, type } of tasks) {
      expect(type).toBe('process')
      const { code, log } = await scene.run([command, ...args], env(), place)
      expect({ code, log: code === 0 ? '' : log }).toEqual({ code: 0, log: '' })
    }
    expect(lines(join(place, '.env'))).toBe("DB_URL='dev$HOME'\n")
  })

  it('External Secrets reads a value as its manifests say', async () => {
    const [store, secret] = parseAllDocuments(source('examples/external-secrets/1claw.yaml')).map(each => each.toJS())
    expect(() => new SecretStore(store).validate()).not.toThrow()
    expect(() => new ExternalSecret(secret).validate()).not.toThrow()
    const { webhook } = store.spec.provider
    expect(() => new SecretStore({ ...store, spec: { provider: { webhook: { ...webhook, url: 7 } } } }).validate()).toThrow()
    const filled = (text: string) => text.replace('{{ .remoteRef.key }}', 'prod/pem').replace('{{ .agent.key }}', scene.key)
    const url = filled(webhook.url).replace(/https:.*vaults\/[0-9a-f-]+/, `${scene.url}/v1/vaults/${scene.vault}`)
    const headers = Object.fromEntries(Object.entries<string>(webhook.headers).map(([name, value]) => [name, filled(value)]))
    const reply = (await (await fetch(url, { method: webhook.method, headers })).json()) as Record<string, string>
    expect(reply[webhook.result.jsonPath.replace('$.', '')]).toBe('first\nsecond line')
  })

  /** The key of an agent as a file, as containers and services get it. */
  function keyFile(): string {
    const file = join(scene.folder, 'agent.key')
    writeFileSync(file, `${scene.key}\n`, { mode: 0o600 })
    return file
  }

  const PRINTS = [
    process.execPath,
    '-e',
    'process.stdout.write(process.env.DB_URL + (process.env.ONECLAW_AGENT_API_KEY_FILE ?? ""))',
  ]

  it('an image starts its program with secrets, using a key that Compose mounts', async () => {
    const file = DockerfileParser.parse(source('examples/app/Dockerfile'))
    const [entry = '[]'] = file.getENTRYPOINTs().map(each => each.getRawArgumentsContent() ?? '')
    const { services, secrets } = parse(source('examples/app/compose.yaml'))
    expect(services.shop.secrets).toEqual(Object.keys(secrets))
    expect(source('examples/app/Dockerfile')).toContain(
      `ENV ONECLAW_AGENT_API_KEY_FILE=/run/secrets/${services.shop.secrets[0]}\n`,
    )
    const given = {
      ...services.shop.environment,
      ONECLAW_API_URL: scene.url,
      ONECLAW_VAULT_ID: 'shop',
      ONECLAW_AGENT_API_KEY_FILE: keyFile(),
    }
    expect(await scene.run([...JSON.parse(entry), ...PRINTS], given)).toMatchObject({ code: 0, stdout: `it's "p$HOME"` })
  })

  it('a systemd unit starts its program with secrets, using a credential', async () => {
    const unit = source('examples/app/shop.service')
    const all = [...unit.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value] as const)
    const of = (name: string) => all.filter(([each]) => each === name).map(([, value]) => value)
    const [credential = ''] = of('LoadCredential').map(each => each.split(':')[0])
    const env = Object.fromEntries(of('Environment').flatMap(each => each.split(' ').map(pair => pair.split('='))))
    expect(env['ONECLAW_AGENT_API_KEY_FILE']).toBe(`%d/${credential}`)
    const [words = []] = of('ExecStart').map(each => each.replace('/usr/local/bin/', '').split(' '))
    const given = { ...env, ONECLAW_API_URL: scene.url, ONECLAW_VAULT_ID: 'shop', ONECLAW_AGENT_API_KEY_FILE: keyFile() }
    expect(await scene.run([...words.slice(0, words.indexOf('--') + 1), ...PRINTS], given)).toMatchObject({
      code: 0,
      stdout: `it's "p$HOME"`,
    })
  })

  it('an init container of Kubernetes writes a file for its program alone', async () => {
    const [map, deployment] = parseAllDocuments(source('examples/app/kubernetes.yaml')).map(each => each.toJS())
    expect(() => new ConfigMap(map).validate()).not.toThrow()
    expect(() => new Deployment(deployment).validate()).not.toThrow()
    const { initContainers, containers, volumes } = deployment.spec.template.spec
    for (const { volumeMounts } of [...initContainers, ...containers])
      for (const { name } of volumeMounts) expect(volumes.map((volume: { name: string }) => volume.name)).toContain(name)
    const place = mkdtempSync(join(scene.folder, 'pod-'))
    for (const folder of ['templates', 'secrets']) mkdirSync(join(place, folder))
    writeFileSync(join(place, 'templates/shop.yaml'), map.data['shop.yaml'].replace('production', 'shop'))
    const words = initContainers[0].args.map((word: string) => word.replace(/^\//, `${place}/`))
    const given = { ONECLAW_API_URL: scene.url, ONECLAW_AGENT_API_KEY_FILE: keyFile() }
    expect((await scene.run(['1claw', ...words], given)).code).toBe(0)
    expect(parse(lines(join(place, 'secrets/shop.yaml')))).toEqual({ database: `it's "p$HOME"` })
    expect(statSync(join(place, 'secrets/shop.yaml')).mode & 0o777).toBe(0o600)
  })
})
