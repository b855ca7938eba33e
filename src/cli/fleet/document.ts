import { basename } from 'node:path'
import type { Document, Node, Pair } from 'yaml'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { bytesOf } from '../context/terminal.ts'
import { contentOf } from '../input/text-argument.ts'

export type Path = readonly (string | number)[]

/** A YAML or JSON file as plain data, with the position of each part. */
export interface FleetDocument {
  readonly value: unknown
  /** `agents.yaml:12 agents[3].scopes`: the position of the value at the path, or of the nearest one. */
  place(path: Path): string
}

const MAX_BYTES = 5 * 1024 * 1024

/** @throws Problem `config.invalid` for invalid YAML, with line and column */
export async function readDocument(context: Context, file: string): Promise<FleetDocument> {
  const name = file === '-' ? 'stdin' : basename(file)
  const text = await textOf(context, file)
  const { LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  // `merge`: shared fields are written once, `<<: *defaults`.
  const document = parseDocument(text, { lineCounter: lines, merge: true, version: '1.2', logLevel: 'error' })
  const [error] = document.errors
  if (error) {
    const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 }
    throw new Problem('config.invalid', `${name}:${line}:${col} ${error.message.split(/ at line |\n/)[0]}.`)
  }
  return {
    value: plain(document, name),
    place: path => `${name}:${lines.linePos(offsetOf(document, path)).line} ${words(path)}`.trimEnd(),
  }
}

async function textOf(context: Context, file: string): Promise<string> {
  const bytes = file === '-' ? await bytesOf(context.stdin) : contentOf(context, file)
  if (bytes.length > MAX_BYTES) throw new Problem('config.invalid', `${file} is larger than 5 MiB.`)
  return bytes.toString('utf8')
}

/** Dangling or excessively repeated aliases are found only here. */
function plain(document: Document.Parsed, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 10_000 })
  } catch (error) {
    throw new Problem('config.invalid', `${name}: ${error instanceof Error ? error.message : 'its aliases cannot be resolved'}.`)
  }
}

/** The offset of the node nearest to the path: a value from an alias or a merge has no position of its own. */
function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true) as
      | { readonly items?: readonly (Pair<Node, Node> | Node)[] }
      | undefined
    const last = path[length - 1]
    const item = parent?.items?.find((each, index) => ('key' in each ? keyOf(each) === last : index === last))
    const node = item && ('key' in item ? item.key : item)
    if (node?.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}

function keyOf(pair: Pair<Node, Node>): unknown {
  return 'value' in pair.key ? pair.key.value : undefined
}

function words(path: Path): string {
  return path
    .map(step => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '')
}
