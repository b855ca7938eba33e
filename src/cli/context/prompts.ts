import { Problem } from '../../problem.ts'
import { visible } from './visible.ts'

/** Prompts at a terminal. Each throws `cancelled` on Ctrl-C. */
export interface Prompts {
  confirm(question: string): Promise<boolean>
  /** A value that is not shown while it is typed. */
  hidden(question: string): Promise<string>
  text(question: string): Promise<string>
  /** One of several answers. */
  choose<Value extends string>(question: string, choices: readonly Choice<Value>[]): Promise<Value>
}

export interface Choice<Value extends string> {
  readonly value: Value
  /** As it is shown. */
  readonly name: string
}

/** Asks on stderr: stdout is for the answer. */
export function terminalPrompts(): Prompts {
  // Accessed only for a prompt: its mere use makes a pipe non-blocking, even for a program that this process becomes.
  const streams = () => ({ output: process.stderr })
  return {
    async confirm(message) {
      const { confirm } = await import('@inquirer/prompts')
      return uncancelled(confirm({ message: visible(message), default: false }, streams()))
    },
    async hidden(message) {
      const { password } = await import('@inquirer/prompts')
      return uncancelled(password({ message: visible(message) }, streams()))
    },
    async text(message) {
      const { input } = await import('@inquirer/prompts')
      return uncancelled(input({ message: visible(message), required: true }, streams()))
    },
    async choose(message, choices) {
      const { select } = await import('@inquirer/prompts')
      return uncancelled(select({ message: visible(message), choices: [...choices] }, streams()))
    },
  }
}

async function uncancelled<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') throw new Problem('cancelled')
    throw error
  }
}
