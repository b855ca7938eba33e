import { type Document, isAlias, isScalar, parseAllDocuments, Scalar, visit } from 'yaml'
import { Problem } from '../../problem.ts'
import { Unreadable } from './entry.ts'

/** Tags of YAML itself; any other is only known to a certain tool. */
const OWN_TAGS = 'tag:yaml.org,2002:'

/**
 * The documents of a text, with literal scalars: 010, 1.10 and yes are texts. Merge keys (`<<`) are resolved, null is not a text, and
 * `!!binary` is bytes. A tag of another tool makes a value `Unreadable`.
 * @throws Problem `usage` naming the file and, if possible, the line
 */
export function yamlDocuments(text: string, name: string): unknown[] {
  const documents = [...parseAllDocuments(text, { schema: 'failsafe', merge: true, resolveKnownTags: false })]
  const filled = documents.filter(({ contents, errors }) => errors.length > 0 || !(isScalar(contents) && contents.value === ''))
  return (filled.length > 0 ? filled : documents.slice(0, 1)).map(document => {
    const [fault] = document.errors
    if (!fault) return resolved(document, name)
    const line = fault.linePos?.[0].line
    throw new Problem('usage', `${name} is not valid YAML${line === undefined ? '' : ` (line ${line})`}.`)
  })
}

/** A few lines can expand to gigabytes: the parser counts how often aliases are resolved. */
function resolved(document: Document, name: string): unknown {
  visit(document, { Node: (place, node) => (place === 'key' || isAlias(node) ? undefined : meant(node)) })
  try {
    return document.toJS()
  } catch {
    throw new Problem('usage', `${name} has aliases that are undefined or expand to too much.`)
  }
}

/** The replacement for a node; undefined if it is not changed. */
function meant(node: { readonly tag?: string; readonly anchor?: string }): Scalar | undefined {
  const { tag } = node
  if (tag !== undefined && !tag.startsWith(OWN_TAGS) && tag !== '!')
    return inPlaceOf(node, new Unreadable('only the tool whose tag they have can work them out'))
  if (!(node instanceof Scalar) || typeof node.value !== 'string') return undefined
  if (tag === `${OWN_TAGS}binary`) return inPlaceOf(node, Buffer.from(node.value, 'base64'))
  const isNull = node.type === Scalar.PLAIN && tag === undefined && /^(~|null|Null|NULL)$/.test(node.value)
  return isNull || tag === `${OWN_TAGS}null` ? inPlaceOf(node, null) : undefined
}

function inPlaceOf({ anchor }: { readonly anchor?: string }, value: unknown): Scalar {
  const scalar = new Scalar(value)
  if (anchor !== undefined) scalar.anchor = anchor
  return scalar
}
