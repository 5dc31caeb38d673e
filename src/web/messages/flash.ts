import { de } from './de/flash.ts'
import { en } from './en/flash.ts'
import type { Catalogue } from './messages.ts'

export type FlashKey = keyof typeof en

/** Messages that survive one redirect. */
export const flashMessages: Catalogue<typeof en> = { en, de }

export const isFlashKey = (key: string): key is FlashKey => Object.hasOwn(en, key)
