/** What a program needs in its environment to sign in with a key, by the names that the command line reads. */
export interface KeyLines {
  /** The server, as the page knows it. */
  readonly url: string
  readonly variable: 'ONECLAW_AGENT_API_KEY' | 'ONECLAW_API_KEY'
  readonly key: string
  /** Absent while nothing is granted: the lines then have a word to replace. */
  readonly vault?: string | undefined
  readonly path?: string | undefined
}

/** For a shell: the command line reads a secret. */
export function shellLines({ url, variable, key, vault = '<vault>', path = '<path>' }: KeyLines): string {
  return [
    `export ONECLAW_API_URL=${url}`,
    `export ${variable}=${key}`,
    `1claw secrets get ${word(path)} --vault ${word(vault)}`,
  ].join('\n')
}

/** For programs without the command line: the key is a bearer token. */
export function curlLines({ url, key, vault = '<vault>', path = '<path>' }: KeyLines): string {
  return [`curl -sS -H "Authorization: Bearer ${key}" \\`, `${word(`${url}/v1/vaults/${vault}/secrets/${path}`)}`].join('\n')
}

/** A transaction in the words of a shell. */
export interface TransactionLines {
  readonly agent: string
  readonly chain: string
  readonly to: string
  readonly value: string
}

/** For a shell: the command line has a transaction signed and sent. */
export function transactionShell({ url, variable, key }: KeyLines, { chain, to, value }: TransactionLines): string {
  return [
    `export ONECLAW_API_URL=${url}`,
    `export ${variable}=${key}`,
    `1claw intents submit --chain ${chain} --to ${to} --value ${value}`,
  ].join('\n')
}

/** The same without the command line. */
export function transactionCurl({ url, key }: KeyLines, { agent, ...transaction }: TransactionLines): string {
  return [
    `curl -sS -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" \\`,
    `-d '${JSON.stringify(transaction)}' \\`,
    `${url}/v1/agents/${agent}/transactions`,
  ].join('\n')
}

/** For a file that a program's environment is read from. */
export function envFile({ url, variable, key }: KeyLines): string {
  return `ONECLAW_API_URL=${url}\n${variable}=${key}\n`
}

/** A path to begin with: the pattern itself where it is a path, or its fixed beginning. */
export function pathIn(pattern: string): string {
  return pattern.replace(/\*\*|\*/g, '<name>')
}

/** Quoted where a shell would see more in it than a word. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
