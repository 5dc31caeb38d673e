/** Marks that are not seen: joiners, direction marks, soft hyphens, variation selectors and the like, and all white space. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\s]/gu

/**
 * A code as codes are compared: compatible forms made one (NFKC), case folded, without spaces and whatever cannot be seen.
 * Empty when nothing is left.
 */
export function normaliseCouponCode(code: string): string {
  // Folding through capitals brings together what shares one, such as ß and ss.
  const cased = code.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase()
  const folded = cased.normalize('NFKC').replaceAll(UNSEEN, '')
  return folded.replaceAll('ς', 'σ').normalize('NFKC')
}
