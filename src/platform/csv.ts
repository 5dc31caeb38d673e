import type { Cell } from './cell.ts'

/**
 * One line of a file as RFC 4180 has it. Text that a spreadsheet would run as a formula stays text: a quote before it
 * (OWASP, CSV injection). Numbers and days are written as they are.
 */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(fieldOf).join(',')}\r\n`

function fieldOf(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return 'decimal' in cell ? cell.decimal : cell.toString()
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
