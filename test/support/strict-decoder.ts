import { type ContractType, fieldOf } from './contract.ts'

const FORMS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: value => typeof value === 'string',
  uuid: value => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  uri: value => typeof value === 'string' && URL.canParse(value),
  email: value => typeof value === 'string' && value.includes('@'),
  'date-time': value => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value),
  integer: value => Number.isSafeInteger(value),
  int64: value => Number.isSafeInteger(value),
  number: value => typeof value === 'number',
  boolean: value => typeof value === 'boolean',
  object: value => typeof value === 'object' && value !== null && !Array.isArray(value),
  null: value => value === null,
  text: value => typeof value === 'string',
}

/**
 * The faults of a reply for a strict client, which knows exactly these fields and refuses any other.
 * @param beyond further fields that the operation is known to send, by name
 */
export function decodingFaults(value: unknown, type: ContractType, beyond: readonly string[], path = '$'): string[] {
  if (Array.isArray(type)) {
    if (!Array.isArray(value)) return [`${path} is no list`]
    return value.flatMap((each, index) => decodingFaults(each, type[0] as ContractType, beyond, `${path}[${index}]`))
  }
  if (typeof type === 'string') return isOf(value, type) ? [] : [`${path} is ${JSON.stringify(value)} where ${type} is expected`]
  if (!FORMS['object']?.(value)) return [`${path} is no object`]
  return fieldFaults(value as Record<string, unknown>, type as Record<string, ContractType>, beyond, path)
}

function fieldFaults(
  object: Record<string, unknown>,
  type: Readonly<Record<string, ContractType>>,
  beyond: readonly string[],
  path: string,
): string[] {
  const known = new Map(Object.entries(type).map(([written, inner]) => [fieldOf(written).name, { ...fieldOf(written), inner }]))
  const missing = [...known.values()]
    .filter(({ name, optional }) => !optional && !Object.hasOwn(object, name))
    .map(({ name }) => `${path}.${name} is missing`)
  const present = Object.entries(object).flatMap(([name, value]) => {
    const field = known.get(name)
    if (field) return decodingFaults(value, field.inner, beyond, `${path}.${name}`)
    return beyond.includes(name) ? [] : [`${path}.${name} is not known`]
  })
  return [...missing, ...present]
}

function isOf(value: unknown, type: string): boolean {
  const [bare = ''] = type.split(' ')
  return bare.split('|').some(each => FORMS[each]?.(value) ?? value === each)
}
