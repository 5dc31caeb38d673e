/** Lines the form of an invoice begins with, and by how many more it grows. */
export const FEW_ROWS = 3

/** The field of a line: `text0`, `price2`. */
export const lineField = (name: 'text' | 'quantity' | 'price', index: number): string => `${name}${index}`
