import { describe, expect, it } from 'vitest'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, type Replies, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const OTHER = '99999999-9999-4999-8999-999999999999'
const AT = '2026-03-01T12:00:00Z'
const vaultOf = (id: string, name: string) => ({ id, name, created_at: AT, cmek_enabled: false })
const VAULTS = [vaultOf(VAULT_ID, 'production'), vaultOf(OTHER, 'staging')]

/** A server whose rotations take two looks each. */
function replies(status: 'completed' | 'failed' = 'completed'): Replies {
  let looks = 0
  const jobOf = (vault_id: string, processed: number, now: 'running' | typeof status) => {
    const error = now === 'failed' ? { error: 'Some versions do not open.' } : {}
    return { id: OTHER, vault_id, status: now, total_versions: 3, processed, created_at: AT, ...error }
  }
  return {
    'vaults.list': () => ({ vaults: VAULTS }),
    'vaults.get': () => vaultOf(VAULT_ID, 'production'),
    'keys.rotate': ({ params }) => jobOf(params.vault_id, 0, 'running'),
    'keys.rotation': ({ params }) => jobOf(params.vault_id, ++looks % 2 ? 1 : 3, looks % 2 ? 'running' : status),
  }
}

describe('1claw keys rotate', () => {
  it('waits for the end and says how far it is', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: replies() })
    await runCommand(world.context, 'keys', 'rotate', '--json')
    expect(world.stderr()).toContain('production: 1 of 3 versions.')
    expect(JSON.parse(world.stdout())).toMatchObject({ vault: 'production', status: 'completed', processed: 3 })
  })

  it('rotates all vaults that the caller manages, and names those that it leaves out', async () => {
    const own = replies()
    const denied: Replies = {
      ...own,
      'keys.rotate': input => {
        if (input.params.vault_id === OTHER) throw new Problem('policy.denied')
        return own['keys.rotate']?.(input) as never
      },
    }
    const world = fakeWorld({ env: SIGNED_IN, replies: denied })
    await runCommand(world.context, 'keys', 'rotate', '--all', '--json')
    expect(JSON.parse(world.stdout())).toHaveLength(1)
    expect(world.stderr()).toContain('staging: skipped')
  })

  it('fails when a version does not open, and says that the old key was kept', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: replies('failed') })
    await runCommand(world.context, 'keys', 'rotate')
    expect(world.exitCode()).not.toBe(0)
    expect(world.stderr()).toContain('the old key was kept')
  })

  it('refuses a vault beside --all', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: replies() })
    await runCommand(world.context, 'keys', 'rotate', '--all', '--vault', 'production')
    expect(world.exitCode()).toBe(2)
    expect(world.asked).toEqual([])
  })
})
