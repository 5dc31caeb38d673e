import type { Invoice } from './invoice.ts'

/** How much of a document's id its reference carries: the database knows no two that share it. */
const LENGTH = 12

/**
 * What a document is called at the bank, as its pro forma prints it: a creditor reference by ISO 11649, the end of its id behind
 * two digits that give a slip of the pen away.
 */
export function transferReference({ id }: Pick<Invoice, 'id'>): string {
  const own = id.slice(-LENGTH).toUpperCase()
  const check = String(98n - remainderOf(`${own}RF00`)).padStart(2, '0')
  return `RF${check}${own}`.replaceAll(/(.{4})(?=.)/g, '$1 ')
}

/** The end of the id of the document that a reference names, however it is spaced; undefined for what is none, or was mistyped. */
export function readTransferReference(text: string): string | undefined {
  const [, check, own] = /^RF(\d\d)([0-9A-Z]{12})$/.exec(text.toUpperCase().replaceAll(/[^0-9A-Z]/g, '')) ?? []
  if (check === undefined || own === undefined) return undefined
  return remainderOf(`${own}RF${check}`) === 1n ? own.toLowerCase() : undefined
}

/** Letters count from A = 10; the number that stands then, by 97. */
function remainderOf(text: string): bigint {
  return BigInt(text.replaceAll(/[A-Z]/g, (letter) => String(Number.parseInt(letter, 36)))) % 97n
}
