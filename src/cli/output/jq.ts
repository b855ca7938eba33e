import { Problem } from '../../problem.ts'

/** `--jq`: jq itself, compiled to WebAssembly. It has no access to files, the environment or the network, and is loaded only on request. */

/** The position of an error in jq's message. */
const FAULT = /^jq: error(?: \(at [^)]*\))?: (?<what>.*?)(?: at <top-level>(?:, line (?<line>\d+), column (?<column>\d+))?:?)?$/m

/** The part of jq's message after the type of a value: the value, or the start of it. */
const VALUE = / \((?<value>"(?:[^"\\]|\\.)*"?|[[{].*?[\]}.]|[^()"]*)\)/g

/**
 * Call this before anything irreversible.
 * @throws Problem `usage` with the position of the error
 */
export async function checkJq(expression: string): Promise<void> {
  // Without input nothing is run.
  const { exitCode, stderr } = await jq('', expression)
  if (exitCode === 0) return
  const { what = 'it is not a jq program', line, column } = FAULT.exec(stderr)?.groups ?? {}
  const place = line === undefined ? '' : ` (line ${line}, column ${column})`
  throw new Problem('usage', `The --jq expression is not valid: ${what}${place}.`)
}

/**
 * Applies the expression to a result and returns what `jq -rc` prints: strings raw, anything else as one line of JSON. `remarks` are the
 * expression's own, from `debug`.
 * @throws Problem `usage` if it fails on the result. It shows no value that the expression does not name.
 */
export async function jqText(expression: string, answer: unknown): Promise<{ text: string; remarks: string }> {
  const { exitCode, stdout, stderr } = await jq(JSON.stringify(answer), expression)
  if (exitCode !== 0) {
    const what = FAULT.exec(stderr)?.groups?.['what'] ?? 'it stopped by itself'
    throw new Problem('usage', `The --jq expression does not match the response: ${withoutValues(what, expression)}.`, {
      hint: 'The command succeeded; only its output could not be filtered. See all of it with --json.',
    })
  }
  const lines = stdout === '' ? [] : stdout.split('\n').map(line => (line.startsWith('"') ? String(JSON.parse(line)) : line))
  return { text: lines.map(line => `${line}\n`).join(''), remarks: stderr === '' ? '' : `${stderr}\n` }
}

async function jq(input: string, expression: string) {
  const { raw } = await import('jq-wasm')
  return raw(input, expression, ['-c', '--'])
}

function withoutValues(message: string, expression: string): string {
  return message.replace(VALUE, (whole, value: string) => (expression.includes(value.replaceAll('"', '')) ? whole : ''))
}
