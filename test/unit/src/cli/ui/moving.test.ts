import { describe, expect, it } from 'vitest'
import { shown } from '../../../../../src/cli/ui/state.ts'
import type { Reply } from '../../../../../src/client/client.ts'
import { inShop, SHOP, secretItem, uiOf } from '../../../../support/ui-state.ts'

const PATHS = ['prod/db/password', 'prod/db/user', 'prod/stripe/webhook-secret', 'readme']
const SECRETS = { of: 'secrets', vaultId: SHOP.id } as const

describe('the lists of the interface', () => {
  it('lead from vaults through folders to a secret and its versions, and back', () => {
    const ui = uiOf().happen({ type: 'ticked' })
    expect(ui.wishes()).toEqual([{ type: 'load', list: { of: 'vaults' } }])
    ui.load({ of: 'vaults' }, [SHOP]).press('enter')
    expect(ui.wishes()).toEqual([{ type: 'load', list: SECRETS }])
    ui.load(
      SECRETS,
      PATHS.map(path => secretItem(path)),
    )
    expect(ui.screen()).toMatch(/prod\/ {2,}3 secrets[\s\S]*readme/)
    ui.press('enter')
    expect(ui.screen()).toMatch(/shop › prod[\s\S]*db\/ {2,}2 secrets[\s\S]*stripe\/ {2,}1 secret\b/)
    ui.press('enter', 'enter')
    expect(ui.wishes()).toEqual([
      { type: 'load', list: { of: 'versions', vaultId: SHOP.id, path: 'prod/db/password' } },
      // The author of the versions.
      { type: 'load', list: { of: 'agents' } },
      { type: 'load', list: { of: 'members' } },
    ])
    expect(ui.lines()[0]).toContain('shop › prod/db/password')
    ui.press('escape', 'escape', 'escape', 'escape', 'escape')
    expect(ui.state().screens).toHaveLength(1)
  })

  it('are loaded page by page as one scrolls, and completely for a search', () => {
    const page = (from: number) =>
      Array.from({ length: 500 }, (_, index) => secretItem(`s${String(from + index).padStart(5, '0')}`))
    const ui = inShop([]).load(SECRETS, page(0), 'c1')
    expect(ui.wishes()).toEqual([])
    ui.press('end')
    expect(ui.wishes()).toEqual([{ type: 'load', list: SECRETS, cursor: 'c1' }])
    ui.load(SECRETS, page(500), 'c2', true).press('home')
    expect(ui.wishes()).toEqual([])
    expect(ui.screen()).toContain('1 of 1000+')
    ui.type('/s0')
    expect(ui.wishes()).toEqual([{ type: 'load', list: SECRETS, cursor: 'c2' }])
    ui.load(SECRETS, page(1000), undefined, true)
    expect(ui.wishes()).toEqual([])
    expect(ui.screen()).toMatch(/of 1500\s/)
  })

  it('are not fetched for a search if they have millions of rows', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => secretItem(`s${index}`))
    const ui = inShop([]).load(SECRETS, many, 'c1')
    ui.wishes()
    expect(ui.type('/s1').wishes()).toEqual([])
    expect(ui.screen()).toContain('of 10000+')
  })

  it('are loaded again after a failure only when the person asks', () => {
    const ui = uiOf().happen({ type: 'ticked' }, { type: 'notLoaded', list: { of: 'vaults' } })
    ui.wishes()
    expect(ui.press('down').wishes()).toEqual([])
    expect(ui.type('g').wishes()).toEqual([{ type: 'load', list: { of: 'vaults' } }])
  })

  const event = (seq: number) => ({
    id: String(seq),
    seq,
    action: `action.${seq}`,
    actor_id: 'a',
    actor_type: 'user',
    resource_type: 'secret',
    resource_id: 'r',
    org_id: 'o',
    details: {},
    ip_address: '127.0.0.1',
    created_at: '2026-03-01T11:00:00Z',
    prev_event_id: '',
    integrity_hash: '',
  })

  it('name people by their address and agents by their name, where these are known', () => {
    const by = (seq: number, actor_type: string, actor_id: string) => ({ ...event(seq), actor_type, actor_id })
    const agent = { id: 'b', name: 'deployer', is_active: true } as Reply<'agents.get'>
    const member = { id: 'a', email: 'ada@example.com' } as Reply<'org.members'>['members'][number]
    const asked = { ...event(4), resource_type: 'vault', resource_id: SHOP.id, details: { path: 'prod/db' } }
    const ui = uiOf()
      .type('l')
      .load({ of: 'audit' }, [asked, by(3, 'user', 'a'), by(2, 'agent', 'b'), by(1, 'user', '0123456789')])
      .load({ of: 'agents' }, [agent])
      .load({ of: 'members' }, [member])
      .load({ of: 'vaults' }, [SHOP])
    expect(ui.screen()).toMatch(
      /action\.4 .*vault shop[\s\S]*action\.3 +user ada@example\.com[\s\S]*action\.2 +agent deployer[\s\S]*user 01234567 /,
    )
  })

  it('keep the selected event in place when new ones arrive', () => {
    const ui = uiOf()
      .type('l')
      .load({ of: 'audit' }, [event(2), event(1)])
      .press('down')
    ui.happen({ type: 'happened', event: event(3) })
    expect(ui.screen()).toMatch(/action\.3[\s\S]*action\.2[\s\S]*❯ .*action\.1/)
    ui.press('home').happen({ type: 'happened', event: event(4) })
    expect(ui.screen()).toMatch(/❯ .*action\.4/)
  })
})

describe('the people and agents that can read a secret', () => {
  it('can be shown with one key', () => {
    const ui = inShop(PATHS).press('end').type('w')
    const list = { of: 'access', vaultId: SHOP.id, path: 'readme' } as const
    expect(ui.wishes()).toEqual([{ type: 'load', list }])
    const known = {
      principal_type: 'agent' as const,
      principal_id: '1',
      name: 'deployer',
      reason: 'A policy grants it.',
      policies: [],
    }
    ui.load(list, [{ ...known, allowed: true, rule: 'policy' }])
    expect(ui.screen()).toMatch(/readme › who can read it[\s\S]*deployer +agent +yes +A policy grants it\./)
  })
})

describe('a search', () => {
  it('finds secrets at any depth as it is typed, best first, and opens the best with Enter', () => {
    const ui = inShop(PATHS).type('/webhok')
    expect(ui.screen()).toMatch(/❯ prod\/stripe\/webhook-secret/)
    expect(ui.screen()).toContain('1 found of 4')
    ui.press('enter')
    expect(shown(ui.state()).place).toMatchObject({ kind: 'secret', path: 'prod/stripe/webhook-secret' })
  })

  it('accepts letters that are shortcuts elsewhere, and ends with Escape', () => {
    const ui = inShop(PATHS).type('/qrt')
    expect(ui.wishes()).toEqual([])
    expect(shown(ui.press('backspace').state()).search).toBe('qr')
    expect(shown(ui.press('escape').state())).toMatchObject({ search: '', isTyping: false })
  })

  it('treats pasted input as text, and uses only its first line', () => {
    const ui = inShop(PATHS).type('/').happen({ type: 'pasted', text: 'readme\nq' })
    expect(shown(ui.state()).search).toBe('readme')
    expect(ui.wishes()).toEqual([])
  })
})

describe('the palette', () => {
  it('runs the named action', () => {
    const ui = inShop(PATHS).type(':polic').press('enter')
    expect(ui.screen()).toContain('shop › policies')
  })

  it('finds names anywhere on the server', () => {
    const ui = inShop(PATHS).type(':stripe')
    expect(ui.wishes().at(-1)).toEqual({ type: 'find', text: 'stripe' })
    const found = { kind: 'secret', id: '1', name: 'live/stripe', vault_id: 'v2', vault_name: 'other' }
    ui.happen({ type: 'found', text: 'strip', found: [{ ...found, name: 'late/stripe' }] })
    expect(ui.screen()).not.toContain('late/stripe')
    ui.happen({ type: 'found', text: 'stripe', found: [found] })
    expect(ui.screen()).toMatch(/live\/stripe .* other/)
    ui.press('enter')
    expect(shown(ui.state()).place).toEqual({ kind: 'secret', vault: { id: 'v2', name: 'other' }, path: 'live/stripe' })
  })
})
