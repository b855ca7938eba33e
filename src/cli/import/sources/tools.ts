import { Problem } from '../../../problem.ts'
import { type Entry, isRecord, type Loose, leftOut, recordsOf, type Source, textOf } from '../entry.ts'
import { treeSource } from './tree.ts'

/** The variables that Doppler adds to every config. */
const DOPPLERS_OWN = ['DOPPLER_PROJECT', 'DOPPLER_CONFIG', 'DOPPLER_ENVIRONMENT']

/** `doppler secrets download --no-file --format json`, or `doppler secrets --json`. */
export function dopplerSource(value: unknown): Source {
  if (!isRecord(value)) return treeSource(value)
  const flat = Object.entries(value).map(([name, inner]) => [name, isRecord(inner) ? (inner['computed'] ?? inner['raw']) : inner])
  return withoutDopplersOwn(treeSource(Object.fromEntries(flat)))
}

/** A download of Doppler, without the names that describe its origin. */
export function withoutDopplersOwn({ entries, notes }: Source): Source {
  return { entries: entries.filter(({ names: [name = ''] }) => !DOPPLERS_OWN.includes(name)), notes }
}

/** `infisical export --format csv`. @throws Problem `usage` when it has other columns. */
export async function infisicalCsv(text: string): Promise<Source> {
  const { csvOrigin, csvRows } = await import('./csv.ts')
  if (csvOrigin(text) !== 'infisical')
    throw new Problem('usage', 'The CSV file does not have the columns Key and Value, so it is not an export of Infisical.')
  return infisicalSource(await csvRows(text))
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
  const items = isRecord(value) && 'SecretValues' in value ? recordsOf(value['SecretValues']) : recordsOf([value].flat())
  if (!items.some(isAws))
    throw new Problem('usage', 'The file is not what `aws secretsmanager get-secret-value` or `batch-get-secret-value` prints.')
  const found = items.map(item => ({
    name: textOf(item['Name']) ?? '',
    text: textOf(item['SecretString']),
    bytes: textOf(item['SecretBinary']),
  }))
  const filled = found.filter(({ name, text, bytes }) => name !== '' && (text ?? bytes) !== undefined)
  const failed = isRecord(value) ? recordsOf(value['Errors']).map(error => String(error['SecretId'])) : []
  return {
    entries: filled.map(({ name, text, bytes = '' }) => ({ names: name.split('/').filter(Boolean), value: text ?? bytes })),
    notes: [
      ...filled
        .filter(({ text }) => text === undefined)
        .map(({ name }) => `${name} is binary and is imported as base64; read it with --encoding base64-decode.`),
      ...leftOut(
        found.filter(each => !filled.includes(each)).map(({ name }) => name || 'one without a name'),
        'they have no value',
      ),
      ...leftOut(failed, 'AWS could not read them'),
    ],
  }
}

/** Whether it has the form of AWS Secrets Manager's answer for one secret. */
export function isAws(value: Loose): boolean {
  return 'SecretString' in value || 'SecretBinary' in value
}
