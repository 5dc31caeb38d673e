import { Zip, ZipDeflate } from 'fflate'
import type { Cell } from './cell.ts'

/** Rows of one sheet; a sheet of the format ends at 1,048,576. */
const SHEET_ROWS = 1_000_000
const ROWS_AT_ONCE = 500
const LONGEST_TEXT = 32_767
const EPOCH = Temporal.PlainDate.from('1899-12-30')
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** The formats of cells, in the order of `cellXfs` below. */
const STYLE = { plain: 0, heading: 1, day: 2, percent: 3, digits: [4, 5, 6, 7] } as const
const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="#,##0.0"/><numFmt numFmtId="166" formatCode="#,##0.000"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="8">${[
  [0, 0],
  [0, 1],
  [164, 0],
  [10, 0],
  [3, 0],
  [165, 0],
  [4, 0],
  [166, 0],
]
  .map(
    ([format, font]) =>
      `<xf numFmtId="${format}" fontId="${font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`,
  )
  .join('')}</cellXfs></styleSheet>`

/**
 * A workbook (Office Open XML, ECMA-376) that begins at once and never lies in memory as a whole. Numbers and days are
 * typed; text is always text, so that none of it can be a formula. A new sheet follows when one is full.
 */
export async function* writeXlsx(
  name: string,
  header: readonly string[],
  rows: AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>,
): AsyncGenerator<Uint8Array> {
  const zipped: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    zipped.push(chunk)
  })
  const open = (path: string): ((text: string, last?: boolean) => void) => {
    const file = new ZipDeflate(path, { level: 6 })
    // When the file was made is not part of it: the same figures give the same bytes.
    file.mtime = '1980-01-01T00:00:00'
    zip.add(file)
    const encoder = new TextEncoder()
    return (text, last = false) => {
      file.push(encoder.encode(text), last)
    }
  }
  const sheetStart = `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="1" max="${Math.max(1, header.length)}" width="18" customWidth="1"/></cols><sheetData><row r="1">${header.map((text, index) => textCell(text, index, 1, STYLE.heading)).join('')}</row>`
  const sheetEnd = '</sheetData></worksheet>'
  let sheets = 1
  let write = open('xl/worksheets/sheet1.xml')
  let text = sheetStart
  let row = 1
  for await (const cells of rows) {
    if (row === SHEET_ROWS) {
      write(text + sheetEnd, true)
      sheets += 1
      write = open(`xl/worksheets/sheet${sheets}.xml`)
      text = sheetStart
      row = 1
    }
    row += 1
    text += `<row r="${row}">${cells.map((cell, index) => cellOf(cell, index, row)).join('')}</row>`
    if (row % ROWS_AT_ONCE !== 0) continue
    write(text)
    text = ''
    yield* zipped.splice(0)
  }
  write(text + sheetEnd, true)
  for (const [path, part] of frame(name, sheets)) open(path)(part, true)
  zip.end()
  yield* zipped.splice(0)
}

const nameOfColumn = (index: number): string =>
  (index >= 26 ? nameOfColumn(Math.floor(index / 26) - 1) : '') + String.fromCodePoint(65 + (index % 26))

function cellOf(cell: Cell, index: number, row: number): string {
  if (cell === null) return ''
  if (typeof cell === 'string') return textCell(cell, index, row, STYLE.plain)
  if ('decimal' in cell) {
    const digits = Math.min(3, cell.decimal.split('.')[1]?.length ?? 0)
    return numberCell(cell.decimal, index, row, cell.percent ? STYLE.percent : STYLE.digits[digits]!)
  }
  return numberCell(String(EPOCH.until(cell).days), index, row, STYLE.day)
}

const numberCell = (value: string, index: number, row: number, style: number): string =>
  `<c r="${nameOfColumn(index)}${row}" s="${style}"><v>${value}</v></c>`

const textCell = (text: string, index: number, row: number, style: number): string =>
  `<c r="${nameOfColumn(index)}${row}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escapeText(text)}</t></is></c>`

/** What XML cannot hold is left out; what the format would read as an escaped character is escaped itself. */
const escapeText = (text: string): string =>
  text
    .slice(0, LONGEST_TEXT)
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- These are the characters XML 1.0 forbids.
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replaceAll('\r', '_x000D_')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')

/** What lies around the sheets. Names of sheets are short and without marks the format gives a meaning to. */
function frame(name: string, sheets: number): [string, string][] {
  const each = Array.from({ length: sheets }, (_, index) => index + 1)
  const title = escapeText(name.replaceAll(/[[\]:*?/\\'"]/g, ' ').slice(0, 25)) || 'Sheet'
  return [
    ['xl/styles.xml', STYLES],
    [
      'xl/workbook.xml',
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="${DOCUMENT}"><sheets>${each.map((id) => `<sheet name="${id === 1 ? title : `${title} ${id}`}" sheetId="${id}" r:id="rId${id}"/>`).join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${XML}<Relationships xmlns="${PACKAGE}/relationships">${each.map((id) => `<Relationship Id="rId${id}" Type="${DOCUMENT}/worksheet" Target="worksheets/sheet${id}.xml"/>`).join('')}<Relationship Id="rId${sheets + 1}" Type="${DOCUMENT}/styles" Target="styles.xml"/></Relationships>`,
    ],
    [
      '_rels/.rels',
      `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      '[Content_Types].xml',
      `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${each.map((id) => `<Override PartName="/xl/worksheets/sheet${id}.xml" ContentType="${TYPE}.worksheet+xml"/>`).join('')}</Types>`,
    ],
  ]
}
