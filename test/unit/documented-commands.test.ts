import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { canonical } from '../../src/cli/oclif/aliases.ts'
import { ROOT } from '../support/house/files.ts'

interface Flag {
  readonly name: string
  readonly char?: string
  readonly type: string
  readonly allowNo?: boolean
  readonly options?: readonly string[]
}

interface Command {
  readonly id: string
  readonly flags: Readonly<Record<string, Flag>>
}

const { commands } = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as { commands: Record<string, Command> }
const topics = new Set(Object.keys(commands).flatMap(id => id.split(':').map((_, at, all) => all.slice(0, at).join(':'))))

const pages = (folder: string) =>
  readdirSync(join(ROOT, folder)).flatMap(name => (name.endsWith('.md') ? [join(folder, name)] : []))
const DOCUMENTS = ['README.md', 'SECURITY.md', ...pages('docs'), ...pages('docs/guides')]

/** Command lines of the program in the blocks and code of a page, up to where the shell continues. */
function linesIn(document: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8').replaceAll('\\\n', ' ')
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => block.split('\n'))
  // Quoted code ends with its paragraph.
  const paragraphs = text.replace(/^```\w*\n[\s\S]*?^```$/gm, '').split(/\n\s*\n/)
  const inline = paragraphs.flatMap(part => [...part.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code))
  // Expressions of the shell are not words of ours, and `[…]` marks an optional part.
  const plain = [...blocks, ...inline].map(line => line.replace(/\$\([^)]*\)/g, 'x').replace(/\[=[^\]]*\]/g, ''))
  return plain.flatMap(line =>
    [...line.matchAll(/(?:^|[\s(;|&"'])1claw ([a-z-](?:(?!, or | 1claw )[^|;&)\n])*)/g)].map(([, words = '']) =>
      words.replace(/\s#.*$/, '').trim(),
    ),
  )
}

/** The fault of a line; undefined for one that is only mentioned (`1claw …`). */
function faultOf(line: string): string | undefined {
  const words = canonical(line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map(word => word.replace(/^["'`]|["'`]$/g, ''))
  if (words[0] === undefined || words[0].startsWith('-')) return undefined
  const command = commandOf(words)
  if (!command) return topics.has(idOf(words)) ? undefined : `1claw ${line}: no such command`
  const dashes = words.indexOf('--')
  const own = words.slice(0, dashes === -1 ? undefined : dashes)
  const wrong = own.filter(word => /^--?[a-z]/.test(word)).find(word => !fits(command, word))
  return wrong && `1claw ${line}: ${wrong}`
}

const idOf = (words: readonly string[]) => words.filter(word => /^[a-z-]+$/.test(word)).join(':')

function commandOf(words: readonly string[]): Command | undefined {
  for (const count of [3, 2, 1]) {
    const found = commands[words.slice(0, count).join(':')]
    if (found) return found
  }
  return undefined
}

function fits({ flags }: Command, word: string): boolean {
  const [name = '', value] = word.split('=')
  if (['--help', '-h'].includes(name)) return true
  const flag = Object.values(flags).find(
    flag => name === `--${flag.name}` || name === `-${flag.char}` || (flag.allowNo && name === `--no-${flag.name}`),
  )
  if (!flag || (flag.type === 'boolean' && value !== undefined)) return false
  return value === undefined || !flag.options || value.split('|').every(one => flag.options?.includes(one) || /[<…]/.test(one))
}

describe('a command line in a document', () => {
  it.each(DOCUMENTS)('exists: %s', document => {
    expect(linesIn(document).flatMap(line => faultOf(line) ?? [])).toEqual([])
  })

  it('is found in the documents', () => {
    expect(linesIn('README.md').length).toBeGreaterThan(10)
    expect(faultOf('secrets gte a')).toContain('no such command')
    expect(faultOf('run --masc -- true')).toContain('--masc')
    expect(faultOf('secrets list --json=1')).toContain('--json=1')
    expect(faultOf('export --format=shel')).toContain('--format=shel')
  })
})

describe('a message of the troubleshooting guide', () => {
  const guide = readFileSync(join(ROOT, 'docs/guides/troubleshooting.md'), 'utf8')
  const messages = [...guide.matchAll(/^\| `([^`]+)`/gm)].map(([, message = '']) => message)
  const sources = ['src', 'server', 'commands']
    .flatMap(folder =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.ts'))
        .map(name => readFileSync(join(ROOT, folder, name), 'utf8')),
    )
    .join('\n')
    .replace(/\\?`/g, '')

  it.each(messages)('is one that the program prints: %s', message => {
    // The text between these is a placeholder.
    const pieces = message.split(/…|[:,(]/).map(piece => piece.trim())
    expect(pieces.filter(piece => piece.length >= 10 && /[a-z]{3}/.test(piece) && !sources.includes(piece))).toEqual([])
    expect(pieces.some(piece => piece.length >= 8)).toBe(true)
  })
})
