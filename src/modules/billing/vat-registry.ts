import type { VatNumber } from '#modules/accounts/vat-number.ts'

export type { VatNumber }

export type VatAnswer =
  | {
      outcome: 'valid' | 'invalid'
      /** The consultation number, the proof that we asked; null when the registry gave none. */
      requestIdentifier: string | null
      requestDate: Temporal.Instant | null
      /** Null where the country does not disclose it. */
      name: string | null
      address: string | null
    }
  /** Neither yes nor no; `errorCode` tells people why, in the registry's words where it had any. */
  | { outcome: 'unknown'; errorCode: string }

/** Who knows which VAT numbers are valid. */
export type VatRegistry = {
  /**
   * Asks about one number. Whatever is no clear answer is `unknown`, also silence, so this never throws. Numbers of one
   * country are asked about one after another.
   */
  check(number: VatNumber): Promise<VatAnswer>
}
