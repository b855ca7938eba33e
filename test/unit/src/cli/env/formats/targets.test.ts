import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { EXPORT_FORMATS, type ExportFormat, encoded } from '../../../../../../src/cli/env/formats/encoders.ts'
import { FEW, values } from './arbitrary-values.ts'
import { asCmd, asGitlab, asNix, asPowerShell, asSystemd } from './readers.ts'

type Read = Record<string, string | undefined>

const named = (all: readonly string[]) => all.map((value, index) => ({ name: `V${index}`, value, origin: `prod/v${index}` }))

/** The values that the format accepts. It refuses others with their name. */
function fitting(format: ExportFormat, all: readonly string[]): string[] {
  return all.filter(value => {
    try {
      encoded(format, named([value]))
      return true
    } catch (error) {
      expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('prod/v0') })
      return false
    }
  })
}

/**
 * Every value that the format accepts is read back exactly; at least this share of them is accepted. `unseen`: values that a reader cannot
 * show.
 */
function exact(format: ExportFormat, read: (text: string, count: number) => Read, share: number, unseen = /(?!)/): void {
  fc.assert(
    fc.property(values, all => {
      const fits = fitting(format, all).filter(value => !unseen.test(value))
      const found = read(encoded(format, named(fits)), fits.length)
      expect(fits.map((_, index) => found[`V${index}`])).toEqual(fits)
      expect(fits.length / all.length).toBeGreaterThan(share)
    }),
    FEW,
  )
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oneclaw-targets-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const env = () => ({ PATH: process.env['PATH'] ?? '', HOME: folder, PYENV_ROOT: process.env['PYENV_ROOT'] ?? '' })
const isInstalled = (name: string) => (process.env['PATH'] ?? '').split(':').some(place => existsSync(join(place, name)))

/** What `env -0` prints after a shell has read the text; `.` is what all shells have for `source`, fish too. */
function byShell(shell: string, words: readonly string[]) {
  return (text: string): Read => {
    const file = join(folder, 'variables')
    writeFileSync(file, text)
    // yash stores text as wide characters, and must be told to use UTF-8.
    const printed = execFileSync(shell, [...words, `. ${file}; env -0`], { env: { ...env(), LC_ALL: 'C.UTF-8' } }).toString()
    return Object.fromEntries(
      printed.split('\0').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
  }
}

const JAVA = `import java.io.*; import java.nio.charset.StandardCharsets; import java.util.*;
public class Read { public static void main(String[] a) throws Exception {
  Properties p = new Properties(); p.load(new FileInputStream(a[0]));
  PrintStream o = new PrintStream(System.out, false, "UTF-8");
  for (String n : p.stringPropertyNames()) { o.print(n); o.print('\\0'); o.print(p.getProperty(n)); o.print('\\0'); }
  o.flush(); } }`

function byJava(text: string): Read {
  writeFileSync(join(folder, 'x.properties'), text)
  writeFileSync(join(folder, 'Read.java'), JAVA)
  const printed = execFileSync('java', [join(folder, 'Read.java'), join(folder, 'x.properties')], { env: env() })
  const parts = printed.toString().split('\0')
  return Object.fromEntries(parts.flatMap((name, index) => (index % 2 === 0 ? [[name, parts[index + 1]]] : [])))
}

function byTerraform(text: string, count: number): Read {
  const place = mkdtempSync(join(folder, 'tf-'))
  const names = Array.from({ length: count }, (_, index) => `V${index}`)
  writeFileSync(join(place, 'main.tf'), names.map(name => `variable "${name}" { type = string }\n`).join(''))
  writeFileSync(join(place, 'x.tfvars'), text)
  // The output is a text of Terraform around a text of JSON: base64 needs no escapes.
  const expression = `base64encode(jsonencode({${names.map(name => `${name} = var.${name}`).join(', ')}}))\n`
  const printed = execFileSync('terraform', ['console', '-var-file=x.tfvars'], {
    cwd: place,
    input: expression,
    env: { ...env(), TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' },
  }).toString()
  return JSON.parse(Buffer.from(printed.trim().replaceAll('"', ''), 'base64').toString()) as Read
}

/** Variables of os-release that systemd-tmpfiles writes to files. It reads them with the reader of `EnvironmentFile=`. */
const RELEASE = { ID: '%o', VERSION_ID: '%w', BUILD_ID: '%B', VARIANT_ID: '%W' }

function bySystemd(text: string, count: number): Read {
  const names = Array.from({ length: count }, (_, index) => `V${index}`)
  const root = mkdtempSync(join(folder, 'systemd-'))
  mkdirSync(join(root, 'etc'))
  const writer = join(root, 'out.conf')
  const keys = Object.entries(RELEASE)
  const read: Read = {}
  for (let at = 0; at < count; at += keys.length) {
    const some = names.slice(at, at + keys.length)
    // All the others are there as well, with their own names.
    const renamed = some.reduce((all, name, place) => all.replace(new RegExp(`^${name}=`, 'm'), `${keys[place]?.[0]}=`), text)
    writeFileSync(join(root, 'etc/os-release'), renamed)
    writeFileSync(writer, some.map((name, place) => `f+ /${name} 0600 - - - ${keys[place]?.[1]}\n`).join(''))
    execFileSync('systemd-tmpfiles', [`--root=${root}`, '--create', writer], { stdio: 'pipe' })
    for (const name of some) read[name] = readFileSync(join(root, name), 'utf8')
  }
  return read
}

function byNix(text: string): Read {
  const place = mkdtempSync(join(folder, 'nix-'))
  writeFileSync(join(place, 'x.nix'), text)
  const own = Object.fromEntries(['STATE', 'STORE', 'CONF', 'LOG'].map(name => [`NIX_${name}_DIR`, join(place, name)]))
  const words = ['--store', 'dummy://', '--eval', '--strict', '--json', join(place, 'x.nix')]
  return JSON.parse(execFileSync('nix-instantiate', words, { env: { ...env(), ...own } }).toString()) as Read
}

/** PyYAML, with which docker compose prints, does not escape these, and reads more than these. */
const BREAKS = /[\u0085\u2028\u2029]/

/** What docker compose reads from the file in `env_file:`. It doubles dollar signs in its output. */
function byCompose(text: string): Read {
  const place = mkdtempSync(join(folder, 'compose-'))
  writeFileSync(join(place, 'variables'), text)
  writeFileSync(join(place, 'docker-compose.yml'), 'services:\n  app:\n    image: app\n    env_file: variables\n')
  const printed = execFileSync('docker-compose', ['config'], { cwd: place, env: env(), stdio: ['ignore', 'pipe', 'ignore'] })
  // Not all readers of YAML accept PyYAML's way of breaking lines within quotes.
  const { services } = pyYaml(printed.toString()) as { services: { app: { environment: Read } } }
  const pairs = Object.entries(services.app.environment)
  return Object.fromEntries(pairs.map(([name, value]) => [name, (value ?? '').replaceAll('$$', '$')]))
}

const PYYAML = 'import yaml, json, sys; print(json.dumps(yaml.safe_load(open(sys.argv[1], encoding="utf-8"))))'
const hasPyYaml = spawnSync('python3', ['-c', 'import yaml']).status === 0

function pyYaml(text: string): unknown {
  writeFileSync(join(folder, 'x.yaml'), text)
  return JSON.parse(execFileSync('python3', ['-c', PYYAML, join(folder, 'x.yaml')], { env: env() }).toString())
}

function byPyYaml(text: string): Read {
  return pyYaml(text) as Read
}

function asKubernetes(text: string): Read {
  const { data } = parseYaml(text) as { data: Record<string, string> }
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]))
}

function asCsv(text: string): Read {
  const rows = parseCsv(text, { columns: true }) as { name: string; value: string }[]
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

type Reader = readonly [
  format: ExportFormat,
  reader: string,
  read: (text: string, count: number) => Read,
  share: number,
  unseen?: RegExp,
]

const READERS: readonly Reader[] = [
  ['yaml', 'YAML 1.2', text => parseYaml(text) as Read, 0.99],
  ['yaml', 'YAML 1.1', text => parseYaml(text, { version: '1.1' }) as Read, 0.99],
  ['csv', 'csv-parse', asCsv, 0.99],
  ['k8s', 'Kubernetes', asKubernetes, 0.99],
  ['dotnet', '.NET', text => JSON.parse(text) as Read, 0.99],
  ['nix', 'Nix', asNix, 0.99],
  ['systemd', 'systemd', asSystemd, 0.3],
  ['powershell', 'PowerShell', asPowerShell, 0.6],
  ['cmd', 'cmd.exe', asCmd, 0.02],
  ['gitlab', 'GitLab', asGitlab, 0.05],
  ...(isInstalled('systemd-tmpfiles') ? [['systemd', 'systemd itself', bySystemd, 0.3] as const] : []),
  ...(isInstalled('nix-instantiate') ? [['nix', 'Nix itself', byNix, 0.99] as const] : []),
  ...(hasPyYaml ? [['yaml', 'PyYAML', byPyYaml, 0.99] as const] : []),
  ...(isInstalled('java') ? [['properties', 'Java', byJava, 0.99] as const] : []),
  ...(isInstalled('terraform') ? [['tfvars', 'Terraform', byTerraform, 0.6] as const] : []),
  ...(isInstalled('fish') ? [['fish', 'fish', byShell('fish', ['--no-config', '-c']), 0.7] as const] : []),
  ...(isInstalled('zsh') ? [['shell', 'zsh', byShell('zsh', ['-f', '-c']), 0.99] as const] : []),
  ...['mksh', 'ksh', 'yash'].filter(isInstalled).map((shell): Reader => ['shell', shell, byShell(shell, ['-c']), 0.99]),
  ...(isInstalled('docker-compose') && hasPyYaml ? [['dotenv', 'docker compose', byCompose, 0.25, BREAKS] as const] : []),
]

describe('every value is exact or refused', () => {
  it.for(READERS)('in %s, as read by %s', ([format, , read, share, unseen]) => exact(format, read, share, unseen))
})

describe('a value that a format cannot carry', () => {
  it.each<[ExportFormat, string]>([
    ['fish', 'a\ufdd0'],
    ['powershell', ''],
    ['cmd', ''],
    ['cmd', 'a"b'],
    ['cmd', 'a\nb'],
    ['cmd', 'é'],
    ['cmd', '%'.repeat(5000)],
    ['gitlab', 'a b'],
    ['gitlab', 'a\n'],
    ['github', 'a\r'],
    ['systemd', 'a\u0007'],
    ['systemd', 'a\rb'],
    ['systemd', 'a\ufdd0'],
    ['systemd', 'a\u{1ffff}'],
    ['tfvars', 'e\u0301'],
    ['docker', 'a\nb'],
  ])('is refused by %s with the path and without the value: %j', (format, value) => {
    expect(() => encoded(format, named([value === '' ? '' : `s3cret${value}`]))).toThrow('prod/v0')
    expect(() => encoded(format, named([value === '' ? '' : `s3cret${value}`]))).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('s3cret') }),
    )
  })

  it('is refused by every format: broken text', () => {
    for (const format of EXPORT_FORMATS) expect(() => encoded(format, named(['s3cret\ud800']))).toThrow('prod/v0')
  })

  it('is refused by every format that ends a text with NUL', () => {
    const taking = EXPORT_FORMATS.filter(format => fitting(format, ['a\0b']).length > 0)
    expect(taking.toSorted()).toEqual(['dotnet', 'json', 'k8s', 'yaml'])
    expect(parseYaml(encoded('yaml', named(['a\0b'])))).toEqual({ V0: 'a\0b' })
  })
})

describe('names', () => {
  it('are quoted if YAML would read them as something else', () => {
    const all = ['NO', 'y', 'Null', 'ON'].map(name => ({ name, value: 'x', origin: name }))
    expect(Object.keys(parseYaml(encoded('yaml', all), { version: '1.1' }))).toEqual(['NO', 'y', 'Null', 'ON'])
  })

  it('have sections in .NET, and are compared without case', () => {
    const variable = (name: string) => ({ name, value: 'x', origin: name })
    expect(JSON.parse(encoded('dotnet', [variable('Db__Url')]))).toEqual({ 'Db:Url': 'x' })
    expect(() => encoded('dotnet', [variable('A'), variable('a')])).toThrow('A and a would both be the key')
  })

  it('are checked for a Kubernetes Secret', () => {
    expect(encoded('k8s', named(['x']), { name: 'shop.env' })).toContain('name: "shop.env"')
    for (const name of ['', 'Shop', 'a_b', '-a', 'a..b', 'x'.repeat(254)])
      expect(() => encoded('k8s', named(['x']), { name })).toThrow('not a valid name')
    expect(() => encoded('k8s', named(['x'.repeat(1024 * 1024 + 1)]))).toThrow('more than 1 MiB')
  })

  it('can be absent: every reader accepts an empty file', () => {
    expect(parseYaml(encoded('yaml', []))).toEqual({})
    expect(parseYaml(encoded('k8s', []))).toMatchObject({ kind: 'Secret', data: {} })
    expect(encoded('nix', [])).toBe('{\n}\n')
  })
})
