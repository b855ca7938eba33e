import { Problem } from '../../../problem.ts'
import { type Entry, isRecord, leftOut, recordsOf, type Source, textOf } from '../entry.ts'
import { treeSource } from './tree.ts'

/** What Doppler adds to every config. */
const DOPPLERS_OWN = ['DOPPLER_PROJECT', 'DOPPLER_CONFIG', 'DOPPLER_ENVIRONMENT']

/** `doppler secrets download --no-file --format json`, or `doppler secrets --json`. */
export function dopplerSource(value: unknown): Source {
  if (!isRecord(value)) return treeSource(value)
  const flat = Object.entries(value)
    .filter(([name]) => !DOPPLERS_OWN.includes(name))
    .map(([name, inner]) => [name, isRecord(inner) ? (inner['computed'] ?? inner['raw']) : inner])
  return treeSource(Object.fromEntries(flat))
}

/**
 * `infisical export --format json` or `infisical secrets --output json`, and other lists of names and values, such as `bws secret list`.
 * @throws Problem `usage` when it is not a list of names and values.
 */
export function infisicalSource(value: unknown): Source {
  const items = recordsOf(value).map(item => ({
    name: textOf(item['secretKey'] ?? item['key']),
    value: item['secretValue'] ?? item['value'],
    folder: textOf(item['secretPath'] ?? item['path']) ?? '',
  }))
  if (items.length === 0 || items.some(({ name }) => name === undefined))
    throw new Problem('usage', 'The file is not a list of secrets with a key and a value each.')
  const named = items.map(({ name = '', value: text, folder }) => ({
    names: [...folder.split('/').filter(Boolean), name],
    value: text,
  }))
  const filled = named.flatMap(({ names, value: text }): Entry[] =>
    textOf(text) === undefined ? [] : [{ names, value: String(text) }],
  )
  const empty = named.filter(({ value: text }) => textOf(text) === undefined).map(({ names }) => names.join('/'))
  return { entries: filled, notes: leftOut(empty, 'they have no value') }
}

/**
 * `vault kv get -format=json`: version 2 has the secret and its metadata, version 1 the secret alone.
 * @throws Problem `usage` when it is neither.
 */
export function vaultSource(value: unknown): Source {
  const data = isRecord(value) ? value['data'] : undefined
  if (!isRecord(data)) throw new Problem('usage', 'The file is not what `vault kv get -format=json` prints.')
  const isSecond = isRecord(data['metadata']) && 'data' in data
  if (isSecond && !isRecord(data['data'])) throw new Problem('usage', 'This version was deleted in Vault: it has no data.')
  return treeSource(isSecond ? data['data'] : data)
}

/**
 * `aws secretsmanager get-secret-value` or `batch-get-secret-value`. A secret that is JSON stays one secret; its keys are fields of it.
 * @throws Problem `usage` when it is neither.
 */
export function awsSource(value: unknown): Source {
  const items = isRecord(value) && 'SecretValues' in value ? recordsOf(value['SecretValues']) : isRecord(value) ? [value] : []
  const entries = items.flatMap((item): Entry[] => {
    const names = textOf(item['Name'])?.split('/').filter(Boolean)
    const text = textOf(item['SecretString']) ?? textOf(item['SecretBinary'])
    return names && text !== undefined ? [{ names, value: text }] : []
  })
  if (entries.length === 0)
    throw new Problem('usage', 'The file is not what `aws secretsmanager get-secret-value` or `batch-get-secret-value` prints.')
  const binary = items.filter(item => textOf(item['SecretString']) === undefined).map(item => String(item['Name']))
  const failed = isRecord(value) ? recordsOf(value['Errors']).map(error => String(error['SecretId'])) : []
  return {
    entries,
    notes: [
      ...binary.map(name => `${name} is binary and is imported as base64; read it with --encoding base64-decode.`),
      ...leftOut(failed, 'AWS could not read them'),
    ],
  }
}
