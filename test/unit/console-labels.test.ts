import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT, sourceFiles } from '../support/house/files.ts'

/** One label for each action, in the whole console: the table in docs/style.md is the only list of them. */
const { verbs, names } = tablesOf(readFileSync(join(ROOT, 'docs/style.md'), 'utf8'))

describe('the labels of the console', () => {
  const files = sourceFiles().filter(({ path }) => /^server\/console\/.*\.tsx$/.test(path))

  it('start with a verb of docs/style.md, or are one of its names', () => {
    const found = files.flatMap(({ path, text }) => labelsIn(text).map(label => ({ path, label })))
    expect(found.length).toBeGreaterThan(150)
    expect(found.filter(({ label }) => !isKnown(label)).map(({ path, label }) => `${path}: ${label}`)).toEqual([])
  })

  it('have no name of the code among them, nor have titles of columns and panels', () => {
    const titles = files.flatMap(({ path, text }) =>
      Array.from(text.matchAll(/\btitle(?:: |=)['"]([^'"]*)['"]/g), ([, title = '']) => ({ path, title })),
    )
    expect(titles.length).toBeGreaterThan(150)
    expect(titles.filter(({ title }) => /[a-z][A-Z]|_/.test(title))).toEqual([])
  })

  it('leave no verb of docs/style.md unused', () => {
    const labels = files.flatMap(({ text }) => labelsIn(text))
    const unused = [...verbs, ...names].filter(word => !labels.some(label => begins(label, word)))
    expect(unused).toEqual([])
  })

  it('are found wherever a button, a dialog or a question has them', () => {
    const source = `
      <Button kind="primary" onClick={() => set(x > 1)}>
        Write it<span className="only-heard"> all of {name}</span>
      </Button>
      <button type="button">{busy ? 'Killing…' : 'Kill'}</button>
      <FormButtons onCancel={() => close()} busy={busy}>Fetch</FormButtons>
      <Dialog title="Make one" onClose={close}>
      <Confirm title={\`Withdraw \${name}?\`} verb="Zap" action={action}>`
    expect(labelsIn(source)).toEqual(['Write it', 'Kill', 'Fetch', 'Make one', 'Withdraw', 'Zap'])
    expect(labelsIn(source).filter(isKnown)).toEqual(['Withdraw'])
  })
})

function isKnown(label: string): boolean {
  return [...verbs, ...names].some(words => begins(label, words))
}

function begins(label: string, words: string): boolean {
  return label === words || label.startsWith(`${words} `)
}

/** The first column of the two tables below the heading. */
function tablesOf(style: string): { verbs: readonly string[]; names: readonly string[] } {
  const part = style.split('## Labels of the console')[1]?.split('\n## ')[0] ?? ''
  const [verbs = [], names = []] = part
    .split('\n\n')
    .filter(block => block.startsWith('|'))
    .map(table => Array.from(table.matchAll(/^\| ([^|]*[^| -]) *\|/gm), ([, word = '']) => word).slice(1))
  return { verbs, names }
}

/** The text on buttons, above dialogs and in questions; text for screen readers only, and text that changes, is left out. */
function labelsIn(source: string): string[] {
  const found: { at: number; text: string }[] = []
  for (const { index } of source.matchAll(/<(Button|button|FormButtons)\b/g))
    found.push({ at: index, text: childrenAt(source, index) })
  for (const match of source.matchAll(/<(?:Dialog|Confirm|EndShare|GrantDialog)\b[^<]*?\btitle=("[^"]*"|\{[^\n]*?\}(?=\s))/g))
    found.push({ at: match.index, text: match[1] ?? '' })
  for (const match of source.matchAll(/\b(?:verb|doneLabel)=("[^"]*"|\{'[^']*'\})/g))
    found.push({ at: match.index, text: match[1] ?? '' })
  return found.sort((a, b) => a.at - b.at).flatMap(({ text }) => wordsIn(text))
}

/** From after the opening tag to the closing one. */
function childrenAt(source: string, start: number): string {
  let [at, depth] = [start, 0]
  for (; at < source.length; at++) {
    const sign = source[at]
    if (sign === '{') depth++
    if (sign === '}') depth--
    if (sign === '>' && depth === 0 && source[at - 1] !== '=') break
  }
  if (source[at - 1] === '/') return ''
  return source.slice(at + 1, source.slice(at).search(/<\/([Bb]utton|FormButtons)>/) + at)
}

/** The possible texts: literals if an expression chooses between them, otherwise the text itself. */
function wordsIn(text: string): string[] {
  const visible = text.replace(/<span className="only-heard">[\s\S]*?<\/span>/g, '').replace(/<[^>]*>/g, '')
  const literals = Array.from(
    visible.matchAll(/'([^']*)'|"([^"]*)"|`([^`]*)`/g),
    ([, one, two, three]) => one ?? two ?? three ?? '',
  )
  const parts = literals.length > 0 ? literals : [visible]
  return parts
    .map(part => (part.split(/\$?\{/)[0] ?? '').replace(/\s+/g, ' ').trim().replace(/\?$/, ''))
    .filter(part => /[A-Za-z]/.test(part) && !/ing( it off| in| the account)?…$/.test(part) && /^[A-Z]/.test(part))
}
