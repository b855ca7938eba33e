export interface Child {
  readonly command: string
  /** Without the command itself. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Values that must not show in its output, when that is masked. */
  readonly secrets: readonly string[]
  /** Text for stderr before it starts. */
  readonly notes: string
}

export type Masking = 'pipes' | 'always'

export interface Supervision {
  /** Hide the secrets in stdout and stderr: where they are no terminal, or always. */
  readonly mask?: Masking
  /** Called before this process stays beside the program: it may start itself again, and then does not return. */
  readonly restart?: () => void | Promise<void>
  /** Resolves with what shall run instead, whenever that changes; rejects with the signal's reason when it aborts. */
  readonly nextChild?: (signal: AbortSignal) => Promise<Child>
}
