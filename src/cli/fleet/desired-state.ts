/** The content of a file for `agents apply`. */
import type { Input } from '../../client/client.ts'
import { fitsGlob } from '../input/glob.ts'
import { nearest } from '../input/suggest.ts'
import { AUTH_METHODS, PERMISSIONS } from '../input/vocabulary.ts'
import type { FleetDocument, Path } from './document.ts'
import { type Faults, faultsOf } from './faults.ts'
import { AGENT_FIELDS, type AgentFields } from './fields.ts'
import { type Complain, flag, instant, isRecord, oneOf, pathPattern, type Read, text, texts, uuid } from './readers.ts'

type PolicyBody = Input<'policies.create'>['body']

/** A policy is described completely: absent fields are unset. */
export interface DesiredPolicy {
  /** Name or id. */
  readonly vault: string
  readonly pattern: string
  readonly permissions: PolicyBody['permissions']
  readonly expires_at?: string | undefined
  readonly conditions?: NonNullable<PolicyBody['conditions']> | undefined
  readonly path: Path
}

export interface DesiredAgent {
  readonly name: string
  /** Identifies the agent if the name does not. */
  readonly id?: string | undefined
  readonly authMethod?: (typeof AUTH_METHODS)[number] | undefined
  /** Absent: unchanged. An agent that was deactivated on purpose must not return because a file names it. */
  readonly active?: boolean | undefined
  /** `vault_ids` contains names or ids as they were written. */
  readonly fields: AgentFields
  /** Absent: its policies are ignored. */
  readonly policies?: readonly DesiredPolicy[] | undefined
  readonly path: Path
}

export interface DesiredState {
  /** The file manages the agents whose name matches this, and no others. */
  readonly match?: string | undefined
  readonly agents: readonly DesiredAgent[]
}

const METHOD_FIELDS = {
  api_key: [],
  mtls: ['client_cert_fingerprint'],
  oidc_client_credentials: ['oidc_issuer', 'oidc_client_id'],
} as const
const OWN_WORDS = ['name', 'id', 'auth_method', 'is_active', 'policies']
const POLICY_WORDS = ['vault', 'path', 'permissions', 'expires_at', 'conditions']

/** @throws Problem `config.invalid` with every fault and its line. */
export function desiredStateOf(document: FleetDocument): DesiredState {
  const faults = faultsOf(document)
  const reader = readerOf(faults)
  const top = reader.record(document.value, [], ['agents', 'match'])
  const match = reader.given(top, 'match', [], text(255))
  const list: unknown[] = Array.isArray(top?.['agents']) ? top['agents'] : []
  if (top && !Array.isArray(top['agents'])) faults.add(['agents'], 'must be a list of agents')
  const agents = list.flatMap((item, index) => agentOf(item, ['agents', index], reader, faults) ?? [])
  refuseTwins(agents, faults)
  for (const { name, path } of agents) {
    if (match !== undefined && !fitsGlob(match, name)) faults.add([...path, 'name'], `does not match \`match: ${match}\``)
  }
  faults.check()
  return { match, agents }
}

function agentOf(item: unknown, path: Path, reader: Reader, faults: Faults): DesiredAgent | undefined {
  const record = reader.record(item, path, [...OWN_WORDS, ...Object.keys(AGENT_FIELDS)])
  if (!record) return undefined
  const name = reader.needed(record, 'name', path, text(255))
  const authMethod = reader.given(record, 'auth_method', path, oneOf(AUTH_METHODS))
  const fields: Record<string, unknown> = {}
  for (const [word, { api, read, always }] of Object.entries(AGENT_FIELDS)) {
    if (!Object.hasOwn(record, word)) continue
    if (record[word] === null && !always) fields[api] = null
    else fields[api] = read(record[word], reader.complain([...path, word]))
  }
  for (const needed of METHOD_FIELDS[authMethod ?? 'api_key']) {
    if (fields[needed] === undefined && record[needed] === undefined) faults.add(path, `needs ${needed} for ${authMethod}`)
  }
  const policies = record['policies']
  if (policies !== undefined && !Array.isArray(policies)) faults.add([...path, 'policies'], 'must be a list; [] for none')
  return name === undefined
    ? undefined
    : {
        name,
        id: reader.given(record, 'id', path, uuid)?.toLowerCase(),
        authMethod,
        active: reader.given(record, 'is_active', path, flag),
        fields: fields as AgentFields,
        policies: Array.isArray(policies)
          ? policies.flatMap((policy, index) => policyOf(policy, [...path, 'policies', index], reader) ?? [])
          : undefined,
        path,
      }
}

function policyOf(item: unknown, path: Path, reader: Reader): DesiredPolicy | undefined {
  const record = reader.record(item, path, POLICY_WORDS)
  if (!record) return undefined
  const vault = reader.needed(record, 'vault', path, text(255))
  const pattern = reader.needed(record, 'path', path, pathPattern)
  const permissions = reader.needed(record, 'permissions', path, permissionList)
  const conditions = reader.given(record, 'conditions', path, (value, complain) =>
    isRecord(value) ? value : complain('must be a map'),
  )
  const expires_at = reader.given(record, 'expires_at', path, instant)
  if (vault === undefined || pattern === undefined || permissions === undefined) return undefined
  return { vault, pattern, permissions, expires_at, conditions: conditions as DesiredPolicy['conditions'], path }
}

const permissionList: Read<DesiredPolicy['permissions']> = (value, complain) => {
  const read = texts(PERMISSIONS.length, oneOf(PERMISSIONS))(value, complain)
  if (read && read.length === 0) return complain('must name at least one permission')
  return read as DesiredPolicy['permissions'] | undefined
}

function refuseTwins(agents: readonly DesiredAgent[], faults: Faults): void {
  const seen = new Set<string>()
  for (const { name, id, path } of agents) {
    for (const [word, value] of Object.entries({ name, id })) {
      if (value === undefined) continue
      if (seen.has(`${word} ${value}`)) faults.add([...path, word], 'is in the file twice')
      seen.add(`${word} ${value}`)
    }
  }
}

type Record_ = Record<string, unknown>

interface Reader {
  complain(path: Path): Complain
  /** A map with only known keys, and keys that start with `x-`, which can hold repeated parts. */
  record(value: unknown, path: Path, words: readonly string[]): Record_ | undefined
  /** A key without a value is an error: its author must have intended something. */
  given<T>(record: Record_ | undefined, word: string, path: Path, read: Read<T>): T | undefined
  needed<T>(record: Record_, word: string, path: Path, read: Read<T>): T | undefined
}

function readerOf(faults: Faults): Reader {
  const complain =
    (path: Path): Complain =>
    (message, below = []) =>
      void faults.add([...path, ...below], message)
  const reader: Reader = {
    complain,
    record(value, path, words) {
      if (!isRecord(value)) return complain(path)('must be a map')
      for (const word of Object.keys(value).filter(each => !words.includes(each) && !each.startsWith('x-'))) {
        const close = nearest(word, words)
        faults.add([...path, word], `is not a known field${close ? `; did you mean ${close}?` : ''}`)
      }
      return value
    },
    given: (record, word, path, read) => {
      const value = record?.[word]
      if (value === null) return complain([...path, word])('must not be empty')
      return value === undefined ? undefined : read(value, complain([...path, word]))
    },
    needed(record, word, path, read) {
      if (record[word] === undefined) return complain(path)(`needs ${word}`)
      return reader.given(record, word, path, read)
    },
  }
  return reader
}
