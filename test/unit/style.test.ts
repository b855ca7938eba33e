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
  /\bthat is no\b/i,
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
  /\bfor nothing\b/i,
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
