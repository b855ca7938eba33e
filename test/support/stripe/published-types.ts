import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A parameter's type as it was on the wire: text, in objects and lists. */
export type Wired = string | readonly Wired[] | { readonly [name: string]: Wired }

interface Shape {
  readonly fields: ReadonlyMap<string, { readonly type: string; readonly optional: boolean }>
}

/** The declarations in a file of the package: interfaces and type aliases, by their qualified names. */
interface Declared {
  readonly shapes: ReadonlyMap<string, Shape>
  readonly aliases: ReadonlyMap<string, string>
}

const RESOURCES = join(dirname(fileURLToPath(import.meta.resolve('stripe'))), 'resources')
/** Types that every file of the package imports: text and numbers by any name. */
const METADATA = 'MetadataParam'

/**
 * Checks parameters against the types that the `stripe` package contains, which are generated from Stripe's published OpenAPI
 * specification. It understands only the syntax of parameters and throws for anything else, so nothing passes unchecked.
 */
export function publishedTypes(file: string, root: string) {
  const declared = declarationsOf(readFileSync(join(RESOURCES, `${file}.d.ts`), 'utf8'))
  if (!declared.shapes.has(root)) throw new Error(`The package declares no ${root} in ${file}.`)

  function ofShape(name: string, value: Wired, path: string): string[] {
    const { fields } = declared.shapes.get(name) as Shape
    if (typeof value === 'string' || Array.isArray(value)) return [`${path} is not an object`]
    const given = Object.entries(value)
    const unknown = given.filter(([key]) => !fields.has(key)).map(([key]) => `Received unknown parameter: ${at(path, key)}`)
    const missing = [...fields]
      .filter(([key, { optional }]) => !optional && !(key in value))
      .map(([key]) => `Missing required param: ${at(path, key)}`)
    const wrong = given.flatMap(([key, some]) => {
      const field = fields.get(key)
      return field ? ofType(field.type, name, some, at(path, key)) : []
    })
    return [...unknown, ...missing, ...wrong]
  }

  function ofType(type: string, scope: string, value: Wired, path: string): string[] {
    const options = type.split(' | ').filter(option => option !== 'OtherString')
    if (options.length > 1) {
      const faults = options.map(option => ofType(option, scope, value, path))
      return faults.find(each => each.length === 0) ?? [`${path} is none of ${type}`]
    }
    const [, wrapper, inner = ''] = /^(Array|Emptyable)<(.*)>$/.exec(type) ?? []
    if (wrapper === 'Emptyable') return value === '' ? [] : ofType(inner, scope, value, path)
    if (wrapper === 'Array') {
      if (!Array.isArray(value)) return [`${path} is not a list`]
      return value.flatMap((each, index) => ofType(inner, scope, each as Wired, `${path}[${index}]`))
    }
    if (type.startsWith("'")) return `'${String(value)}'` === type ? [] : [`${path} is not ${type}`]
    return ofName(type, scope, value, path)
  }

  function ofName(type: string, scope: string, value: Wired, path: string): string[] {
    if (type === 'string') return typeof value === 'string' ? [] : [`${path} is not text`]
    if (type === 'number') return /^-?\d+$/.test(String(value)) ? [] : [`Invalid integer: ${path}`]
    if (type === 'boolean') return /^(true|false)$/.test(String(value)) ? [] : [`Invalid boolean: ${path}`]
    if (type === METADATA) {
      const isFlat = typeof value === 'object' && Object.values(value).every(each => typeof each === 'string')
      return isFlat ? [] : [`${path} is not flat`]
    }
    for (const name of namesIn(scope, type)) {
      if (declared.shapes.has(name)) return ofShape(name, value, path)
      const alias = declared.aliases.get(name)
      if (alias !== undefined) return ofType(alias, name, value, path)
    }
    throw new Error(`The type ${type} of ${path} is not understood.`)
  }

  /** The faults of parameters, in Stripe's words. */
  return (value: Wired): string[] => ofShape(root, value, '')
}

const at = (path: string, key: string) => (path === '' ? key : `${path}[${key}]`)

/** The qualified names that a name could mean, the innermost namespace first; the shape itself is a namespace of its parts. */
function namesIn(scope: string, type: string): string[] {
  const parts = scope.split('.')
  return [...parts.keys(), parts.length].map(depth => [...parts.slice(0, parts.length - depth), type].join('.'))
}

function declarationsOf(source: string): Declared {
  const shapes = new Map<string, Shape>()
  const aliases = new Map<string, string>()
  const open: { readonly name?: string; readonly fields?: Map<string, { type: string; optional: boolean }> }[] = []
  const inside = () => open.flatMap(({ name }) => name ?? [])
  for (const raw of source.replace(/\/\*[\s\S]*?\*\//g, '').split('\n')) {
    const line = raw.trim().replace(/^export (declare )?|^declare /, '')
    const [, kind, name = ''] = /^(interface|namespace|class) ([\w.]+)/.exec(line) ?? []
    const field = /^(\w+)(\??): (.*);$/.exec(line)
    const alias = /^type (\w+) = (.*);$/.exec(line)
    if (line.endsWith('{')) {
      const fields = kind === 'interface' ? new Map<string, { type: string; optional: boolean }>() : undefined
      // An index signature or a class declares no parameter.
      open.push({ ...(kind && { name }), ...(fields && { fields }) })
      if (fields) shapes.set(inside().join('.'), { fields })
    } else if (line.startsWith('}')) open.pop()
    else if (alias) aliases.set([...inside(), alias[1]].join('.'), alias[2] ?? '')
    else if (field) open.at(-1)?.fields?.set(field[1] ?? '', { type: field[3] ?? '', optional: field[2] === '?' })
  }
  return { shapes, aliases }
}
