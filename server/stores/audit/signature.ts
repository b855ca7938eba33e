/**
 * Signatures of blocks of events: bits that say which pieces of text, ids and parts of paths occur in a block. A block without one of the
 * bits of a word has no event with that word. A block with all of them probably has one, which a look at its events decides.
 */

import type { EventRow } from './chaining.ts'
import { placeOf } from './place-of.ts'
import { ANY_NUMBER, type SearchTerm } from './search-terms.ts'

/** Events of a block. */
export const BLOCK = 128
/** Blocks of a group, whose bits for one slot are next to each other. */
const BLOCKS = 64
/** Events of a group: the next one after every so many events of a chain. */
export const GROUP = BLOCK * BLOCKS
/** The bytes of one slot in a group: a bit for each block. */
export const SLOT_BYTES = BLOCKS / 8
/** Slots of a signature; a power of two. */
export const SLOTS = 131_072
/** Slots of one row of the table. */
export const SLOTS_IN_PART = 64
const PART_BYTES = SLOTS_IN_PART * SLOT_BYTES

/** Odd numbers that spread a value over the slots, each in its own way. */
const SPREADS = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f] as const
const SHIFT = 32 - Math.log2(SLOTS)
/** Pieces of text have up to this many characters, each of them 7 bits of a number. */
const LONGEST = 4
/** The slots of a piece: a text is often long enough for many pieces. */
const SLOTS_OF_PIECE = 2
/** Of a word. More would be looked up, and exclude hardly any block. */
const MOST_PIECES = 24
/** The number of alternatives of a word up to which looking up their slots takes less time than a look at the events. */
const MOST_IDS = 16

const slotOf = (value: number, spread: number) => Math.imul(value ^ (value >>> 15), SPREADS[spread] as number) >>> SHIFT

const NO_PIECE = -1
/** The places for pieces that were just seen; a power of two. */
const REMEMBERED = 8192

/** In lower case, without a mark that PostgreSQL may or may not keep when it makes a capital small. */
const comparable = (text: string) => text.toLowerCase().replaceAll('\u0307', '')

/**
 * Calls back with each piece of a text, as a number that contains its length. Only ASCII has pieces, because engines differ in the lower
 * case of the rest. `isKnown` may say that all pieces that end with one of the longest were already found.
 */
function eachPiece(text: string, found: (piece: number, length: number) => void, isKnown?: (longest: number) => boolean): void {
  let run = 0
  let last = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 127) {
      run = 0
      continue
    }
    last = ((last << 7) | code) & 0xfffffff
    run++
    if (run >= LONGEST && isKnown?.(last)) continue
    for (let length = 1; length <= LONGEST && length <= run; length++)
      found((last & ((1 << (7 * length)) - 1)) | ((length - 1) << 28), length)
  }
}

/** The slots of an exact text, such as an id: all four, because it is the only sign of it. */
function slotsOf(token: string): number[] {
  let hash = 0x811c9dc5
  for (let at = 0; at < token.length; at++) hash = Math.imul(hash ^ token.charCodeAt(at), 0x01000193)
  return SPREADS.map((_, spread) => slotOf(hash, spread))
}

const SIGNS = {
  /** The actor, the vault or the resource of an event. */
  id: (id: string) => `=${id}`,
  /** The number of segments of a path. */
  length: (length: number) => `#${length}`,
  /** A segment anywhere in a path. */
  segment: (segment: string) => `/${segment}`,
  /** Two segments next to each other, anywhere in a path. */
  pair: (segment: string, next: string) => `/${segment}/${next}`,
  /** A segment, counted from the end of its path. */
  fromEnd: (segment: string, back: number) => `-${back}/${segment}`,
  /** A segment, counted from the start of a path with so many segments. */
  fromStart: (segment: string, at: number, length: number) => `${at}.${length}/${segment}`,
}

function tokensOf(event: SignedEvent): string[] {
  const segments = placeOf(event).split('/')
  const tokens = [SIGNS.id(event.actor_id), SIGNS.id(event.resource_id), SIGNS.length(segments.length)]
  if (event.vault_id !== null) tokens.push(SIGNS.id(event.vault_id))
  for (const [at, segment] of segments.entries()) {
    const next = segments[at + 1]
    tokens.push(
      SIGNS.segment(segment),
      SIGNS.fromEnd(segment, segments.length - at),
      SIGNS.fromStart(segment, at, segments.length),
    )
    if (next !== undefined) tokens.push(SIGNS.pair(segment, next))
  }
  return tokens
}

export interface SignaturePart {
  readonly part: number
  readonly bits: Uint8Array
}

/** What a signature needs of an event. */
export type SignedEvent = Pick<EventRow, 'seq' | 'action' | 'actor_id' | 'resource_id' | 'vault_id' | 'details' | 'ip_address'>

/** Makes the signatures of the blocks of one group; events are added in their order. */
export function groupSignature() {
  const bits = new Uint8Array(SLOTS * SLOT_BYTES)
  /** Those of the current block, which are few enough for the fastest memory. */
  const own = new Uint8Array(SLOTS / 8)
  const seen = new Int32Array(REMEMBERED).fill(NO_PIECE)
  let current = 0

  const mark = (slot: number) => {
    own[slot >> 3] = (own[slot >> 3] as number) | (1 << (slot & 7))
  }
  const markPiece = (piece: number) => {
    for (let spread = 0; spread < SLOTS_OF_PIECE; spread++) mark(slotOf(piece, spread))
  }
  const isKnown = (longest: number) => {
    const place = (longest ^ (longest >>> 13)) & (REMEMBERED - 1)
    if (seen[place] === longest) return true
    seen[place] = longest
    return false
  }

  function endBlock(): void {
    const [byte, bit] = [current >> 3, 1 << (current & 7)]
    for (const [at, eight] of own.entries()) {
      for (let slot = at * 8, left = eight; left !== 0; slot++, left >>= 1)
        if (left & 1) bits[slot * SLOT_BYTES + byte] = (bits[slot * SLOT_BYTES + byte] as number) | bit
    }
    own.fill(0)
    seen.fill(NO_PIECE)
  }

  return {
    add(event: SignedEvent): void {
      const block = Math.floor((event.seq - 1) / BLOCK) % BLOCKS
      if (block !== current) endBlock()
      current = block
      for (const text of [event.action, event.resource_id, event.details, event.ip_address])
        eachPiece(comparable(text), markPiece, isKnown)
      for (const token of tokensOf(event)) for (const slot of slotsOf(token)) mark(slot)
    },

    /** The parts with any bits. */
    parts(): SignaturePart[] {
      endBlock()
      const parts = Array.from({ length: SLOTS / SLOTS_IN_PART }, (_, part) => ({
        part,
        bits: bits.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
      }))
      return parts.filter(({ bits }) => bits.some(byte => byte !== 0))
    },
  }
}

/** A block can have an event with a word only if it has every slot of one of the alternatives. */
export type Wanted = readonly (readonly number[])[]

/** What blocks need for each word; words that exclude no block are left out. */
export function wantedOf(words: readonly SearchTerm[]): Wanted[] {
  return words.map(wantedFor).filter(alternatives => alternatives.length > 0 && alternatives.every(slots => slots.length > 0))
}

function wantedFor(word: SearchTerm): Wanted {
  if (word.is === 'pattern') return [signsOf(word.pattern.segments).flatMap(slotsOf)]
  if (word.ids.length > MOST_IDS) return []
  const named = word.ids.map(id => slotsOf(SIGNS.id(id)))
  return word.is === 'named' ? named : [slotsOfText(word.text), ...named]
}

function signsOf(segments: readonly string[]): string[] {
  const stars = segments.lastIndexOf(ANY_NUMBER)
  const signs = stars < 0 ? [SIGNS.length(segments.length)] : []
  for (const [at, segment] of segments.entries()) {
    if (segment.includes('*')) continue
    if (stars < 0) signs.push(SIGNS.fromStart(segment, at, segments.length))
    else signs.push(at > stars ? SIGNS.fromEnd(segment, segments.length - at) : SIGNS.segment(segment))
    const next = segments[at + 1]
    if (next !== undefined && !next.includes('*')) signs.push(SIGNS.pair(segment, next))
  }
  return signs
}

/** Those of its longest pieces first, in no order of the text: where it differs from other texts is not known. */
function slotsOfText(text: string): number[] {
  const byLength: number[][] = [[], [], [], []]
  eachPiece(comparable(text), (piece, length) => byLength[LONGEST - length]?.push(piece))
  const pieces = byLength.flatMap(some => [...new Set(some)].toSorted((one, other) => slotOf(one, 0) - slotOf(other, 0)))
  const spreads = Array.from({ length: SLOTS_OF_PIECE }, (_, spread) => spread)
  return [...new Set(pieces.slice(0, MOST_PIECES).flatMap(piece => spreads.map(spread => slotOf(piece, spread))))]
}
