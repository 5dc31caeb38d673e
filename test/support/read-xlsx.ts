import { strFromU8, unzipSync } from 'fflate'

/** A cell as a spreadsheet would take it: its type, the number of its style, and what it holds. */
type XlsxCell = { type: 'text' | 'number'; style: number; value: string }
export type XlsxSheet = { name: string; rows: XlsxCell[][] }

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' }

/** Reads a workbook of ours back; it knows no more of the format than we write, and fails on formulas. */
export function readXlsx(bytes: Uint8Array): XlsxSheet[] {
  const parts = unzipSync(bytes)
  const text = (path: string): string => strFromU8(parts[path]!)
  for (const path of ['[Content_Types].xml', '_rels/.rels', 'xl/_rels/workbook.xml.rels', 'xl/styles.xml'])
    if (!parts[path]) throw new Error(`the workbook has no ${path}`)
  const names = [...text('xl/workbook.xml').matchAll(/<sheet name="([^"]*)"/g)].map((match) => match[1]!)
  return names.map((name, index) => {
    const xml = text(`xl/worksheets/sheet${index + 1}.xml`)
    if (/<f[ >]/.test(xml)) throw new Error('the workbook holds a formula')
    const rows = [...xml.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map((row) =>
      [...row[1]!.matchAll(/<c r="[A-Z]+\d+" s="(\d+)"(?: t="(\w+)")?>(.*?)<\/c>/gs)].map(([, style, type, inner]) => ({
        type: type === 'inlineStr' ? ('text' as const) : ('number' as const),
        style: Number(style),
        value: inner!
          .replaceAll(/<[^>]*>/g, '')
          .replaceAll(/&(\w+);/g, (_all, entity: string) => ENTITIES[entity]!)
          .replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_all, code: string) => String.fromCodePoint(Number.parseInt(code, 16))),
      })),
    )
    return { name, rows }
  })
}
