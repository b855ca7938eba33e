import { accessSync } from 'node:fs'
import { type ITemplate, Module, type Session, SessionFlag, type Slot, type Token, TokenFlag, UserType } from 'graphene-pk11'
import { ckrOf, Refused } from '../wire/faults.ts'
import type { TokenSettings } from '../wire/protocol.ts'

/** CKF_OS_LOCKING_OK of C_Initialize. */
const OS_LOCKING_OK = 2

/** Mechanisms with their numbers in PKCS#11 3.0; the binding has no names for some of them. */
export const MECHANISM = {
  CKM_EC_KEY_PAIR_GEN: 0x1040,
  CKM_ECDSA: 0x1041,
  CKM_AES_KEY_GEN: 0x1080,
  CKM_AES_GCM: 0x1087,
  CKM_AES_KEY_WRAP: 0x2109,
  CKM_AES_KEY_WRAP_PAD: 0x210a,
  CKM_EC_EDWARDS_KEY_PAIR_GEN: 0x1055,
  CKM_EDDSA: 0x1057,
} as const

/** The slot with the token, and the one logged-in session. */
export interface Place {
  readonly slot: Slot
  readonly session: Session
  readonly mechanisms: ReadonlySet<number>
}

/**
 * Loads the module, finds the token and logs in, with one C_Login at most. It does not try a token that the next wrong PIN would lock, so a
 * supervisor that keeps restarting a server with a wrong PIN cannot lock the token.
 * @throws Refused
 */
export function enterToken({ module, tokenLabel, pin }: TokenSettings): Place {
  const slot = findSlot(loadModule(module), tokenLabel)
  checkPinFlags(slot.getToken(), tokenLabel)
  const mechanisms = new Set<number>(slot.lib.C_GetMechanismList(slot.handle))
  const session = slot.open(SessionFlag.SERIAL_SESSION | SessionFlag.RW_SESSION)
  login(session, pin, tokenLabel)
  return { slot, session, mechanisms }
}

function loadModule(path: string): Module {
  try {
    accessSync(path)
    const module = Module.load(path)
    module.initialize({ flags: OS_LOCKING_OK })
    return module
  } catch (error) {
    // A CKR error comes from the module (the device can be absent); any other error means that the file is not a PKCS#11 module.
    if (ckrOf(error).startsWith('CKR_')) throw error
    throw new Refused('module', path)
  }
}

function findSlot(module: Module, label: string): Slot {
  const slots = module.getSlots(true)
  const found: Slot[] = []
  for (let i = 0; i < slots.length; i++) {
    const slot = slots.items(i)
    if (labelOf(slot) === label) found.push(slot)
  }
  const [slot, second] = found
  if (!slot) throw new Refused('token', label)
  if (second) throw new Refused('token-twice', label)
  return slot
}

function labelOf(slot: Slot): string | undefined {
  try {
    return slot.getToken().label
  } catch {
    // Ignores tokens in other readers that do not answer.
    return undefined
  }
}

function checkPinFlags({ flags }: Token, label: string): void {
  if (flags & (TokenFlag.USER_PIN_LOCKED | TokenFlag.USER_PIN_FINAL_TRY)) throw new Refused('pin-locked', label)
  if (!(flags & TokenFlag.TOKEN_INITIALIZED) || !(flags & TokenFlag.USER_PIN_INITIALIZED))
    throw new Refused('token-unready', label)
}

function login(session: Session, pin: string, label: string): void {
  try {
    session.login(pin, UserType.USER)
  } catch (error) {
    const name = ckrOf(error)
    if (name === 'CKR_PIN_LOCKED') throw new Refused('pin-locked', label)
    if (name.startsWith('CKR_PIN_')) throw new Refused('pin', label)
    throw error
  }
}

/** Handles of all objects that match. */
export function findHandles(session: Session, template: ITemplate): Buffer[] {
  const found: Buffer[] = []
  session.find(template, object => {
    found.push(object.handle)
  })
  return found
}
