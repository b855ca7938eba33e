import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ESTree, parseSync } from 'vite'

/** A column as the stores see it. */
export interface Column {
  readonly table: string
  readonly column: string
  readonly type: 'text' | 'integer' | 'bytes'
  readonly isNullable: boolean
}

type Members = readonly ESTree.TSSignature[]

/** The columns that the interfaces of `server/db/schema` declare, in order. @throws Error for a type that no column has */
export function declaredColumns(root: string): Column[] {
  const shapes = shapesIn(join(root, 'server/db/schema'))
  const membersOf = (node: ESTree.TSType): Members => {
    if (node.type === 'TSTypeLiteral') return node.members
    if (node.type === 'TSIntersectionType') return node.types.flatMap(membersOf)
    return shapes.get(nameOf(node)) ?? []
  }
  const tables = [...shapes].filter(([name]) => name.endsWith('Schema')).flatMap(([, members]) => members)
  const columns = tables.flatMap(table =>
    membersOf(typeOf(table)).map(column => ({ table: keyOf(table), column: keyOf(column), ...kindOf(typeOf(column)) })),
  )
  return inOrder(columns)
}

export function schemaTable(columns: readonly Column[]): string {
  const lines = columns.map(({ table, column, type, isNullable }) => `${table}.${column} ${type}${isNullable ? ' null' : ''}`)
  return `${lines.join('\n')}\n`
}

export function inOrder(columns: readonly Column[]): Column[] {
  const name = ({ table, column }: Column) => `${table}.${column}`
  return columns.toSorted((a, b) => (name(a) < name(b) ? -1 : 1))
}

/** The interfaces of a folder, by name. */
function shapesIn(folder: string): Map<string, Members> {
  const statements = readdirSync(folder).flatMap(file => parseSync(file, readFileSync(join(folder, file), 'utf8')).program.body)
  const shapes = new Map<string, Members>()
  for (const statement of statements) {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declared?.type === 'TSInterfaceDeclaration') shapes.set(declared.id.name, declared.body.body)
  }
  return shapes
}

function typeOf(member: ESTree.TSSignature): ESTree.TSType {
  if (member.type === 'TSPropertySignature' && member.typeAnnotation) return member.typeAnnotation.typeAnnotation
  throw new Error('A schema has properties with a type, and nothing else.')
}

function keyOf(member: ESTree.TSSignature): string {
  if (member.type === 'TSPropertySignature' && member.key.type === 'Identifier') return member.key.name
  throw new Error('A table or column has a plain name.')
}

function nameOf(node: ESTree.TSType): string {
  return node.type === 'TSTypeReference' && node.typeName.type === 'Identifier' ? node.typeName.name : node.type
}

function kindOf(node: ESTree.TSType): Pick<Column, 'type' | 'isNullable'> {
  const [inner] = nameOf(node) === 'Generated' && node.type === 'TSTypeReference' ? (node.typeArguments?.params ?? []) : []
  if (inner) return kindOf(inner)
  const parts = node.type === 'TSUnionType' ? node.types : [node]
  const isNullable = parts.some(part => part.type === 'TSNullKeyword')
  const [type] = parts.filter(part => part.type !== 'TSNullKeyword').map(nameOf)
  if (type === 'TSStringKeyword' || type === 'TSLiteralType') return { type: 'text', isNullable }
  if (type === 'TSNumberKeyword') return { type: 'integer', isNullable }
  if (type === 'Uint8Array' || type === 'Buffer') return { type: 'bytes', isNullable }
  throw new Error(`No column has the type ${type}.`)
}
