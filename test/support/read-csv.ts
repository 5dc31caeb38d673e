/** Reads CSV as RFC 4180 has it. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy
  while (field.lastIndex < text.length) {
    const match = field.exec(text)
    if (!match) throw new Error('this is no CSV')
    rows.at(-1)!.push(match[1]?.replaceAll('""', '"') ?? match[2]!)
    if (match[3] === '\r\n' && field.lastIndex < text.length) rows.push([])
  }
  return rows
}
