import { Problem } from '../../problem.ts'

/** The input of `secrets set`: one path and its value, or `path=value` any number of times. */
export interface Assignment {
  readonly path: string
  /**
   * `-`, `@file`, or the value itself; if absent, it is prompted for, or read from stdin.
   */
  readonly word?: string | undefined
}

/**
 * Reads the words after `secrets set`. A path has no `=`, so the first word shows which form it is.
 * `asks` is whether stdin is a terminal, where values without a source are prompted for.
 * @throws Problem `usage` if they have neither form. No word is repeated: one of them could be a value.
 */
export function assignments(words: readonly string[], asks: boolean): Assignment[] {
  const [first, second] = words
  if (first === undefined) throw new Problem('usage', '`1claw secrets set` needs <path>.', { hint: HINT })
  if (first.includes('=')) return severalOf(words, asks)
  if (words.length > 2)
    throw new Problem(
      'usage',
      `\`1claw secrets set\` got ${words.length - 2 === 1 ? 'an argument' : `${words.length - 2} arguments`} too many.`,
      { hint: HINT },
    )
  return [{ path: first, word: second }]
}

const HINT = 'Write one secret as <path> [-|@file], or several as <path>=@file <path>=- …'

function severalOf(words: readonly string[], asks: boolean): Assignment[] {
  const all = words.map((word, index) => {
    const equals = word.indexOf('=')
    if (equals <= 0) throw new Problem('usage', `Argument ${index + 1} is not <path>=<value>.`, { hint: HINT })
    const value = word.slice(equals + 1)
    return { path: word.slice(0, equals), ...(value !== '' && { word: value }) }
  })
  const twice = all.find(({ path }, index) => all.findIndex(other => other.path === path) < index)
  if (twice) throw new Problem('usage', `${twice.path} is given twice.`)
  if (all.filter(({ word }) => word === '-' || (word === undefined && !asks)).length > 1) {
    throw new Problem('usage', 'Only one value can come from stdin.', {
      ...(asks ? {} : { hint: 'Use <path>=@file for the others: <path>= asks for the value, and that needs a terminal.' }),
    })
  }
  return all
}
