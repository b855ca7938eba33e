import { shellWord } from '../../../../src/shell-word.ts'

/** The settings that a program needs to sign in with a key, with the names of their variables. */
export interface KeyLines {
  /** The address of the server. */
  readonly url: string
  readonly variable: 'ONECLAW_AGENT_API_KEY' | 'ONECLAW_API_KEY'
  readonly key: string
  /** Absent while nothing is granted: the lines then contain a placeholder. */
  readonly vault?: string | undefined
  readonly path?: string | undefined
}

/** For a shell: the command line reads a secret. */
export function shellLines({ url, variable, key, vault = '<vault>', path = '<path>' }: KeyLines): string {
  return [
    `export ONECLAW_API_URL=${url}`,
    `export ${variable}=${key}`,
    `1claw secrets get ${shellWord(path)} --vault ${shellWord(vault)}`,
  ].join('\n')
}

/** For programs without the command line: the key is a bearer token. */
export function curlLines({ url, key, vault = '<vault>', path = '<path>' }: KeyLines): string {
  return [`curl -sS -H "Authorization: Bearer ${key}" \\`, `${shellWord(`${url}/v1/vaults/${vault}/secrets/${path}`)}`].join('\n')
}

/** The place of a key in a system that runs jobs, and the command that puts it there. */
export interface CiLine {
  readonly system: string
  readonly text: string
}

/** For CI systems: the key is the standard input of each command, so that no list of processes shows it. */
export function ciLines({ variable, key }: Pick<KeyLines, 'variable' | 'key'>, isRotated: boolean): readonly CiLine[] {
  const piped = (command: string) => `printf %s ${key} | ${command}`
  return [
    { system: 'GitHub Actions', text: piped(`gh secret set ${variable}`) },
    { system: 'GitLab CI', text: piped(`glab variable ${isRotated ? 'update' : 'set'} ${variable} --masked`) },
    {
      system: 'Kubernetes',
      text: [
        piped('kubectl create secret generic 1claw-key \\'),
        `--from-file=${variable}=/dev/stdin --dry-run=client -o yaml | kubectl apply -f -`,
      ].join('\n'),
    },
  ]
}

/** A transaction for the lines of a shell. */
export interface TransactionLines {
  readonly agent: string
  readonly chain: string
  readonly to: string
  readonly value: string
}

/** For a shell: the command line submits a transaction. */
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

/** The content of an environment file. */
export function envFile({ url, variable, key }: KeyLines): string {
  return `ONECLAW_API_URL=${url}\n${variable}=${key}\n`
}

/** An example path for a pattern: the pattern itself if it is a path, or else its fixed beginning. */
export function pathIn(pattern: string): string {
  return pattern.replace(/\*\*|\*/g, '<name>')
}
