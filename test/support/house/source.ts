import { posix } from 'node:path'
import { type ESTree, parseSync, Visitor } from 'vite'
import { pageReadsIn } from './page-reads.ts'
import { sleepsIn } from './sleeps.ts'

/** A file of the repository: its path below the root, with `/`. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** How a module is imported: `type` imports do not exist at run time. */
export type Reach = 'value' | 'type' | 'dynamic'

export interface Reference {
  /** The path below the root for a module of ours, the specifier as written for a package; `?` if it is computed. */
  readonly target: string
  /** It is a module of this repository, or could be. */
  readonly ours: boolean
  readonly reach: Reach
}

/** A function of an object that another function returns, as every store does. */
export interface Method {
  readonly name: string
  /** Its parameters by name; a destructured parameter counts as its fields. `type` is the name of the type, empty without one. */
  readonly parameters: readonly { readonly name: string; readonly type: string }[]
}

/** The facts of a file that the rules of the house judge. */
export interface Facts {
  readonly path: string
  readonly lines: number
  readonly references: readonly Reference[]
  readonly exportsAll: boolean
  /** Chains of names that are read or called: `process.env`, `vi.mock`, `it.skip.each`. */
  readonly members: readonly string[]
  /** Those of `members` that are called. */
  readonly calls: readonly string[]
  /** Operands of comparisons with the numbers 0 and 1, as chains of names. */
  readonly comparedToBits: readonly string[]
  /** Casts by their types, from the inside out: `any`, `unknown`, `…`. */
  readonly casts: readonly (readonly string[])[]
  readonly comments: readonly string[]
  /** Waits for a fixed time that are not the pause of a loop: `setTimeout(resolve, 300)`. */
  readonly sleeps: readonly string[]
  /** Reads of a page that are judged at once: `expect(await button.count())`. */
  readonly pageReads: readonly string[]
  readonly methods: readonly Method[]
}

/** @throws Error if the file cannot be parsed: a rule must not pass because it saw nothing. */
export function factsOf({ path, text }: SourceFile): Facts {
  const { program, comments, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`)
  const references: Reference[] = []
  const members: string[] = []
  const calls: string[] = []
  const comparedToBits: string[] = []
  const casts: string[][] = []
  const methods: Method[] = []
  let exportsAll = false
  const refer = (specifier: string, reach: Reach) => references.push({ ...targetOf(path, specifier), reach })
  const cast = (node: ESTree.TSAsExpression | ESTree.TSTypeAssertion) => casts.push(castChain(node))

  new Visitor({
    ImportDeclaration: node => refer(node.source.value, node.importKind === 'type' ? 'type' : 'value'),
    ExportNamedDeclaration: node => node.source && refer(node.source.value, node.exportKind === 'type' ? 'type' : 'value'),
    ExportAllDeclaration: node => {
      exportsAll = true
      refer(node.source.value, node.exportKind === 'type' ? 'type' : 'value')
    },
    ImportExpression: node => refer(literalOf(node.source), 'dynamic'),
    TSImportType: node => refer(node.source.value, 'type'),
    NewExpression: node => {
      const [first] = node.arguments
      const isUrl = node.callee.type === 'Identifier' && node.callee.name === 'URL' && node.arguments.length === 2
      if (isUrl && first && /\.(ts|tsx|js)$/.test(literalOf(first))) refer(literalOf(first), 'dynamic')
    },
    MemberExpression: node => members.push(chainOf(node)),
    CallExpression: node => calls.push(chainOf(node.callee)),
    BinaryExpression: node => {
      if (/^[!=]==?$/.test(node.operator) && isBit(node.right)) comparedToBits.push(chainOf(node.left))
    },
    ReturnStatement: node => {
      if (node.argument?.type === 'ObjectExpression') methods.push(...methodsOf(node.argument))
    },
    TSAsExpression: cast,
    TSTypeAssertion: cast,
  }).visit(program)

  return {
    path,
    lines: lineCount(text),
    references,
    exportsAll,
    members,
    calls,
    comparedToBits,
    casts,
    comments: comments.map(comment => comment.value),
    sleeps: sleepsIn(program, text),
    pageReads: pageReadsIn(program, text),
    methods,
  }
}

function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}

/** `../../dist/src/x.js`, `./x.ts` → `src/x.ts`, `…/x.ts`: a built file counts as its source. */
function targetOf(path: string, specifier: string): Omit<Reference, 'reach'> {
  if (!specifier.startsWith('.')) return { target: specifier, ours: specifier.startsWith('?') }
  const target = posix.normalize(posix.join(posix.dirname(path), specifier))
  return { target: target.startsWith('dist/') ? target.slice('dist/'.length).replace(/\.js$/, '.ts') : target, ours: true }
}

/** The text of a string literal; `?` where the specifier is computed, which no rule allows for our own rooms. */
function literalOf(node: ESTree.Node): string {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type === 'TemplateLiteral') return node.quasis.map(quasi => quasi.value.cooked ?? '').join('?')
  return '?'
}

/** `a.b.c` for identifiers, also written `a['b'].c` and `a?.b`; calls and other expressions in it are `()` and `…`. */
function chainOf(node: ESTree.Node): string {
  if (node.type === 'Identifier') return node.name
  if (node.type === 'ChainExpression' || node.type === 'ParenthesizedExpression') return chainOf(node.expression)
  if (node.type === 'TSNonNullExpression') return chainOf(node.expression)
  if (node.type === 'CallExpression') return `${chainOf(node.callee)}()`
  if (node.type === 'MemberExpression') return `${chainOf(node.object)}.${propertyOf(node)}`
  return '…'
}

function propertyOf(node: ESTree.MemberExpression): string {
  const { property } = node
  if (property.type === 'Literal') return String(property.value)
  return !node.computed && 'name' in property && typeof property.name === 'string' ? property.name : '…'
}

function methodsOf(object: ESTree.ObjectExpression): Method[] {
  return object.properties.flatMap(property => {
    if (property.type !== 'Property' || property.key.type !== 'Identifier') return []
    const { value } = property
    if (value.type !== 'FunctionExpression' && value.type !== 'ArrowFunctionExpression') return []
    return [{ name: property.key.name, parameters: value.params.flatMap(parametersOf) }]
  })
}

function parametersOf(node: ESTree.Node): { name: string; type: string }[] {
  if (node.type === 'AssignmentPattern') return parametersOf(node.left)
  if (node.type !== 'Identifier' && node.type !== 'ObjectPattern') return []
  const type = node.typeAnnotation?.typeAnnotation
  const known = type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier' ? type.typeName.name : ''
  if (node.type === 'Identifier') return [{ name: node.name, type: known }]
  return node.properties.map(property => {
    const name = property.type === 'Property' && property.key.type === 'Identifier' ? property.key.name : '…'
    return { name, type: known }
  })
}

function isBit(node: ESTree.Node): boolean {
  return node.type === 'Literal' && (node.value === 0 || node.value === 1)
}

function castChain(node: ESTree.Node): string[] {
  if (node.type !== 'TSAsExpression' && node.type !== 'TSTypeAssertion') return []
  const inner = node.expression.type === 'ParenthesizedExpression' ? node.expression.expression : node.expression
  return [...castChain(inner), KEYWORDS[node.typeAnnotation.type] ?? '…']
}

const KEYWORDS: Record<string, string> = { TSAnyKeyword: 'any', TSUnknownKeyword: 'unknown' }
