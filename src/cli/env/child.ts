export interface Child {
  readonly command: string
  /** Without the command itself. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Values to hide in its output when it is masked. */
  readonly secrets: readonly string[]
  /** Text for stderr before it starts. */
  readonly notes: string
}

export type Masking = 'pipes' | 'always'

export interface Supervision {
  /** Hide the secrets in stdout and stderr: if they are not terminals, or always. */
  readonly mask?: Masking
  /** Called before this process supervises the program: it may restart itself, and then does not return. */
  readonly restart?: () => void | Promise<void>
  /** Resolves with the next child whenever that changes; rejects with the signal's reason when it aborts. */
  readonly nextChild?: (signal: AbortSignal) => Promise<Child>
}
