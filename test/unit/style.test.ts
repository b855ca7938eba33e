import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../support/house/files.ts'

/** Phrases that docs/style.md replaces. */
const REFUSED = [
  /\bnobody (is there|can be asked)\b/i,
  /\bit is not (said|known)\b/i,
  /\bthat stand so\b/i,
  /\bfor admins of the platform\b/i,
  /(?<!\bthere )\bis no (agent|vault|reference|export|member|PEM|valid|jq|JSON|link)\b/i,
  /\bthat is no\b(?! longer)/i,
  /\banew\b/i,
  /\bnot begun\b/i,
  /\bas (it|they) should be\b/i,
  /\bwhom (it|this) is for\b/i,
  /\bat most so many\b/i,
  /\b(how you are called|what it is called)\b/i,
  /\bturn(ed)? away\b/i,
  /\bunless told\b/i,
  /\bfor good\b/i,
  /\bwhat is absent stays\b/i,
  /\bsay what is to change\b/i,
  /\bwent wrong inside this program\b/i,
  /\bof late\b/i,
  /\bstays? ended\b/i,
  /\bas the server is set up\b/i,
  /\b(work|works) no more\b/i,
  /\bbegun afresh\b/i,
  /\bfor nothing\b(?! else)/i,
  /\bstands beside\b/i,
  /\bworks? for .{1,20} still\b/i,
  /\bwhoever\b/i,
  /\bexclude each other\b/i,
  /\bthat fit\b/i,
  /\bbeside (?!the point)\b/i,
  /\bleads? nowhere\b/i,
  /\blies? there\b/i,
  /\btells? for everybody\b/i,
  /\b(be|are|is) told apart\b/i,
  /\b(vault|agent|secret|file) called\b/i,
  /\b(has|have) become of\b/i,
  /\b(goes|go|went) on (after|with|from|by|until)\b/i,
  /\blies? in the (future|past)\b/i,
  /\bin vain\b/i,
  /\bso far as\b/i,
  /\bby turns\b/i,
  /\b(be|is|are) to be had\b/i,
  /\bas (it|they) stands?\b/i,
  /\bunder (neither )?(a passphrase|shares)\b/i,
  /(?<!\bthere )\bis no (address|domain|secret|path|name|text|number|value)\b/i,
  /\bfor who\b/i,
]

const FOLDERS = ['commands', 'src', 'server', 'server/console']

/** It quotes the phrases. */
const THIS_FILE = 'test/unit/style.test.ts'

/** More phrases that comments and documents do not use. */
const ALSO_REFUSED = [
  /\b(told|tells?) of\b/i,
  /\bunder way\b/i,
  /\bat hand\b/i,
  /\bfor ever\b/i,
  /\bafresh\b/i,
  /\bmeanwhile\b/i,
  /\bwhat (came|becomes?|became) of\b/i,
  /\b(in|at most|exactly|within|for) so many\b/i,
  /\bgo(es)? on\b/i,
  /\bgone on with\b/i,
  /\bgives? back\b/i,
  /\b(is|are) held to\b/i,
  /\bwhen absent\b/i,
]

describe('user-facing texts', () => {
  it.each(FOLDERS)('of %s contain no phrase of the word list', folder => {
    expect(sourcesIn(folder).flatMap(file => findingsIn(file))).toEqual([])
  })

  it('are searched in every kind of string', () => {
    const source = ["'Nobody is there.'", '"That is no key."', '`Start anew.`', '<p>Gone for good.</p>'].join('\n')
    expect(findings(source)).toHaveLength(4)
    expect(findings('// Nobody is there.\n/** Started anew. */\n * for good')).toEqual([])
  })
})

describe('comments and documents', () => {
  it.each([...FOLDERS, 'test', 'scripts'])('of %s contain no phrase of the word list', folder => {
    const files = sourcesIn(folder).filter(file => file !== THIS_FILE)
    expect(files.flatMap(file => refusedIn(file, commentsOf))).toEqual([])
  })

  it('of docs contain no phrase of the word list', () => {
    const pages = ['docs', 'docs/guides', 'docs/decisions', '.'].flatMap(folder =>
      readdirSync(join(ROOT, folder)).flatMap(name => (name.endsWith('.md') && name !== 'style.md' ? [join(folder, name)] : [])),
    )
    expect(pages.flatMap(page => refusedIn(page, paragraphsOf))).toEqual([])
  })

  it('are searched across line ends, without code', () => {
    expect(commentsOf('/**\n * It is under\n * way.\n */\nconst a = 1 // at hand').map(isRefused)).toEqual([true, true])
    expect(commentsOf('// `meanwhile` is a name').map(isRefused)).toEqual([false])
  })
})

const isRefused = (text: string) => [...REFUSED, ...ALSO_REFUSED].some(phrase => phrase.test(text))

function refusedIn(file: string, textsOf: (content: string) => string[]): string[] {
  const texts = textsOf(readFileSync(join(ROOT, file), 'utf8'))
  return texts.filter(isRefused).map(text => `${file}: ${text}`)
}

/** The comments of a source, each on one line, without quoted code. */
function commentsOf(source: string): string[] {
  const comments = source.match(/^[ \t]*\{?\/\*[\s\S]*?\*\/|(?:^|[ \t])\/\/ .*(?:\n[ \t]*\/\/ .*)*/gm) ?? []
  return comments.map(comment => plain(comment.replace(/\n[ \t]*(\*(?!\/)|\/\/)/g, ' ')))
}

/** The paragraphs of a document, each on one line, without code and links. */
function paragraphsOf(document: string): string[] {
  return document
    .replace(/^```[\s\S]*?^```$/gm, '')
    .split(/\n\s*\n|\n(?=\s*[-*|] )/)
    .map(plain)
}

const plain = (text: string) =>
  text
    .replace(/`[^`]*`|\]\([^)]*\)/g, '')
    .replace(/\s+/g, ' ')
    .trim()

function sourcesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => /\.tsx?$/.test(name) && !(folder === 'server' && name.startsWith('console')))
    .map(name => join(folder, name))
    .sort()
}

function findingsIn(file: string): string[] {
  return findings(readFileSync(join(ROOT, file), 'utf8')).map(line => `${file}: ${line}`)
}

/** The lines with a refused phrase, without comments. */
function findings(source: string): string[] {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .map(line => line.trim())
    .filter(line => !/^(\/\/|\*)/.test(line))
    .map(line => line.replace(/\s\/\/ .*$/, ''))
    .filter(line => REFUSED.some(phrase => phrase.test(line)))
}
