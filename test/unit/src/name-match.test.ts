import { describe, expect, it } from 'vitest'
import { placesOf, rankedPlacesOf } from '../../../src/name-match.ts'
import { computedSince } from '../../support/computing.ts'

const NAMES = ['stripe/secret-key', 'stripe/webhook', 'db/password', 'web/hook-old', 'Приклад', 'grace@example.com Grace Hopper']

const found = (text: string) => placesOf(text, NAMES).map(place => NAMES[place])
const best = (text: string) => rankedPlacesOf(text, NAMES).map(place => NAMES[place])[0]

describe('a search', () => {
  it.each([
    ['webhook', 'stripe/webhook'],
    ['webhok', 'stripe/webhook'],
    ['wehbook', 'stripe/webhook'],
    ['weghook', 'stripe/webhook'],
    ['stripe sec', 'stripe/secret-key'],
    ['key stripe', 'stripe/secret-key'],
    ['SECRET', 'stripe/secret-key'],
    ['hopper', 'grace@example.com Grace Hopper'],
    ['прик', 'Приклад'],
    ['old hook', 'web/hook-old'],
    ['dbpassword', 'db/password'],
    ['secretkey', 'stripe/secret-key'],
  ])('for %s finds %s first', (text, name) => {
    expect(found(text)).toContain(name)
    expect(best(text)).toBe(name)
  })

  it('for an empty text finds everything, in order', () => {
    expect(found(' ')).toEqual(NAMES)
    expect(rankedPlacesOf('', NAMES)).toEqual(NAMES.map((_, place) => place))
  })

  it.each(['zebra', '///', 'webhookkk/x', 'я'])('for %s, which does not occur, finds nothing', text => {
    for (const name of found(text)) expect(name?.toLowerCase()).toContain(text)
  })

  it('orders every hit once', () => {
    const names = Array.from({ length: 5000 }, (_, at) => `services/app-${at}/db-password`)
    for (const text of ['password', 'app-47', 'services app db']) {
      const places = rankedPlacesOf(text, names)
      expect(new Set(places).size).toBe(places.length)
      expect(places.toSorted((one, other) => one - other)).toEqual(placesOf(text, names))
    }
  })

  it('is not slowed down by a hostile text', () => {
    const names = Array.from({ length: 1000 }, () => 'a'.repeat(500))
    const began = process.cpuUsage()
    placesOf(`${'a'.repeat(63)}b`, names.slice(0, 50))
    expect(computedSince(began)).toBeLessThan(2_000)
  })
})
