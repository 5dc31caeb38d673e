import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCsv } from '#test/support/read-csv.ts'
import { readXlsx } from '#test/support/read-xlsx.ts'
import type { Cell } from './cell.ts'
import { csvLine } from './csv.ts'
import { writeXlsx } from './xlsx.ts'

const workbook = async (rows: AsyncIterable<Cell[]> | Cell[][], header = ['A', 'B']): Promise<Uint8Array> =>
  Buffer.concat(await Array.fromAsync(writeXlsx('A [sheet]: of/ours', header, rows)))

const HOSTILE = [
  '=HYPERLINK("https://evil.example")',
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\tcmd',
  '\rcmd',
  '<script>&amp;</script>',
  'a "quoted", name\r\nin two lines',
  'Grüße 🚀 東京',
  '_x0041_',
  '  spaces  ',
]

test('text stays text in a workbook, whatever it looks like', async () => {
  const [sheet] = readXlsx(await workbook(HOSTILE.map((text) => [text])))
  assert.deepEqual(
    sheet?.rows.slice(1).map(([cell]) => [cell!.type, cell!.value]),
    HOSTILE.map((text) => ['text', text]),
  )
})

test('text that looks like a formula has a quote before it in CSV, and comes back as it was otherwise', () => {
  const lines = readCsv(HOSTILE.map((text) => csvLine([text])).join(''))
  assert.deepEqual(
    lines.map(([field]) => field),
    HOSTILE.map((text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)),
  )
})

test('numbers and days are numbers and days, also below zero', async () => {
  const row: Cell[] = [
    { decimal: '-1234.50' },
    { decimal: '7' },
    { decimal: '1.234' },
    { decimal: '0.1900', percent: true },
    Temporal.PlainDate.from('2027-01-31'),
    null,
    'end',
  ]
  const [sheet] = readXlsx(await workbook([row], ['1', '2', '3', '4', '5', '6', '7']))
  assert.deepEqual(
    sheet?.rows[1]?.map(({ type, style, value }) => [type, style, value]),
    [
      ['number', 6, '-1234.50'],
      ['number', 4, '7'],
      ['number', 7, '1.234'],
      ['number', 3, '0.1900'],
      // Days since 30 December 1899.
      ['number', 2, '46418'],
      ['text', 0, 'end'],
    ],
  )
  assert.equal(csvLine(row), '-1234.50,7,1.234,0.1900,2027-01-31,,end\r\n')
})

test('what XML cannot hold is left out, and names of sheets lose what the format forbids', async () => {
  const [sheet] = readXlsx(await workbook([['a\u0000b\u0007c\uD800d']]))
  assert.equal(sheet?.rows[1]?.[0]?.value, 'abc\uFFFDd')
  assert.equal(sheet.name, 'A  sheet   of ours')
})

test('a workbook is written while its rows are still coming', async () => {
  let given = 0
  async function* rows(): AsyncGenerator<Cell[]> {
    for (; given < 20_000; given += 1)
      yield await Promise.resolve([`row ${given} ${Math.random()}`, { decimal: '1.00' }])
  }
  const writer = writeXlsx('Long', ['A', 'B'], rows())
  const first = await writer.next()
  assert.ok(!first.done && first.value.length > 0)
  assert.ok(given < 20_000, `${given} rows were read before the first byte`)
  const rest = await Array.fromAsync(writer)
  const [sheet] = readXlsx(Buffer.concat([first.value, ...rest]))
  assert.equal(sheet?.rows.length, 20_001)
})
